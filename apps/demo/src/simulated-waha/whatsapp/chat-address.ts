import { parseContactId } from "@gateway-router/core";

/** Where WhatsApp's stories come from. */
export const STATUS_CHAT = "status@broadcast";

/** The chat id, as WAHA writes it, of a person named by phone number (in any usual form) or LID. */
export function chatIdOf(person: string): string {
  const contact = parseContactId(person);
  if (contact === undefined)
    throw new TypeError(`${JSON.stringify(person)} is neither a phone number nor a LID`);
  return contact.endsWith("@lid") ? contact : `${contact}@c.us`;
}

/** The same address as the engine writes it, with the number of the device where one is given. */
export function jidOf(chatId: string, device?: number): string {
  return chatId.replace(/@c\.us$/, `${device === undefined ? "" : `:${device}`}@s.whatsapp.net`);
}

/** The chat id for what a caller of the API wrote: WAHA takes bare digits too, and the engine's form. */
export function chatIdFromApi(text: string): string {
  if (!text.includes("@")) return `${text}@c.us`;
  return text.replace(/@s\.whatsapp\.net$/, "@c.us");
}

export type ChatKind = "direct" | "group" | "status" | "broadcast" | "channel";

export function chatKindOf(chatId: string): ChatKind {
  if (chatId === STATUS_CHAT) return "status";
  if (chatId.endsWith("@broadcast")) return "broadcast";
  if (chatId.endsWith("@g.us")) return "group";
  return chatId.endsWith("@newsletter") ? "channel" : "direct";
}
