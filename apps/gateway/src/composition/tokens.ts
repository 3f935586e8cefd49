import type {
  AdminKeyStore,
  AuditLog,
  CatchUp,
  ClearTenant,
  Clock,
  ConsoleSessionStore,
  ContactLookup,
  ContestedContacts,
  DeliverDueMessages,
  DeliveryQueue,
  EraseContact,
  ExplainMessage,
  ExportContact,
  FindReplyStatus,
  FetchMedia,
  HandlerTester,
  Housekeeping,
  IdSource,
  InboundHandlers,
  LeadersWork,
  Logger,
  ListContacts,
  ListDeliveries,
  ListReplies,
  ManageAdminKeys,
  ManageTenants,
  MappingStore,
  MediaFetcher,
  MessageHistory,
  MediaJob,
  MediaSource,
  MediaStore,
  MessageSource,
  OptOuts,
  ReadGrowth,
  ReadTenantHealth,
  ReassignContact,
  RemoveMapping,
  ReplayDeadLetters,
  ReplyContent,
  ReplyJournal,
  ReplySender,
  ReplyToUnmapped,
  RetryPolicy,
  RouteInboundMessage,
  SendBudget,
  SendDueReplies,
  SendReply,
  StateStore,
  TenantDirectory,
  TenantDispatcher,
  TrackReplies,
  TenantRegistry,
} from "@gateway-router/core";
import type { AddressGuard, HttpTenantDispatcher } from "@gateway-router/tenant-http";
import type { WahaClient } from "@gateway-router/waha";
import type { ServiceIdentifier } from "inversify";
import type { GatewayConfig } from "../config/gateway-config.js";
import type { Gateway, Worker } from "../gateway.js";
import type { HttpServer } from "../http/http-server.js";
import type { HttpServices, WebhookReceiver } from "../http/http-services.js";
import type { GatewayMetrics } from "../metrics/gateway-metrics.js";
import type { MessageRate } from "../message-rate.js";
import type { Overview } from "../overview.js";
import type { PublicAddress } from "../public-address.js";
import type { GatewaySecrets } from "../secrets/gateway-secrets.js";
import type { SharedNumber } from "../shared-number.js";
import type { Storage } from "../storage.js";
import type { ClosableTracer } from "../tracing/open-tracer.js";
import type { SessionControl, WahaSessionWatch } from "../waha-session-watch.js";

/** What the container knows one part by. */
export type Token<Service> = ServiceIdentifier<Service>;

function token<Service>(name: string): Token<Service> {
  return Symbol(name);
}

interface Closable {
  close(): Promise<void>;
}

