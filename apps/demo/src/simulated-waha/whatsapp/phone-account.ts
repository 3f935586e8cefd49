import { parsePhoneNumber } from "@gateway-router/core";
import type { MeInfo } from "../waha-event.js";

/** The account whose phone scans the QR code. */
export interface PhoneAccount {
  /** In any usual form. */
  readonly phone: string;
  readonly pushName?: string;
  readonly lid?: string;
}

export function meOf({ phone, pushName = "Gateway", lid = "990001111@lid" }: PhoneAccount): MeInfo {
  const digits = parsePhoneNumber(phone);
  if (digits === undefined) throw new TypeError(`${JSON.stringify(phone)} is no phone number`);
  return { id: `${digits}@c.us`, pushName, lid };
}
