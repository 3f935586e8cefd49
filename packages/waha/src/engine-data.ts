import { parseContactId, type ContactId } from "@gateway-router/core";
import { textAt } from "./plain-data.js";

/**
 * Where the engines put a contact's other address, the phone number behind a LID or the LID before a phone number:
 * NOWEB, then GOWS. In a message of one's own the sender is oneself, and the contact is the recipient.
 */
const OTHER_ADDRESS_PATHS = {
  sender: [
    ["key", "remoteJidAlt"],
    ["key", "participantAlt"],
    ["Info", "SenderAlt"],
  ],
  recipient: [
    ["key", "remoteJidAlt"],
    ["Info", "RecipientAlt"],
  ],
} as const;

/** The contact's addresses by the engine's own data, besides the one the message gives. Often there is none. */
export function otherAddressesOf(
  party: keyof typeof OTHER_ADDRESS_PATHS,
  engineData: unknown,
): readonly ContactId[] {
  return OTHER_ADDRESS_PATHS[party].flatMap((path) => {
    const address = textAt(engineData, ...path);
    const contact = address === undefined ? undefined : parseContactId(address);
    return contact === undefined ? [] : [contact];
  });
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
