import type {
  AuditLog,
  CatchUp,
  Clock,
  ContactLookup,
  DeliverDueMessages,
  DeliveryQueue,
  FindReplyStatus,
  Housekeeping,
  IdSource,
  InboundHandlers,
  Logger,
  MappingStore,
  MediaFetcher,
  MessageHistory,
  MessageSource,
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
} from "@gateway-router/core";
import type { WahaClient } from "@gateway-router/waha";
import type { ServiceIdentifier } from "inversify";
import type { GatewayConfig } from "../config/gateway-config.js";
import type { Gateway } from "../gateway.js";
import type { HttpServer } from "../http/http-server.js";
import type { HttpServices, WebhookReceiver } from "../http/http-services.js";
import type { PublicAddress } from "../public-address.js";
import type { GatewaySecrets } from "../secrets/gateway-secrets.js";
import type { SharedNumber } from "../shared-number.js";
import type { Storage } from "../storage.js";
import type { SessionControl, WahaSessionWatch } from "../waha-session-watch.js";

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
  replyJournal: token<ReplyJournal>("replyJournal"),
  audit: token<AuditLog>("audit"),
  state: token<StateStore>("state"),

  secrets: token<GatewaySecrets>("secrets"),
  tenants: token<TenantDirectory>("tenants"),
  dispatcher: token<TenantDispatcher & Closable>("dispatcher"),
  wahaClient: token<WahaClient>("wahaClient"),
  wahaSession: token<SessionControl>("wahaSession"),
  contactLookup: token<ContactLookup>("contactLookup"),
  messageHistory: token<MessageHistory>("messageHistory"),
  mediaFetcher: token<MediaFetcher & Closable>("mediaFetcher"),
  source: token<MessageSource & WebhookReceiver>("source"),
  replySender: token<ReplySender>("replySender"),
  sendBudget: token<SendBudget>("sendBudget"),
  sharedNumber: token<SharedNumber>("sharedNumber"),
  publicAddress: token<PublicAddress>("publicAddress"),

  routeInboundMessage: token<RouteInboundMessage>("routeInboundMessage"),
  removeMapping: token<RemoveMapping>("removeMapping"),
  replayDeadLetters: token<ReplayDeadLetters>("replayDeadLetters"),
  deliverDueMessages: token<DeliverDueMessages>("deliverDueMessages"),
  sendDueReplies: token<SendDueReplies>("sendDueReplies"),
  sendReply: token<SendReply>("sendReply"),
  findReplyStatus: token<FindReplyStatus>("findReplyStatus"),
  trackReplies: token<TrackReplies>("trackReplies"),
  replyToUnmapped: token<ReplyToUnmapped>("replyToUnmapped"),
  housekeeping: token<Housekeeping>("housekeeping"),
  catchUp: token<CatchUp>("catchUp"),
  wahaSessionWatch: token<WahaSessionWatch>("wahaSessionWatch"),
  inboundHandlers: token<InboundHandlers>("inboundHandlers"),

  httpServices: token<HttpServices>("httpServices"),
  httpServer: token<HttpServer>("httpServer"),
  gateway: token<Gateway>("gateway"),
};
