import { createHash } from "node:crypto";
import type {
  PutTenantRequest,
  RotateTenantRequest,
  Tenant,
  TenantChange,
  TenantId,
} from "@gateway-router/core";
import type { TenantEntry } from "./tenants-file.js";

/** All entries of a tenants' file at one time, with what finds one of them. Never changes. */
export class TenantEntries {
  static readonly none = new TenantEntries([]);

  /** Where each entry is in the list. */
  private readonly places = new Map<TenantId, number>();
  private readonly idsByTokenHash = new Map<string, TenantId>();
  /** Of tenants that are there, in their order. */
  private readonly ids: readonly TenantId[];

  /** `entries` in the order of the file, no id twice. */
  constructor(readonly entries: readonly TenantEntry[]) {
    entries.forEach((entry, place) => {
      this.places.set(entry.id, place);
      if (entry.removed === true) return;
      for (const hash of [entry.token_hash, entry.previous_token_hash]) {
        if (hash !== undefined) this.idsByTokenHash.set(hash, entry.id);
      }
    });
    this.ids = entries
      .filter(({ removed }) => removed !== true)
      .map(({ id }) => id)
      .sort((a, b) => a - b);
  }

  /** How many tenants there are. */
  get size(): number {
    return this.ids.length;
  }

  find(id: TenantId): TenantEntry | undefined {
    const entry = this.entryOf(id);
    return entry?.removed === true ? undefined : entry;
  }

  isRemoved(id: TenantId): boolean {
    return this.entryOf(id)?.removed === true;
  }

  findByTokenHash(hash: string, nowMs: number): TenantEntry | undefined {
    const id = this.idsByTokenHash.get(hash);
    const entry = id === undefined ? undefined : this.find(id);
    if (entry === undefined || entry.token_hash === hash) return entry;
    return isOverlapping(entry, nowMs) ? entry : undefined;
  }

  /** Up to `limit` tenants with ids above `after`. */
  following(after: number, limit: number): readonly TenantEntry[] {
    const start = this.ids.findIndex((id) => id > after);
    return start < 0 ? [] : this.ids.slice(start, start + limit).map((id) => this.find(id)!);
  }

  /** With the entry in its old place, or at the end where its id is new; without what overlaps that are over left behind. */
  with(entry: TenantEntry, nowMs: number): TenantEntries {
    const entries = this.entries.map((each) => withoutEndedOverlap(each, nowMs));
    entries[this.places.get(entry.id) ?? entries.length] = entry;
    return new TenantEntries(entries);
  }

  private entryOf(id: TenantId): TenantEntry | undefined {
    const place = this.places.get(id);
    return place === undefined ? undefined : this.entries[place];
  }
}

/** The tenant that an entry describes, signed for as is right at that time. */
export function tenantOf(entry: TenantEntry, nowMs: number): Tenant {
  const { id, name, url, active = true, secret, previous_secret: previous } = entry;
  const hasPrevious = previous !== undefined && isOverlapping(entry, nowMs);
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(url === undefined ? {} : { url }),
    active,
    signingSecrets: secret === undefined ? [] : [secret, ...(hasPrevious ? [previous] : [])],
  };
}

export function newEntry({ id, change, credentials, overlap }: PutTenantRequest): TenantEntry {
  return {
    ...changedEntry({ id }, { active: true, ...change }),
    secret: credentials.secret,
    token_hash: hashOf(credentials.token),
    ...(overlap === undefined
      ? {}
      : { previous_secret: overlap.secret, overlap_until: isoTime(overlap.untilMs) }),
  };
}

export function changedEntry(entry: TenantEntry, change: TenantChange): TenantEntry {
  const given = Object.entries({ name: change.name, url: change.url, active: change.active });
  const fields = given.filter(([, value]) => value !== undefined && value !== null);
  const taken = given.filter(([, value]) => value === null).map(([field]) => field);
  return without({ ...entry, ...Object.fromEntries(fields) }, taken);
}

export function rotatedEntry(entry: TenantEntry, request: RotateTenantRequest): TenantEntry {
  const { credentials, overlapUntilMs, signedWithBefore } = request;
  const { secret: previousSecret = signedWithBefore, token_hash: previousTokenHash } = entry;
  return {
    ...without(entry, OVERLAP_FIELDS),
    secret: credentials.secret,
    token_hash: hashOf(credentials.token),
    ...(overlapUntilMs === undefined
      ? {}
      : {
          ...(previousSecret === undefined ? {} : { previous_secret: previousSecret }),
          ...(previousTokenHash === undefined ? {} : { previous_token_hash: previousTokenHash }),
          overlap_until: isoTime(overlapUntilMs),
        }),
  };
}

/** What stays of a tenant that was removed. */
export function removedEntry(id: TenantId): TenantEntry {
  return { id, removed: true };
}

export function hashOf(token: string): string {
  return createHash("sha256").update(token, "utf8").digest("hex");
}

const OVERLAP_FIELDS = ["previous_secret", "previous_token_hash", "overlap_until"];

function isOverlapping({ overlap_until }: TenantEntry, nowMs: number): boolean {
  return overlap_until !== undefined && nowMs < Date.parse(overlap_until);
}

function withoutEndedOverlap(entry: TenantEntry, nowMs: number): TenantEntry {
  const hasOverlap = OVERLAP_FIELDS.some((field) => entry[field] !== undefined);
  return hasOverlap && !isOverlapping(entry, nowMs) ? without(entry, OVERLAP_FIELDS) : entry;
}

function without(entry: TenantEntry, fields: readonly string[]): TenantEntry {
  return Object.fromEntries(
    Object.entries(entry).filter(([field]) => !fields.includes(field)),
  ) as unknown as TenantEntry;
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
