import { parsePhoneNumber } from "./phone-number.js";

declare const contactIdBrand: unique symbol;

/**
 * The name a contact is known by: the phone number in digits (`971501234567`), or, where WhatsApp hides
 * the number behind an alias, `<digits>@lid`.
 */
export type ContactId = string & { readonly [contactIdBrand]: true };

// A LID is an opaque number. The bound is generous (15 digits are seen in the wild) and only keeps keys small.
const LID = /^([0-9]{1,32})(?::[0-9]{1,5})?@lid$/;

/**
 * Reads a contact from any form in which people or WhatsApp write it: `+971 50-123 4567`, `00971501234567`,
 * `971501234567@c.us`, `971501234567:12@s.whatsapp.net`, `88112233445566@lid`.
 * Answers `undefined` for anything else, groups and broadcasts included.
 */
export function parseContactId(text: string): ContactId | undefined {
  if (text.length > 64) return undefined;
  const lid = LID.exec(text);
  if (lid) return `${lid[1]}@lid` as ContactId;
  return parsePhoneNumber(text) as string as ContactId | undefined;
}

/** Whether the contact is known only by its LID, its phone number being hidden. */
export function isLid(contact: ContactId): boolean {
  return contact.endsWith("@lid");
}
