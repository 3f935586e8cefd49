declare const phoneNumberBrand: unique symbol;

/** An international phone number in digits only, without `+` or `00`: 7 to 15 digits (ITU-T E.164), no leading 0. */
export type PhoneNumber = string & { readonly [phoneNumberBrand]: true };

const CANONICAL = /^[1-9][0-9]{6,14}$/;
// The device part (`:12`) names one of a person's devices; the person is the same.
const WHATSAPP_ADDRESS = /^([0-9]+)(?::[0-9]{1,5})?@(?:c\.us|s\.whatsapp\.net)$/;
const SEPARATORS = /[ \t\u00a0\u202f().\-/]/g;

/**
 * Reads a phone number in any usual form: `+971 50-123 4567`, `00971501234567`, `971501234567@c.us`.
 * A single leading 0 is a national number whose country is unknown, so it is none.
 */
export function parsePhoneNumber(text: string): PhoneNumber | undefined {
  if (text.length > 64) return undefined;
  if (CANONICAL.test(text)) return text as PhoneNumber;
  const address = WHATSAPP_ADDRESS.exec(text);
  if (address) return CANONICAL.test(address[1]!) ? (address[1] as PhoneNumber) : undefined;
  const compact = text.trim().replace(SEPARATORS, "");
  const digits = compact.startsWith("+")
    ? compact.slice(1)
    : compact.startsWith("00")
      ? compact.slice(2)
      : compact;
  return CANONICAL.test(digits) ? (digits as PhoneNumber) : undefined;
}
