import type { Acknowledged } from "./conversation.js";
import type { Arrival } from "./tenant-farm.js";

export interface Reconciliation {
  readonly acknowledged: number;
  /** Acknowledged and not taken by any handler. */
  readonly lost: readonly string[];
  /** Messages that a handler got for the first time after one that came later. */
  readonly outOfOrder: readonly string[];
  /** Contacts whose messages more than one tenant got, or was said to have got. */
  readonly withTwoTenants: readonly string[];
  /** Messages that a handler took more than once; allowed, since delivery is at least once. */
  readonly duplicates: number;
  /** Messages whose attempts did not all carry one id. */
  readonly withTwoIds: readonly string[];
  /** Contacts that were not announced as new by exactly one message. */
  readonly notNewOnce: readonly string[];
}

/** Holds what was acknowledged against what arrived, id by id. */
export function reconcile(
  acknowledged: readonly Acknowledged[],
  arrivals: readonly Arrival[],
): Reconciliation {
  const taken = new Map<string, number>();
  const ids = new Map<string, Set<string>>();
  const tenants = new Map<string, Set<number>>();
  const newMessages = new Map<string, Set<string>>();
  const lastFirstArrival = new Map<string, number>();
  const outOfOrder: string[] = [];

  for (const { contact, text, tenantId, webhookId, isNewSession, taken: wasTaken } of arrivals) {
    const name = `${contact} ${text}`;
    setOf(tenants, contact).add(tenantId);
    if (isNewSession) setOf(newMessages, contact).add(text);
    if (!ids.has(name)) {
      // Link messages are sent at once, so any order of theirs is right; the others are numbered.
      const place = text.startsWith("start_") ? 0 : Number(text);
      const last = lastFirstArrival.get(contact) ?? 0;
      if (place < last) outOfOrder.push(name);
      lastFirstArrival.set(contact, Math.max(place, last));
    }
    setOf(ids, name).add(webhookId);
    if (wasTaken) taken.set(name, (taken.get(name) ?? 0) + 1);
  }
  for (const { contact, tenantId } of acknowledged) setOf(tenants, contact).add(tenantId);

  const contacts = new Set(acknowledged.map(({ contact }) => contact));
  return {
    acknowledged: acknowledged.length,
    lost: acknowledged.map(({ contact, text }) => `${contact} ${text}`).filter((name) => !taken.has(name)),
    outOfOrder,
    withTwoTenants: [...tenants].filter(([, of]) => of.size > 1).map(([contact]) => contact),
    duplicates: [...taken.values()].reduce((sum, times) => sum + times - 1, 0),
    withTwoIds: [...ids].filter(([, of]) => of.size > 1).map(([name]) => name),
    notNewOnce: [...contacts].filter((contact) => setOf(newMessages, contact).size !== 1),
  };
}

function setOf<Key, Value>(map: Map<Key, Set<Value>>, key: Key): Set<Value> {
  const set = map.get(key) ?? new Set<Value>();
  map.set(key, set);
  return set;
}
