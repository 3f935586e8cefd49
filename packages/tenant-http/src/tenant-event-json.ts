import { isMessage, type DueDelivery, type TenantEvent } from "@gateway-router/core";
import { defined } from "./defined.js";
import { failedReplyJson, type FailedReplyJson } from "./failed-reply-json.js";
import { changedMessageJson, type ChangedMessageJson } from "./changed-message-json.js";
import { receivedMessageJson, type MediaUrl, type ReceivedMessageJson } from "./received-message-json.js";

/** What a tenant's handler gets, as it stands in the JSON. */
export type TenantEventJson =
  | Event<
      "message.received",
      {
        readonly is_new_session: boolean;
        /** By which of its campaigns the contact came; with the first message only. */
        readonly campaign?: string;
        readonly message: ReceivedMessageJson;
      }
    >
  | Event<"message.edited" | "message.revoked" | "message.reaction", { readonly message: ChangedMessageJson }>
  | Event<"reply.failed", { readonly reply: FailedReplyJson }>;

interface Event<Type extends string, Data> {
  readonly type: Type;
  /** When it happened, ISO 8601 in UTC. */
  readonly timestamp: string;
  readonly data: ContactJson & Data;
}

interface ContactJson {
  readonly tenant_id: number;
  /** Digits, or `<digits>@lid` where WhatsApp hides the number. */
  readonly phone_number: string;
  /** Whether an admin sent it again after it had been given up. */
  readonly replayed?: true;
  /** Whether the contact wants nothing sent to it. */
  readonly opted_out?: true;
  readonly contact: { readonly id: string; readonly name?: string };
}

/**
 * The event for a delivery. Every attempt of one delivery gives the same event, so its `timestamp` is that of what
 * happened; when an attempt was made is told by the `webhook-timestamp` header.
 */
export function tenantEventJson(
  delivery: Omit<DueDelivery, "leaseToken" | "ageMs" | "probeNumber" | "othersSucceed">,
  { mediaUrl }: { readonly mediaUrl: MediaUrl },
): TenantEventJson {
  const { body, tenantId, contact, generation, isFirst, replayed, media, campaign } = delivery;
  const timestamp = new Date(body.sentAtMs).toISOString();
  const whose = { tenant_id: tenantId, phone_number: contact };
  const how = {
    ...(replayed ? { replayed } : {}),
    ...(body.kind === "reply_failed" || body.optedOut === undefined ? {} : { opted_out: body.optedOut }),
    // The lock names the contact for as long as this tenant has it, by whichever of its addresses it writes.
    contact: { id: generation, ...nameOf(body) },
  };
  if (isMessage(body)) {
    const message = receivedMessageJson(body, { timestamp, media, mediaUrl });
    return {
      type: "message.received",
      timestamp,
      data: { ...whose, is_new_session: isFirst, ...defined({ campaign }), ...how, message },
    };
  }
  if (body.kind === "reply_failed") {
    return { type: "reply.failed", timestamp, data: { ...whose, ...how, reply: failedReplyJson(body) } };
  }
  const message = changedMessageJson(body, timestamp);
  return { type: `message.${body.kind}`, timestamp, data: { ...whose, ...how, message } };
}

function nameOf(event: TenantEvent): { readonly name?: string } {
  return event.kind === "reply_failed" || event.contactName === undefined ? {} : { name: event.contactName };
}