/** The names under which the container knows the gateway's parts: what a test replaces, it replaces here. */
export const tokens = {
  config: token<GatewayConfig>("config"),
  logger: token<Logger>("logger"),
  /** The same for what goes on beside the requests. */
  backgroundLogger: token<Logger>("backgroundLogger"),
  clock: token<Clock>("clock"),
  tracer: token<ClosableTracer>("tracer"),
  ids: token<IdSource>("ids"),
  retryPolicy: token<RetryPolicy>("retryPolicy"),

  /** Opened when first asked for, closed by the gateway's stop. */
  storage: token<Storage>("storage"),
  mappings: token<MappingStore>("mappings"),
  deliveries: token<DeliveryQueue>("deliveries"),
  replies: token<DeliveryQueue<ReplyContent>>("replies"),
  replyJournal: token<ReplyJournal>("replyJournal"),
  optOuts: token<OptOuts>("optOuts"),
  audit: token<AuditLog>("audit"),
  contested: token<ContestedContacts>("contested"),
  state: token<StateStore>("state"),
  media: token<MediaStore>("media"),
  mediaJobs: token<DeliveryQueue<MediaJob>>("mediaJobs"),

  consoleSessionStore: token<ConsoleSessionStore>("consoleSessionStore"),

  secrets: token<GatewaySecrets>("secrets"),
  /** The admin keys beside the first one, which is a secret of the gateway's. */
  adminKeyStore: token<AdminKeyStore>("adminKeyStore"),
  /** The tenants that somebody wrote down. */
  tenantRegistry: token<TenantRegistry>("tenantRegistry"),
  /** The tenants there are, with what is not written down filled in. */
  tenants: token<TenantDirectory>("tenants"),
  addressGuard: token<AddressGuard>("addressGuard"),
  publicAddress: token<PublicAddress>("publicAddress"),
  mediaFetcher: token<MediaFetcher & Closable>("mediaFetcher"),
  dispatcher: token<TenantDispatcher & Closable>("dispatcher"),
  wahaClient: token<WahaClient>("wahaClient"),
  wahaSession: token<SessionControl>("wahaSession"),
  contactLookup: token<ContactLookup>("contactLookup"),
  messageHistory: token<MessageHistory>("messageHistory"),
  handlerTester: token<HandlerTester>("handlerTester"),
  /** Both of these. */
  httpTenantDispatcher: token<HttpTenantDispatcher>("httpTenantDispatcher"),
  source: token<MessageSource & WebhookReceiver>("source"),
  mediaSource: token<MediaSource>("mediaSource"),
  replySender: token<ReplySender>("replySender"),
  sendBudget: token<SendBudget>("sendBudget"),
  metrics: token<GatewayMetrics>("metrics"),
  sharedNumber: token<SharedNumber>("sharedNumber"),
  messageRate: token<MessageRate>("messageRate"),
  overview: token<Overview>("overview"),

  routeInboundMessage: token<RouteInboundMessage>("routeInboundMessage"),
  explainMessage: token<ExplainMessage>("explainMessage"),
  listContacts: token<ListContacts>("listContacts"),
  listDeliveries: token<ListDeliveries>("listDeliveries"),
  readTenantHealth: token<ReadTenantHealth>("readTenantHealth"),
  readGrowth: token<ReadGrowth>("readGrowth"),
  listReplies: token<ListReplies>("listReplies"),
  reassignContact: token<ReassignContact>("reassignContact"),
  exportContact: token<ExportContact>("exportContact"),
  eraseContact: token<EraseContact>("eraseContact"),
  removeMapping: token<RemoveMapping>("removeMapping"),
  clearTenant: token<ClearTenant>("clearTenant"),
  manageTenants: token<ManageTenants>("manageTenants"),
  manageAdminKeys: token<ManageAdminKeys>("manageAdminKeys"),
  replayDeadLetters: token<ReplayDeadLetters>("replayDeadLetters"),
  deliverDueMessages: token<DeliverDueMessages>("deliverDueMessages"),
  fetchMedia: token<FetchMedia>("fetchMedia"),
  sendDueReplies: token<SendDueReplies>("sendDueReplies"),
  sendReply: token<SendReply>("sendReply"),
  findReplyStatus: token<FindReplyStatus>("findReplyStatus"),
  trackReplies: token<TrackReplies>("trackReplies"),
  replyToUnmapped: token<ReplyToUnmapped>("replyToUnmapped"),
  housekeeping: token<Housekeeping>("housekeeping"),
  catchUp: token<CatchUp>("catchUp"),
  /** What only one of several instances does. */
  leadersWork: token<LeadersWork>("leadersWork"),
  wahaSessionWatch: token<WahaSessionWatch>("wahaSessionWatch"),
  inboundHandlers: token<InboundHandlers>("inboundHandlers"),

  httpServices: token<HttpServices>("httpServices"),
  httpServer: token<HttpServer>("httpServer"),
  /** What goes on beside the requests, in the order in which it starts. */
  work: token<readonly Worker[]>("work"),
  /** Clients that keep connections open. */
  connections: token<readonly Closable[]>("connections"),
  gateway: token<Gateway>("gateway"),
};
