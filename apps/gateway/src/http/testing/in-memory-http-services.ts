import {
  ClearTenant,
  EraseContact,
  ExplainMessage,
  ExportContact,
  FindReplyStatus,
  InProcessConsoleSessions,
  ListContacts,
  ListDeliveries,
  ListReplies,
  ManageAdminKeys,
  ManageTenants,
  randomAdminKeys,
  randomCredentials,
  randomIds,
  ReadGrowth,
  ReadTenantHealth,
  ReassignContact,
  RemoveMapping,
  ReplayDeadLetters,
  SendReply,
  untraced,
  type PhoneNumber,
  type TenantDirectory,
  type Tracer,
} from "@gateway-router/core";
import {
  aContact,
  InMemoryAdminKeyStore,
  type InMemoryStorage,
  type InMemoryTenantRegistry,
  type ManualClock,
  type RecordingLogger,
} from "@gateway-router/core/testing";
import { SharedNumber } from "../../shared-number.js";
import { MessageRate } from "../../message-rate.js";
import { Overview } from "../../overview.js";
import { AllAdminKeys } from "../admin-keys.js";
import { ConsoleSessions } from "../console-sessions.js";
import type { SiteFile } from "../console-site.js";
import { doorLimits } from "../doors.js";
import { Drain } from "../drain.js";
import type { HttpServices } from "../http-services.js";
import { noMetrics } from "./no-metrics.js";

export interface InMemoryHttpHouse {
  readonly clock: ManualClock;
  readonly logger: RecordingLogger;
  readonly storage: InMemoryStorage;
  readonly registry: InMemoryTenantRegistry;
  /** The registry itself, where not given. */
  readonly directory?: TenantDirectory;
  /** The first one. */
  readonly adminKey: string;
  /** Traces nothing, where not given. */
  readonly tracer?: Tracer;
  /** Empty, where not given. */
  readonly adminKeyStore?: InMemoryAdminKeyStore;
}

const PAGE: SiteFile = {
  ...{ type: "text/html; charset=utf-8", content: Buffer.from("<!doctype html>"), brotli: undefined },
  etag: '"page"',
};

/** All that the routes need, in memory. */
export function inMemoryHttpServices(house: InMemoryHttpHouse): HttpServices {
  const { clock, logger, storage, registry, directory = registry, adminKey } = house;
  const { adminKeyStore: store = new InMemoryAdminKeyStore() } = house;
  const {
    mappings,
    deliveries,
    replies,
    replyJournal: journal,
    idempotencyKeys: keys,
    optOuts,
    audit,
    contested,
    media,
    mediaJobs,
    firstWords,
    unmappedMarks,
  } = storage;
  const acting = { mappings, queue: deliveries, replies, audit, clock, logger };
  const ofContacts = { ...acting, journal, media, mediaJobs, firstWords, unmappedMarks, optOuts, contested };
  const removeMapping = new RemoveMapping(acting);
  const manageTenants = new ManageTenants({
    ...{ ...acting, registry, directory, credentials: randomCredentials },
    clearTenant: new ClearTenant({ ...acting, removeMapping }),
  });
  const number = new SharedNumber("971557357753" as PhoneNumber);
  const readGrowth = new ReadGrowth({ mappings, clock });
  const adminKeys = new AllAdminKeys({ first: adminKey, others: store });
  return {
    webhooks: { receive: async () => ({ kind: "unmapped", contact: aContact() }) },
    ...{ mappings, deliveries, replies, media, audit, clock, logger, ids: randomIds, removeMapping },
    contested,
    ...{ tenants: directory, tenantRegistry: registry },
    ...{ manageTenants, number, readGrowth, adminKeys },
    listDeliveries: new ListDeliveries({ queue: deliveries, replies, mappings }),
    readTenantHealth: new ReadTenantHealth({ queue: deliveries }),
    overview: new Overview({
      ...{ number, mappings, deliveries, replies, manageTenants, clock },
      ...{ growth: readGrowth, rate: new MessageRate({ clock }) },
    }),
    pairingQr: async () => ({ kind: "scan", value: "2@a-code-to-scan" }),
    consoleSessions: new ConsoleSessions({
      store: new InProcessConsoleSessions({ clock }),
      adminKeys,
      clock,
    }),
    consoleSite: { page: PAGE, asset: (name) => (name === "page.js" ? PAGE : undefined) },
    handlerTester: { test: async () => ({ status: 200, durationMs: 1, error: undefined }) },
    listContacts: new ListContacts({ mappings, optOuts }),
    listReplies: new ListReplies({ journal, replies, mappings }),
    exportContact: new ExportContact(ofContacts),
    eraseContact: new EraseContact(ofContacts),
    reassignContact: new ReassignContact({ ...acting, tenants: directory, ids: randomIds }),
    explainMessage: new ExplainMessage({
      ...{ mappings, optOuts, tenants: directory, linkPrefix: "start_realty_" },
      wishWords: { optOut: ["STOP"], optIn: ["START"] },
    }),
    sendReply: new SendReply({ mappings, optOuts, replies, journal, keys, ids: randomIds, logger }),
    findReplyStatus: new FindReplyStatus({ journal, replies }),
    replayDeadLetters: new ReplayDeadLetters(acting),
    metrics: noMetrics,
    tracer: house.tracer ?? untraced,
    manageAdminKeys: new ManageAdminKeys({ store, keys: randomAdminKeys, audit, clock, logger }),
    ...{ doors: doorLimits(clock), trustedProxies: 0, isHttps: false },
    drain: new Drain(),
    webhookLimits: { requests: 4, bytes: 2 ** 22 },
    linkPrefix: "start_realty_",
    publicUrl: (port) => `http://127.0.0.1:${port}`,
  };
}
