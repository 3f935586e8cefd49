import { randomIds, RouteInboundMessage, systemClock, type TenantId } from "@gateway-router/core";
import { InMemoryStorage, InMemoryTenantDirectory } from "@gateway-router/core/testing";
import { mappingAt, messageAt } from "../messages.js";
import { carryOut } from "../orders.js";
import { silentLogger } from "../silent-logger.js";
import { TENANTS } from "../tenants.js";

export type CoreInMemoryOrders = typeof orders;

const AT_A_TIME = 100;

const orders = {
  /**
   * Routes messages of known contacts, all in memory. Answers how many in a second of processor time, garbage
   * collection included: what one core does that has nothing else to do.
   */
  async route({
    messages,
    contacts,
  }: {
    readonly messages: number;
    readonly contacts: number;
  }): Promise<number> {
    const storage = new InMemoryStorage({ clock: systemClock });
    const { intake, mappings, deliveries: queue, replies, audit } = storage;
    for (let index = 0; index < contacts; index += 1) await mappings.lock(mappingAt(index), Date.now());
    const tenants = new InMemoryTenantDirectory(
      Array.from({ length: TENANTS }, (_, index) => ({
        ...{ id: (index + 1) as TenantId, active: true, signingSecrets: [] },
      })),
    );
    const route = new RouteInboundMessage({
      ...{ intake, mappings, queue, replies, audit, tenants, linkPrefix: "start_realty_" },
      ...{ clock: systemClock, ids: randomIds, logger: silentLogger },
    });
    const received = Array.from({ length: messages }, (_, index) =>
      messageAt(index, index % contacts, "Is it still there?"),
    );
    globalThis.gc?.();
    const before = process.cpuUsage();
    for (let first = 0; first < messages; first += AT_A_TIME) {
      await Promise.all(received.slice(first, first + AT_A_TIME).map((message) => route.execute(message)));
    }
    const { user, system } = process.cpuUsage(before);
    const { pending } = await queue.counts();
    if (pending !== messages) throw new Error(`${pending} of ${messages} messages were queued`);
    return (messages * 1e6) / (user + system);
  },
};

carryOut(orders);
