import { createHash } from "node:crypto";
import {
  BadCursorError,
  parseTenantId,
  StorageUnavailableError,
  type Page,
  type PutTenantOutcome,
  type PutTenantRequest,
  type RotateTenantRequest,
  type Tenant,
  type TenantChange,
  type TenantId,
  type TenantPageRequest,
  type TenantRegistry,
} from "@gateway-router/core";
import type { RedisDatabase } from "./redis-database.js";
import {
  LIST_TENANTS,
  PUT_TENANT,
  READ_TENANT,
  READ_TENANT_BY_TOKEN,
  RETIRE_TENANT,
} from "./scripts/record-scripts.js";

interface Previous {
  readonly secret?: string;
  readonly tokenHash?: string;
  readonly untilMs: number;
}

/** A tenant as it is kept. */
interface Entry {
  readonly id: TenantId;
  readonly name?: string;
  readonly url?: string;
  readonly active: boolean;
  readonly secret?: string;
  readonly tokenHash?: string;
  /** What was good until now, while a rotation overlaps. */
  readonly previous?: Previous | undefined;
}

interface ReadEntry {
  readonly nowMs: number;
  /** As it is stored; empty where there is none. */
  readonly text: string;
  readonly entry: Entry | undefined;
  readonly isRetired: boolean;
}

const MOST_TRIES = 100;

/** Tenants in Redis, which all instances share: a change counts for each of them at once. */
export class RedisTenantRegistry implements TenantRegistry {
  constructor(private readonly database: RedisDatabase) {}

  async find(id: TenantId): Promise<Tenant | undefined> {
    const { entry, nowMs } = await this.read(id);
    return entry && asTenant(entry, nowMs);
  }

  async findByToken(token: string): Promise<Tenant | undefined> {
    const hash = hashOf(token);
    const reply = (await this.database.run(READ_TENANT_BY_TOKEN, hash)) as readonly [string, string] | null;
    if (reply === null || reply[1] === "") return undefined;
    const nowMs = Number(reply[0]);
    const entry = JSON.parse(reply[1]) as Entry;
    const isGood = entry.tokenHash === hash || overlapOf(entry, nowMs)?.tokenHash === hash;
    return isGood ? asTenant(entry, nowMs) : undefined;
  }

  async isRetired(id: TenantId): Promise<boolean> {
    return (await this.read(id)).isRetired;
  }

  async list({ limit, cursor }: TenantPageRequest): Promise<Page<Tenant>> {
    const after = cursor === undefined ? 0 : parseTenantId(cursor);
    if (after === undefined) throw new BadCursorError();
    // One more than asked for tells whether there is another page.
    const reply = await this.database.run(LIST_TENANTS, String(after), String(limit + 1));
    const [now, ...texts] = reply as readonly [string, ...string[]];
    const items = texts.slice(0, limit).map((text) => asTenant(JSON.parse(text) as Entry, Number(now)));
    return { items, nextCursor: texts.length > limit ? String(items.at(-1)!.id) : undefined };
  }

  async confirmUnedited(): Promise<void> {
    // Each change is made to what is there, in one step: there is no earlier reading to be out of date.
  }

  put({ id, change, credentials, overlap, onlyNew }: PutTenantRequest): Promise<PutTenantOutcome> {
    return this.untilCurrent(async () => {
      const read = await this.read(id);
      if (read.isRetired) return { kind: "retired" };
      if (read.entry !== undefined && onlyNew) return { kind: "exists" };
      const known = read.entry ?? {
        ...{ id, active: true, secret: credentials.secret, tokenHash: hashOf(credentials.token) },
        ...(overlap === undefined ? {} : { previous: { secret: overlap.secret, untilMs: overlap.untilMs } }),
      };
      const entry = changed(known, change);
      const answer = await this.write(read, entry);
      if (answer === "again") return undefined;
      if (answer === "retired") return { kind: "retired" };
      const kind = read.entry === undefined ? "created" : "changed";
      return { kind, tenant: asTenant(entry, read.nowMs) };
    });
  }

