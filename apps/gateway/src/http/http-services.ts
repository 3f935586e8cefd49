import type {
  Clock,
  DeliveryQueue,
  Logger,
  MappingStore,
  MediaStore,
  RemoveMapping,
  ReplayDeadLetters,
  ReplyContent,
  TenantDirectory,
} from "@gateway-router/core";
import type { WebhookOutcome } from "@gateway-router/waha";
import type { AdminKey } from "./admin-key.js";
import type { SharedNumber } from "../shared-number.js";
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
  readonly removeMapping: Pick<RemoveMapping, "execute">;
  readonly replayDeadLetters: Pick<ReplayDeadLetters, "one" | "ofTenant">;
  readonly number: SharedNumber;
  readonly adminKey: AdminKey;
  readonly drain: Drain;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly webhookLimits: InFlightLimits;
  /** Text before the tenant id in a link code. */
  readonly linkPrefix: string;
}

/** Takes one webhook in, as it came over the wire. */
export interface WebhookReceiver {
  receive(
    rawBody: Buffer,
    signature: { readonly hmac: string | undefined; readonly algorithm: string | undefined },
  ): Promise<WebhookOutcome>;
}
