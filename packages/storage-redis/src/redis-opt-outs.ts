import type { ContactId, OptOuts, SentWish } from "@gateway-router/core";
import type { RedisContactHashes } from "./redis-contact-hashes.js";
import { NOTE_WISH, SPREAD_WISH, WISH_OF } from "./scripts/record-scripts.js";

/** Who wants no replies, in Redis, by the hashes of their names. */
export class RedisOptOuts implements OptOuts {
  constructor(private readonly hashes: RedisContactHashes) {}

  async note(contact: ContactId, { wish, sentAtMs }: SentWish): Promise<void> {
    await this.hashes.run(NOTE_WISH, [contact], JSON.stringify([contact]), wish, String(sentAtMs));
  }

  async isOptedOut(...names: readonly ContactId[]): Promise<boolean> {
    const reply = await this.hashes.run<readonly string[]>(WISH_OF, names, JSON.stringify(names));
    return reply[1] === "opt_out";
  }

  async spread(names: readonly ContactId[]): Promise<void> {
    await this.hashes.run(SPREAD_WISH, names, JSON.stringify(names));
  }
}