  async rotate(request: RotateTenantRequest): Promise<Tenant | undefined> {
    const { id, credentials, overlapUntilMs: untilMs, signedWithBefore } = request;
    const outcome = await this.untilCurrent(async () => {
      const read = await this.read(id);
      if (read.entry === undefined) return { tenant: undefined };
      const { secret = signedWithBefore, tokenHash } = read.entry;
      const previous = {
        ...(secret === undefined ? {} : { secret }),
        ...(tokenHash === undefined ? {} : { tokenHash }),
      };
      const entry: Entry = {
        ...{ ...read.entry, secret: credentials.secret, tokenHash: hashOf(credentials.token) },
        previous: untilMs === undefined ? undefined : { ...previous, untilMs },
      };
      const answer = await this.write(read, entry);
      if (answer === "again") return undefined;
      return { tenant: answer === "ok" ? asTenant(entry, read.nowMs) : undefined };
    });
    return outcome.tenant;
  }

  async remove(id: TenantId): Promise<void> {
    await this.untilCurrent(async () => {
      const { text, entry, isRetired } = await this.read(id);
      if (isRetired) return true;
      const forgotten = JSON.stringify(tokensOf(entry));
      const answer = await this.database.run(RETIRE_TENANT, String(id), text, forgotten);
      return answer === "ok" ? true : undefined;
    });
  }

  private async read(id: TenantId): Promise<ReadEntry> {
    const reply = (await this.database.run(READ_TENANT, String(id))) as readonly [string, string, string];
    const [nowMs, text, isRetired] = reply;
    return {
      ...{ nowMs: Number(nowMs), text, isRetired: isRetired === "1" },
      entry: text === "" ? undefined : (JSON.parse(text) as Entry),
    };
  }

  private async write({ text, entry: before }: ReadEntry, entry: Entry): Promise<"ok" | "again" | "retired"> {
    const kept = tokensOf(entry);
    const ended = tokensOf(before).filter((hash) => !kept.includes(hash));
    const tokens = [ended, kept].map((hashes) => JSON.stringify(hashes));
    return (await this.database.run(
      ...[PUT_TENANT, String(entry.id), text, JSON.stringify(entry), ...tokens],
    )) as "ok" | "again" | "retired";
  }

  /** Tries again where somebody else changed the tenant between the look and the change. */
  private async untilCurrent<Result>(attempt: () => Promise<Result | undefined>): Promise<Result> {
    for (let attempts = 0; attempts < MOST_TRIES; attempts += 1) {
      const result = await attempt();
      if (result !== undefined) return result;
    }
    throw new StorageUnavailableError("The tenant was changed too often meanwhile");
  }
}

function tokensOf(entry: Entry | undefined): readonly string[] {
  return [entry?.tokenHash, entry?.previous?.tokenHash].filter((hash) => hash !== undefined);
}

function changed(entry: Entry, change: TenantChange): Entry {
  const { name: nameBefore, url: urlBefore, ...rest } = entry;
  const { name = nameBefore, url = urlBefore, active = entry.active } = change;
  return {
    ...rest,
    ...(name === undefined || name === null ? {} : { name }),
    ...(url === undefined || url === null ? {} : { url }),
    active,
  };
}

function overlapOf({ previous }: Entry, nowMs: number): Previous | undefined {
  return previous !== undefined && nowMs < previous.untilMs ? previous : undefined;
}

/** The tenant, signed for as is right at that time. */
function asTenant(entry: Entry, nowMs: number): Tenant {
  const { id, name, url, active, secret } = entry;
  const overlapping = overlapOf(entry, nowMs)?.secret;
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(url === undefined ? {} : { url }),
    active,
    signingSecrets: secret === undefined ? [] : [secret, ...(overlapping === undefined ? [] : [overlapping])],
  };
}

function hashOf(token: string): string {
  return createHash("sha256").update(token, "utf8").digest("hex");
}
