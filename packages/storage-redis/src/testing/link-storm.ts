// One of several gateways in a spec: takes its share of the links that many contacts opened at once.
import { randomIds, systemClock, type IntakeOutcome } from "@gateway-router/core";
import { aContact, aMessage, aTenantId, silentLogger } from "@gateway-router/core/testing";
import { openRedisStorage } from "../redis-storage.js";

/** What a process of the storm is told. */
export interface StormOrder {
  readonly url: string;
  readonly prefix: string;
  readonly contacts: number;
  readonly linksPerContact: number;
  /** It takes the links whose number leaves this over, divided by how many processes there are. */
  readonly share: number;
  readonly processes: number;
}

export interface StormReport {
  readonly contact: number;
  readonly tenantId: number;
  readonly locked: boolean;
  readonly isFirst: boolean;
}

/** Contacts whose links are under way at a time. */
const AT_ONCE = 10;

async function takeShare(order: StormOrder): Promise<readonly StormReport[]> {
  const { url, prefix, contacts, linksPerContact, share, processes } = order;
  const storage = await openRedisStorage({
    ...{ url, prefix, clock: systemClock, logger: silentLogger, duplicateMemoryDays: 7 },
  });
  const reports: StormReport[] = [];
  const take = async (contact: number, link: number): Promise<void> => {
    const message = aMessage({
      ...{ identity: `storm/${contact}/${link}`, contact: aContact(String(971_500_000_000 + contact)) },
      ...{ text: `start_realty_${link + 1}`, sentAtMs: Date.now() },
    });
    const outcome: IntakeOutcome = await storage.intake.take({
      ...{ message, deliveryId: randomIds.deliveryId(), holdIfUnmapped: false },
      proposal: { tenantId: aTenantId(link + 1), generation: randomIds.generation(), lockedAtMs: Date.now() },
    });
    if (outcome.kind !== "routed") throw new Error(`Contact ${contact}, link ${link}: ${outcome.kind}`);
    const { mapping, locked, isFirst } = outcome;
    reports.push({ contact, tenantId: mapping.tenantId, locked, isFirst });
  };
  const links = Array.from({ length: linksPerContact }, (_, link) => link);
  const own = links.filter((link) => link % processes === share);
  let next = 0;
  const walk = async (): Promise<void> => {
    for (let contact = next++; contact < contacts; contact = next++) {
      const current = contact;
      await Promise.all(own.map((link) => take(current, link)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, walk));
  await storage.close();
  return reports;
}

process.once("message", (order: StormOrder) => {
  takeShare(order).then(
    (reports) => process.send?.(reports, () => process.disconnect()),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
