import type {
  ClearTenant,
  Clock,
  DeliverDueMessages,
  DeliveryQueue,
  HandlerTester,
  Housekeeping,
  IdSource,
  Logger,
  ManageTenants,
  MappingStore,
  MessageSource,
  RemoveMapping,
  ReplayDeadLetters,
  ReplyContent,
  ReplySender,
  ReplyToUnmapped,
  RetryPolicy,
  RouteInboundMessage,
  SendDueReplies,
  TenantDirectory,
  TenantDispatcher,
  TenantRegistry,
} from "@gateway-router/core";
import type { HttpTenantDispatcher } from "@gateway-router/tenant-http";
import type { WahaClient } from "@gateway-router/waha";
import type { ServiceIdentifier } from "inversify";
import type { GatewayConfig } from "../config/gateway-config.js";
import type { Gateway, Worker } from "../gateway.js";
import type { HttpServer } from "../http/http-server.js";
import type { HttpServices, WebhookReceiver } from "../http/http-services.js";
import type { GatewaySecrets } from "../secrets/gateway-secrets.js";
import type { SharedNumber } from "../shared-number.js";
import type { Storage } from "../storage.js";

function token<Service>(name: string): ServiceIdentifier<Service> {
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
  ids: token<IdSource>("ids"),
  retryPolicy: token<RetryPolicy>("retryPolicy"),

  /** Opened when first asked for, closed by the gateway's stop. */
  storage: token<Storage>("storage"),
  mappings: token<MappingStore>("mappings"),
  deliveries: token<DeliveryQueue>("deliveries"),
  replies: token<DeliveryQueue<ReplyContent>>("replies"),

  secrets: token<GatewaySecrets>("secrets"),
  /** The tenants that somebody wrote down. */
  tenantRegistry: token<TenantRegistry>("tenantRegistry"),
  /** The tenants there are, with what is not written down filled in. */
  tenants: token<TenantDirectory>("tenants"),
  dispatcher: token<TenantDispatcher & Closable>("dispatcher"),
  handlerTester: token<HandlerTester>("handlerTester"),
  /** Both of these. */
  httpTenantDispatcher: token<HttpTenantDispatcher>("httpTenantDispatcher"),
  wahaClient: token<Pick<WahaClient, "session" | "sendText" | "sendMedia" | "close">>("wahaClient"),
  source: token<MessageSource & WebhookReceiver>("source"),
  replySender: token<ReplySender>("replySender"),
  sharedNumber: token<SharedNumber>("sharedNumber"),

  routeInboundMessage: token<RouteInboundMessage>("routeInboundMessage"),
  removeMapping: token<RemoveMapping>("removeMapping"),
  clearTenant: token<ClearTenant>("clearTenant"),
  manageTenants: token<ManageTenants>("manageTenants"),
  replayDeadLetters: token<ReplayDeadLetters>("replayDeadLetters"),
  deliverDueMessages: token<DeliverDueMessages>("deliverDueMessages"),
  sendDueReplies: token<SendDueReplies>("sendDueReplies"),
  replyToUnmapped: token<ReplyToUnmapped>("replyToUnmapped"),
  housekeeping: token<Housekeeping>("housekeeping"),
  sharedNumberWatch: token<Worker>("sharedNumberWatch"),

  httpServices: token<HttpServices>("httpServices"),
  httpServer: token<HttpServer>("httpServer"),
  gateway: token<Gateway>("gateway"),
};
