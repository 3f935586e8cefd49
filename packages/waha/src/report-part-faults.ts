import type { Logger } from "@gateway-router/core";
import type { ParsedMessage } from "./inbound-message-parser.js";

/** Says which parts of a message had to be left out, if any. */
export function reportPartFaults(
  logger: Logger,
  { message, partFaults }: Extract<ParsedMessage, { readonly kind: "message" }>,
): void {
  if (partFaults.length === 0) return;
  const { contact, content } = message;
  logger.log("warn", `A message of ${contact} goes on without what can't be read: ${partFaults.join("; ")}`, {
    event: "webhook.part_unreadable",
    phone_number: contact,
    message_id: content.id,
  });
}
