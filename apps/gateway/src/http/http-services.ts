import type {
  AuditLog,
  Clock,
  ContestedContacts,
  DeliveryQueue,
  EraseContact,
  ExplainMessage,
  ExportContact,
  FindReplyStatus,
  HandlerTester,
  IdSource,
  Logger,
  ListContacts,
  ListDeliveries,
  ListReplies,
  ManageAdminKeys,
  ManageTenants,
  MappingStore,
  MediaStore,
  ReadGrowth,
  ReadTenantHealth,
  ReassignContact,
  RemoveMapping,
  ReplayDeadLetters,
  ReplyContent,
  SendReply,
  TenantDirectory,
  TenantRegistry,
  Tracer,
} from "@gateway-router/core";
import type { WebhookOutcome } from "@gateway-router/waha";
import type { AdminKeys } from "./admin-keys.js";
import type { ConsoleSessions } from "./console-sessions.js";
import type { ConsoleSite } from "./console-site.js";
import type { GatewayMetrics } from "../metrics/gateway-metrics.js";
import type { Overview } from "../overview.js";
import type { PairingQr } from "../pairing-qr.js";
import type { SharedNumber } from "../shared-number.js";
import type { DoorLimits } from "./doors.js";
import type { Drain } from "./drain.js";
import type { InFlightLimits } from "./in-flight-limit.js";

/** What the routes need of the rest of the gateway. */
export interface HttpServices {
  readonly webhooks: WebhookReceiver;
  readonly mappings: MappingStore;
  readonly deliveries: DeliveryQueue;
  readonly replies: DeliveryQueue<ReplyContent>;
  readonly media: Pick<MediaStore, "open">;
  readonly tenants: TenantDirectory;
  /** Knows tenants by their tokens. */
  readonly tenantRegistry: Pick<TenantRegistry, "findByToken">;
  readonly manageTenants: Pick<ManageTenants, "list" | "find" | "put" | "rotate" | "remove">;
  readonly handlerTester: HandlerTester;
  readonly sendReply: Pick<SendReply, "execute">;
  readonly findReplyStatus: Pick<FindReplyStatus, "execute">;
  readonly audit: Pick<AuditLog, "list" | "append">;
  readonly contested: Pick<ContestedContacts, "list" | "counts">;
  readonly explainMessage: Pick<ExplainMessage, "execute">;
  readonly listReplies: Pick<ListReplies, "execute">;
  readonly listContacts: Pick<ListContacts, "list" | "find" | "campaigns" | "know">;
  readonly listDeliveries: Pick<ListDeliveries, "execute">;
  readonly readTenantHealth: Pick<ReadTenantHealth, "execute">;
  readonly readGrowth: Pick<ReadGrowth, "execute">;
  readonly overview: Pick<Overview, "read">;
  /** What the QR code says that pairs a phone, while the WAHA session asks for one. */
  readonly pairingQr: () => Promise<PairingQr>;
  readonly reassignContact: Pick<ReassignContact, "execute">;
  readonly exportContact: Pick<ExportContact, "execute" | "openFile">;
  readonly eraseContact: Pick<EraseContact, "execute">;
  readonly removeMapping: Pick<RemoveMapping, "execute">;
  readonly replayDeadLetters: Pick<ReplayDeadLetters, "one" | "ofTenant">;
  readonly tracer: Tracer;
  readonly metrics: Pick<GatewayMetrics, "webhookAnswered" | "text" | "contentType">;
  /** Where the engine has settings of its own: by which of them it may lose what it said was written. */
  readonly storageRisks?: () => Promise<readonly string[]>;
  readonly number: SharedNumber;
  readonly adminKeys: AdminKeys;
  readonly consoleSessions: ConsoleSessions;
  /** The console's pages, as they were built. */
  readonly consoleSite: ConsoleSite;
  readonly manageAdminKeys: Pick<ManageAdminKeys, "list" | "add" | "remove">;
  readonly doors: DoorLimits;
  /** How many proxies stand in front, each of which names the address it was asked from. */
  readonly trustedProxies: number;
  /** Whether people reach the gateway by https. */
  readonly isHttps: boolean;
  readonly drain: Drain;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, "deliveryId">;
  readonly logger: Logger;
  readonly webhookLimits: InFlightLimits;
  /** Text before the tenant id in a link code. */
  readonly linkPrefix: string;
  /** How people and tenants reach the gateway that listens on the port. */
  readonly publicUrl: (port: number) => string;
}

/** Takes one webhook in, as it came over the wire. */
export interface WebhookReceiver {
  receive(
    rawBody: Buffer,
    signature: { readonly hmac: string | undefined; readonly algorithm: string | undefined },
  ): Promise<WebhookOutcome>;
}
