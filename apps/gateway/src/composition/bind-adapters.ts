import {
  ExponentialRetryPolicy,
  InProcessConsoleSessions,
  InProcessSendBudget,
  randomIds,
  systemClock,
} from "@gateway-router/core";
import {
  dataDirLayout,
  FileAdminKeyStore,
  FileTenantRegistry,
  TemplateTenantDirectory,
} from "@gateway-router/storage-file";
import { AddressGuard, HttpMediaFetcher, HttpTenantDispatcher } from "@gateway-router/tenant-http";
import {
  WahaClient,
  WahaContactLookup,
  WahaMediaSource,
  WahaMessageHistory,
  WahaMessageSource,
  WahaReplySender,
  WahaSessionDeployment,
} from "@gateway-router/waha";
import type { Container } from "inversify";
import { outsideRequests } from "../logging/outside-requests.js";
import { PublicAddress } from "../public-address.js";
import { gatewaySecrets } from "../secrets/gateway-secrets.js";
import { openTracer } from "../tracing/open-tracer.js";
import { usingPath } from "../unusable-path-error.js";
import { VERSION } from "../version.js";
import { WahaSessionControl } from "../waha-session-control.js";
import { bindPart } from "./bind-part.js";
import { LIMITS } from "./limits.js";
import { openStorage } from "./open-storage.js";
import { tokens } from "./tokens.js";

const DAY_MS = 24 * 3_600_000;
const { config, clock, ids, logger, backgroundLogger, storage, secrets } = tokens;

/** What touches the world: the clock, files, tenants' handlers, WAHA. */
export function bindAdapters(container: Container): void {
  container.bind(clock).toConstantValue(systemClock);
  container.bind(ids).toConstantValue(randomIds);
  container
    .bind(tokens.retryPolicy)
    .toConstantValue(new ExponentialRetryPolicy({ ...LIMITS.retry, random: () => Math.random() }));
  bindPart(container, tokens.backgroundLogger, {
    needs: { logger },
    make: (of) => outsideRequests(of.logger),
  });
  bindPart(container, tokens.tracer, {
    needs: { config, clock, logger: backgroundLogger },
    make: ({ config: { tracing }, ...runtime }) => openTracer(tracing, runtime),
  });
  bindPart(container, tokens.publicAddress, {
    needs: { config },
    make: (of) => new PublicAddress(of.config),
  });
  bindStorage(container);
  bindTenants(container);
  bindWaha(container);
}

function bindStorage(container: Container): void {
  bindPart(container, storage, {
    needs: { config, clock, ids, logger },
    make: ({ config, ...runtime }) => openStorage(config, runtime),
  });
  bindPart(container, tokens.mappings, { needs: { storage }, make: (of) => of.storage.mappings });
  bindPart(container, tokens.deliveries, { needs: { storage }, make: (of) => of.storage.deliveries });
  bindPart(container, tokens.replies, { needs: { storage }, make: (of) => of.storage.replies });
  bindPart(container, tokens.replyJournal, { needs: { storage }, make: (of) => of.storage.replyJournal });
  bindPart(container, tokens.optOuts, { needs: { storage }, make: (of) => of.storage.optOuts });
  bindPart(container, tokens.contested, { needs: { storage }, make: (of) => of.storage.contested });
  bindPart(container, tokens.audit, { needs: { storage }, make: (of) => of.storage.audit });
  bindPart(container, tokens.state, { needs: { storage }, make: (of) => of.storage.state });
  bindPart(container, tokens.consoleSessionStore, {
    needs: { storage, clock },
    make: (of) => of.storage.consoleSessions ?? new InProcessConsoleSessions(of),
  });
  bindPart(container, tokens.sendBudget, {
    needs: { config, clock, storage },
    make: (of) =>
      of.storage.shared?.sendBudget ??
      new InProcessSendBudget({ clock: of.clock, limits: of.config.replies }),
  });
  bindPart(container, tokens.media, { needs: { storage }, make: (of) => of.storage.media });
  bindPart(container, tokens.mediaJobs, { needs: { storage }, make: (of) => of.storage.mediaJobs });
  bindPart(container, secrets, {
    // They are made in the data folder, so nobody may make them before storage holds the folder.
    needs: { config, storage },
    make: (of) =>
      usingPath({ setting: "DATA_DIR", path: of.config.dataDir }, () => gatewaySecrets(of.config)),
  });
  bindPart(container, tokens.adminKeyStore, {
    // Written in the data folder, so that storage must hold it first.
    needs: { config, storage, logger },
    make: ({ config: { dataDir }, storage: { shared }, logger }) =>
      shared?.adminKeyStore ??
      usingPath({ setting: "DATA_DIR", path: dataDir }, () =>
        FileAdminKeyStore.open({ path: dataDirLayout(dataDir).adminKeys, logger }),
      ),
  });
}

