import { isLid, parseContactId, type ContactId } from "@gateway-router/core";
import { nameOfSender, otherAddressesOf } from "./engine-data.js";
import type { IgnoredReason } from "./webhook-outcome.js";

/** Who sent it, as messages and changes alike say. */
export interface SenderFields {
  readonly from: string;
  readonly notifyName?: unknown;
  readonly _data?: unknown;
}

/** The contact, as a message to the core names it. */
export interface Sender {
  readonly contact: ContactId;
  readonly otherName?: ContactId;
  readonly contactName?: string;
}

export type SenderReading =
  | { readonly kind: "sender"; readonly sender: Sender }
  | { readonly kind: "ignored"; readonly reason: IgnoredReason }
  /** An address of a kind that is not known, such as WhatsApp's own service account. */
  | { readonly kind: "unknown_sender"; readonly server: string }
  | { readonly kind: "malformed"; readonly message: string };

/** WhatsApp allows 25 characters; what is longer than this is no name. */
const LONGEST_NAME = 128;
/** As much of an unknown address as a log line may carry: its kind, not its owner. */
const LONGEST_SERVER_NAME = 32;

/**
 * Reads who sent it. `isVouchedFor`: it is WAHA's own word, so that an address that goes with another is one
 * contact's for good; anybody could have written it otherwise, and claimed another's chats with it.
 */
export function readSender(fields: SenderFields, isVouchedFor: boolean): SenderReading {
  const { from } = fields;
  const reason = ignoredChat(from);
  if (reason !== undefined) return { kind: "ignored", reason };
  const named = parseContactId(from);
  if (named === undefined) return unreadableSender(from);
  const others = otherAddressesOf("sender", fields._data);
  const phone = isLid(named) ? others.find((other) => !isLid(other)) : named;
  const lid = isLid(named) ? named : others.find(isLid);
  const contactName = displayName(fields);
  return {
    kind: "sender",
    sender: {
      contact: phone ?? named,
      ...(isVouchedFor && phone !== undefined && lid !== undefined ? { otherName: lid } : {}),
      ...(contactName === undefined ? {} : { contactName }),
    },
  };
}

function ignoredChat(from: string): IgnoredReason | undefined {
  if (from.endsWith("@g.us")) return "group";
  // Both the status, `status@broadcast`, and broadcast lists.
  if (from.endsWith("@broadcast")) return "broadcast";
  if (from.endsWith("@newsletter")) return "channel";
  return undefined;
}

/**
 * WhatsApp has more kinds of addresses than persons, and gets new ones; to refuse them would only make WAHA
 * send them again. What is no address at all was written by hand, and its writer wants to be told.
 */
function unreadableSender(from: string): SenderReading {
  const at = from.lastIndexOf("@");
  return at === -1
    ? { kind: "malformed", message: "payload: from must be a phone number or an address of WhatsApp" }
    : { kind: "unknown_sender", server: from.slice(at, at + LONGEST_SERVER_NAME) };
}

function displayName({ _data, notifyName }: SenderFields): string | undefined {
  const name = (nameOfSender(_data) ?? (typeof notifyName === "string" ? notifyName : "")).trim();
  if (name.length <= LONGEST_NAME) return name === "" ? undefined : name;
  // By code points, so that no character is cut in half.
  return Array.from(name.slice(0, 2 * LONGEST_NAME))
    .slice(0, LONGEST_NAME)
    .join("");
}
