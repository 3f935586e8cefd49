import { isLid, parseContactId, type ContactId } from "@gateway-router/core";
import { textAt } from "./plain-data.js";

/** Where the engines put the phone number of a sender whom WhatsApp names by LID: NOWEB, then GOWS. */
const PHONE_PATHS = [
  ["key", "remoteJidAlt"],
  ["key", "participantAlt"],
  ["Info", "SenderAlt"],
] as const;

/** The sender's phone number by the engine's own data, where `from` hides it. Often there is none. */
export function phoneOfSender(engineData: unknown): ContactId | undefined {
  for (const path of PHONE_PATHS) {
    const address = textAt(engineData, ...path);
    const contact = address === undefined ? undefined : parseContactId(address);
    if (contact !== undefined && !isLid(contact)) return contact;
  }
  return undefined;
}

/** Where the engines put the name a contact shows: NOWEB, GOWS, WEBJS. */
const NAME_PATHS = [["pushName"], ["Info", "PushName"], ["notifyName"]] as const;

/** The name the contact shows on WhatsApp, by the engine's own data. */
export function nameOfSender(engineData: unknown): string | undefined {
  for (const path of NAME_PATHS) {
    const name = textAt(engineData, ...path);
    if (name !== undefined) return name;
  }
  return undefined;
}
