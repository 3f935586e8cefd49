import { ExponentialRetryPolicy, randomIds, systemClock } from "@gateway-router/core";
import { FileTenantRegistry, openFileStorage, TemplateTenantDirectory } from "@gateway-router/storage-file";
import { HttpTenantDispatcher } from "@gateway-router/tenant-http";
import { WahaClient, WahaMessageSource, WahaReplySender } from "@gateway-router/waha";
import type { Container } from "inversify";
import { outsideRequests } from "../logging/outside-requests.js";
import { gatewaySecrets } from "../secrets/gateway-secrets.js";
import { usingPath } from "../unusable-path-error.js";
import { VERSION } from "../version.js";
import { bindPart } from "./bind-part.js";
import { LIMITS } from "./limits.js";
import { tokens } from "./tokens.js";

const DAY_MS = 24 * 3_600_000;
const { config, clock, ids, logger, storage, secrets } = tokens;

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
  bindStorage(container);
  bindTenants(container);
  bindWaha(container);
}

function bindStorage(container: Container): void {
  bindPart(container, storage, {
    needs: { config, clock, ids, logger },
    make: ({ config: { dataDir, duplicateMemoryDays, backupKeepDays, tenants }, ...runtime }) =>
      usingPath({ setting: "DATA_DIR", path: dataDir }, () =>
        openFileStorage({
          ...{ ...runtime, dataDir, duplicateMemoryDays, backupKeepDays },
          tenantsFile: tenants.file,
        }),
      ),
  });
  bindPart(container, tokens.mappings, { needs: { storage }, make: (of) => of.storage.mappings });
  bindPart(container, tokens.deliveries, { needs: { storage }, make: (of) => of.storage.deliveries });
  bindPart(container, tokens.replies, { needs: { storage }, make: (of) => of.storage.replies });
  bindPart(container, secrets, {
    // They are made in the data folder, so nobody may make them before storage holds the folder.
    needs: { config, storage },
    make: (of) =>
      usingPath({ setting: "DATA_DIR", path: of.config.dataDir }, () => gatewaySecrets(of.config)),
  });
}

function bindTenants(container: Container): void {
  bindPart(container, tokens.tenantRegistry, {
    needs: { config, clock, logger },
    make: ({ config: { tenants }, ...runtime }) =>
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
    needs: { config, clock },
    make: (of) =>
      new HttpTenantDispatcher({
        clock: of.clock,
        timeoutMs: of.config.deliveryTimeoutMs,
        version: VERSION,
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
  bindPart(container, tokens.replySender, {
    needs: { client: tokens.wahaClient, logger },
    make: (of) => new WahaReplySender(of),
  });
}
