import {
  contestedCursor,
  numberOfContestedCursor,
  type ContactId,
  type ContestedContact,
  type ContestedContacts,
  type ContestedCounts,
  type ContestedPageRequest,
  type ContestedUse,
  type Page,
  type TenantId,
} from "@gateway-router/core";
import { pairs } from "./alias-lesson.js";
import type { RedisDatabase } from "./redis-database.js";
import { removeInPieces } from "./remove-in-pieces.js";
import {
  FORGET_CONTESTED,
  LIST_CONTESTED,
  NOTE_CONTESTED,
  PRUNE_CONTESTED,
} from "./scripts/record-scripts.js";

/** Contested contacts in Redis. Each use gives its record the next number, so that the last used has the highest. */
export class RedisContestedContacts implements ContestedContacts {
  constructor(private readonly database: RedisDatabase) {}

  async note({ contact, heldBy, linkOf, campaign = "", atMs }: ContestedUse): Promise<void> {
    const tenants = [String(heldBy), String(linkOf)];
    await this.database.run(NOTE_CONTESTED, contact, ...tenants, campaign, String(atMs));
  }

  async list({ limit, cursor, tenantId }: ContestedPageRequest): Promise<Page<ContestedContact>> {
    const before = cursor === undefined ? "" : String(numberOfContestedCursor(cursor, tenantId));
    // One more than asked for tells whether there is another page.
    const values = [before, String(limit + 1), tenantId === undefined ? "" : String(tenantId)];
    const rows = pairs((await this.database.run(LIST_CONTESTED, ...values)) as string[]).map(readRecord);
    const page = rows.slice(0, limit);
    return {
      items: page.map(({ record }) => record),
      nextCursor: rows.length > limit ? contestedCursor(page.at(-1)!.number, tenantId) : undefined,
    };
  }

  async counts(): Promise<ReadonlyMap<TenantId, ContestedCounts>> {
    const flat = await this.database.call(["HGETALL", `${this.database.prefix}contested-counts`]);
    const counts = new Map<TenantId, ContestedCounts>();
    for (const [name, count] of pairs(flat as string[])) {
      const [role, tenant] = name.split(":") as ["kept" | "missed", string];
      const tenantId = Number(tenant) as TenantId;
      counts.set(tenantId, { ...(counts.get(tenantId) ?? { kept: 0, missed: 0 }), [role]: Number(count) });
    }
    return counts;
  }

  async forget(...names: readonly ContactId[]): Promise<void> {
    await this.database.run(FORGET_CONTESTED, ...names);
  }

  prune(olderThanMs: number): Promise<number> {
    return removeInPieces(this.database, PRUNE_CONTESTED, String(olderThanMs));
  }
}

function readRecord([name, stored]: readonly [string, string]): {
  readonly number: number;
  readonly record: ContestedContact;
} {
  const [contact, heldBy, linkOf] = name.split("|");
  const [times, firstAtMs, lastAtMs, number, campaign] = stored.split("\n");
  return {
    number: Number(number),
    record: {
      ...{ contact: contact as ContactId, heldBy: Number(heldBy) as TenantId },
      ...{ linkOf: Number(linkOf) as TenantId, times: Number(times) },
      ...{ firstAtMs: Number(firstAtMs), lastAtMs: Number(lastAtMs) },
      ...(campaign === undefined || campaign === "" ? {} : { campaign }),
    },
  };
}
