import {
  isMessage,
  mediaJobOf,
  type ContactId,
  type Delivery,
  type FirstWordsStore,
  type Generation,
  type HeldWords,
  type InboundMessage,
  type TenantId,
  type TraceContext,
} from "@gateway-router/core";
import { identityKey } from "./identity-key.js";
import type { RedisDatabase } from "./redis-database.js";
import { removeInPieces } from "./remove-in-pieces.js";
import { FORGET_WORDS, HELD_WORDS, HOLD_WORDS, PRUNE_WORDS } from "./scripts/words-scripts.js";

/** First words in Redis, numbered in the order of their coming. */
export class RedisFirstWordsStore implements FirstWordsStore {
  constructor(private readonly database: RedisDatabase) {}

  async hold(words: HeldWords): Promise<boolean> {
    const { deliveryId, message } = words;
    const { job, jobBody } = storedJob(deliveryId, message);
    const header = wordsHeader(words, job);
    const values = [JSON.stringify(header), JSON.stringify(message), jobBody];
    return (await this.database.run(HOLD_WORDS, ...values)) === 1;
  }

  async heldFor(...names: readonly ContactId[]): Promise<readonly HeldWords[]> {
    const flat = (await this.database.run(HELD_WORDS, ...names)) as readonly string[];
    return Array.from({ length: flat.length / 3 }, (_, index) => {
      const [deliveryId, body, trace] = flat.slice(3 * index) as [string, string, TraceContext | ""];
      return {
        ...{ deliveryId, message: JSON.parse(body) as InboundMessage },
        ...(trace === "" ? {} : { trace }),
      };
    });
  }

  async forget(...names: readonly ContactId[]): Promise<void> {
    await this.database.run(FORGET_WORDS, ...names);
  }

  prune(): Promise<number> {
    return removeInPieces(this.database, PRUNE_WORDS);
  }
}

/** Id, identity and the identity's key of a media job; whose it is is told when it is queued. */
export type StoredJob = readonly [id: string, identity: string, key: string];

/** The job that fetches the message's file, should the message become this delivery. */
export function storedJob(
  deliveryId: string,
  body: Delivery["body"],
): { readonly job: StoredJob | undefined; readonly jobBody: string } {
  const nobodys = { tenantId: 1 as TenantId, contact: body.contact, generation: "" as Generation };
  const job = isMessage(body)
    ? mediaJobOf({ id: deliveryId, identity: body.identity, ...nobodys, body })
    : undefined;
  if (job === undefined) return { job: undefined, jobBody: "" };
  return { job: [job.id, job.identity, identityKey(job.identity)], jobBody: JSON.stringify(job.body) };
}

/** See `WORDS_LUA`; when they were held is for the script to say. */
export function wordsHeader(
  { deliveryId, message, trace }: HeldWords,
  job: StoredJob | undefined,
): readonly string[] {
  const { contact, identity, sentAtMs } = message;
  return [
    contact,
    "",
    identity,
    identityKey(identity),
    String(sentAtMs),
    deliveryId,
    trace ?? "",
    ...(job ?? []),
  ];
}