function bindTenants(container: Container): void {
  bindPart(container, tokens.tenantRegistry, {
    needs: { config, storage, clock, logger },
    make: ({ config: { tenants }, storage: { shared }, ...runtime }) =>
      shared?.tenantRegistry ??
      usingPath({ setting: "TENANTS_FILE", path: tenants.file }, () =>
        FileTenantRegistry.open({ ...runtime, path: tenants.file }),
      ),
  });
  bindPart(container, tokens.tenants, {
    needs: { config, registry: tokens.tenantRegistry, secrets },
    make: ({ config: { tenants }, registry, secrets: { signingSecret } }) =>
      new TemplateTenantDirectory({
        tenants: registry,
        urlTemplate: tenants.urlTemplate,
        maxTenantId: tenants.maxId,
        defaultSigningSecret: signingSecret,
      }),
  });
  bindPart(container, tokens.dispatcher, {
    needs: { dispatcher: tokens.httpTenantDispatcher },
    make: (of) => of.dispatcher,
  });
  bindPart(container, tokens.handlerTester, {
    needs: { tester: tokens.httpTenantDispatcher },
    make: (of) => of.tester,
  });
  bindPart(container, tokens.httpTenantDispatcher, {
    needs: {
      ...{ config, clock, guard: tokens.addressGuard, address: tokens.publicAddress },
      tracer: tokens.tracer,
    },
    make: ({ config: { deliveryTimeoutMs }, clock, guard, address, tracer }) =>
      new HttpTenantDispatcher({
        ...{ clock, guard, version: VERSION },
        timeoutMs: deliveryTimeoutMs,
        mediaUrl: (id) => address.mediaUrl(id),
        onStatus: (status) => tracer.current()?.set({ "http.response.status_code": status }),
      }),
  });
  bindPart(container, tokens.addressGuard, {
    needs: { config },
    make: (of) => new AddressGuard({ publicOnly: of.config.tenantUrlsPublicOnly }),
  });
  bindPart(container, tokens.mediaFetcher, {
    needs: { config, clock, guard: tokens.addressGuard },
    make: ({ config: { media }, clock, guard }) =>
      new HttpMediaFetcher({
        ...{ clock, guard, version: VERSION },
        timeoutMs: LIMITS.tenantFileTimeoutMs,
        maxBytes: media.maxFileBytes,
      }),
  });
}

function bindWaha(container: Container): void {
  bindPart(container, tokens.source, {
    needs: { config, clock, logger },
    make: ({ config: { waha, duplicateMemoryDays }, ...runtime }) =>
      new WahaMessageSource({
        ...runtime,
        session: waha.session,
        ...(waha.hmacKey === undefined ? {} : { hmacKey: waha.hmacKey }),
        duplicateMemoryMs: duplicateMemoryDays * DAY_MS,
        maxInFlight: LIMITS.webhooks.requests,
      }),
  });
  bindPart(container, tokens.wahaClient, {
    needs: { config, clock },
    make: ({ config: { waha }, ...runtime }) =>
      new WahaClient({
        ...runtime,
        baseUrl: waha.url,
        ...(waha.apiKey === undefined ? {} : { apiKey: waha.apiKey }),
        session: waha.session,
      }),
  });
  bindPart(container, tokens.mediaSource, {
    needs: { client: tokens.wahaClient },
    make: (of) => new WahaMediaSource(of),
  });
  bindPart(container, tokens.replySender, {
    needs: { config, client: tokens.wahaClient, media: tokens.mediaFetcher, clock, logger: backgroundLogger },
    make: ({ config: { replies }, ...others }) =>
      new WahaReplySender({
        ...others,
        ...(replies.pacing === "human" ? { pacing: { ...LIMITS.typing, random: () => Math.random() } } : {}),
      }),
  });
  bindPart(container, tokens.contactLookup, {
    needs: { client: tokens.wahaClient, clock, logger },
    make: (of) => new WahaContactLookup(of),
  });
  bindPart(container, tokens.messageHistory, {
    needs: { client: tokens.wahaClient, clock, logger: backgroundLogger },
    make: (of) => new WahaMessageHistory(of),
  });
  bindPart(container, tokens.wahaSession, {
    needs: { config, client: tokens.wahaClient, address: tokens.publicAddress, logger: backgroundLogger },
    make: ({ config: { waha }, client, address, logger: log }) =>
      new WahaSessionControl(
        () =>
          new WahaSessionDeployment({
            ...{ client, logger: log, webhookUrl: address.webhookUrl, hmacKey: waha.hmacKey },
          }),
      ),
  });
}
