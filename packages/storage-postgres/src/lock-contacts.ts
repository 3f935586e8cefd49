import type { ContactId } from "@gateway-router/core";
import type { Queries, Statement } from "./postgres-database.js";

/** Until the transaction ends, nobody else changes what is kept of the contacts with these names. */
export async function lockContacts(transaction: Queries, names: readonly ContactId[]): Promise<void> {
  await transaction.query(LOCK_CONTACTS, [names]);
}

const LOCK_CONTACTS: Statement = { name: "lock-contacts", text: "SELECT lock_contacts($1)" };
