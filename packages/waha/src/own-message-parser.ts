import { isLid, parseContactId, type ContactId, type OwnMessage } from "@gateway-router/core";
import { otherAddressesOf } from "./engine-data.js";
import { isPlainObject } from "./plain-data.js";
import type { WahaMessageId } from "./waha-message-id.js";
import type { WahaMessageDto } from "./waha-message.dto.js";

/** Reads a message that went out from the shared number; `undefined` where it went to no contact, or has no id. */
export function parseOwnMessage(
  message: WahaMessageDto,
  id: WahaMessageId | undefined,
  sentAtMs: number,
): OwnMessage | undefined {
  const contact = recipientOf(message, id);
  if (id === undefined || contact === undefined) return undefined;
  const { body, source } = message;
  return {
    messageId: id.bareId,
    contact,
    sentAtMs,
    // Only events say so; what is read from a chat later is a program's unless it is said to be a person's.
    byProgram: source !== "app",
    ...(body === undefined || body === null || body === "" ? {} : { text: body }),
    hasMedia: message.hasMedia === true || isPlainObject(message.media),
  };
}

/** The id names the chat in every engine; `from` is the chat in some of them and oneself in others, which then have `to`. */
function recipientOf(
  { to, from, _data }: WahaMessageDto,
  id: WahaMessageId | undefined,
): ContactId | undefined {
  const chat = id?.chatId ?? (typeof to === "string" && to !== "" ? to : from);
  const named = parseContactId(chat);
  if (named === undefined || !isLid(named)) return named;
  return otherAddressesOf("recipient", _data).find((other) => !isLid(other)) ?? named;
}
