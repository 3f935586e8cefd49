import { parseContactId, type ContactId } from "../domain/contact-id.js";
import type { Delivery } from "../domain/delivery.js";
import type { InboundMessage } from "../domain/inbound-message.js";
import type { Generation, Mapping } from "../domain/mapping.js";
import { isMessage, type TenantEvent } from "../domain/tenant-event.js";
import { isTenantId, type Tenant, type TenantId } from "../domain/tenant.js";
import { parseTraceContext, type TraceContext } from "../domain/trace-context.js";

let made = 0;

function nextNumber(): number {
  made += 1;
  return made;
}

/** A contact by its text, or one that nobody else has. */
export function aContact(text = `9715${String(nextNumber()).padStart(8, "0")}`): ContactId {
  const contact = parseContactId(text);
  if (contact === undefined) throw new TypeError(`${JSON.stringify(text)} is no contact`);
  return contact;
}

export function aTenantId(id = 2): TenantId {
  if (!isTenantId(id)) throw new TypeError(`${id} is no tenant id`);
  return id;
}

export function aGeneration(text = `ct_${nextNumber()}`): Generation {
  return text as Generation;
}

export function aTenant(overrides: Partial<Omit<Tenant, "id">> & { readonly id?: number } = {}): Tenant {
  const id = aTenantId(overrides.id);
  return {
    name: `Agent ${id}`,
    url: `http://127.0.0.1:9/tenant-${id}`,
    active: true,
    signingSecrets: ["whsec_dGVzdCBzZWNyZXQgb2YgYSB0ZW5hbnQ="],
    ...overrides,
    id,
  };
}

export function aMapping(overrides: Partial<Mapping> = {}): Mapping {
  return {
    contact: aContact(),
    tenantId: aTenantId(),
    generation: aGeneration(),
    lockedAtMs: 0,
    ...overrides,
  };
}

export type MessageOverrides = Partial<Omit<InboundMessage, "content">> & { readonly text?: string };

export function aMessage({ text = "Hello", ...overrides }: MessageOverrides = {}): InboundMessage {
  const id = `3EB0${String(nextNumber()).padStart(12, "0")}`;
  return {
    identity: `default/false/${id}`,
    contact: aContact("971501234567"),
    sentAtMs: Date.UTC(2026, 10, 23, 16, 46),
    content: { id, type: "text", text },
    ...overrides,
  };
}

/** A message with a file that is still to be fetched. */
export function aMediaMessage(
  { id, filename }: { readonly id: string; readonly filename?: string },
  overrides: MessageOverrides = {},
): InboundMessage {
  const { content, ...message } = aMessage(overrides);
  const media = {
    ...{ id, mimetype: "image/jpeg", sourceUrl: `http://127.0.0.1:9/api/files/${id}` },
    ...(filename === undefined ? {} : { filename }),
  };
  return { ...message, content: { ...content, type: "image", media } };
}

/** A delivery under the mapping. */
export function aDelivery(
  mapping: Mapping,
  overrides: Partial<Delivery<InboundMessage>> = {},
): Delivery<InboundMessage> {
  const { tenantId, contact, generation } = mapping;
  const body = aMessage({ contact });
  return {
    id: `msg_${nextNumber()}`,
    identity: body.identity,
    tenantId,
    contact,
    generation,
    body,
    ...overrides,
  };
}

/** Of a trace that nothing else belongs to. */
export function aTraceContext(): TraceContext {
  const number = nextNumber().toString(16);
  return parseTraceContext(`00-${number.padStart(32, "0")}-${number.padStart(16, "0")}-01`)!;
}

/** What the message says; nothing where the event is none. */
export function textOf(event: TenantEvent): string | undefined {
  return isMessage(event) ? event.content.text : undefined;
}
