import { setImmediate } from "node:timers/promises";
import {
  auditCursor,
  isEntryAskedFor,
  numberOfAuditCursor,
  pseudonymised,
  type AuditEntry,
  type AuditLog,
  type AuditPageRequest,
  type Clock,
  type Page,
  type PseudonymiseRequest,
} from "@gateway-router/core";
import type { LmdbDatabase } from "./lmdb-database.js";
import type { LmdbEnvironment, LmdbSnapshot } from "./lmdb-environment.js";

type ActionKey = [action: string, number: number];

const PRUNED_AT_ONCE = 500;
const PSEUDONYMISED_AT_ONCE = 200;
/** Of a list, while nothing else is done. */
const LOOKED_AT_ONCE = 1_000;

/** What was done to whom, in LMDB, numbered in the order of its coming. */
export class LmdbAuditLog implements AuditLog {
  private readonly environment: LmdbEnvironment;
  private readonly clock: Clock;
  private readonly entries: LmdbDatabase<AuditEntry, number>;
  private readonly actions: LmdbDatabase<true, ActionKey>;

  constructor({ environment, clock }: { readonly environment: LmdbEnvironment; readonly clock: Clock }) {
    this.environment = environment;
    this.clock = clock;
    this.entries = environment.database("audit");
    this.actions = environment.database("audit.actions");
  }

  append(entry: AuditEntry): Promise<void> {
    return this.environment.write(() => this.appendInTransaction(entry));
  }

  /** As {@link append}, to be called inside `environment.write`. */
  appendInTransaction(entry: AuditEntry): void {
    const [last = 0] = this.entries.keys({ reverse: true, limit: 1 });
    this.entries.put(last + 1, entry);
    this.actions.put([entry.action, last + 1], true);
  }

  /** All entries of the snapshot in the order of their coming, in pieces. */
  *pagesIn(snapshot: LmdbSnapshot, limit: number): Generator<AuditEntry[]> {
    for (const page of snapshot.pages(this.entries, limit)) yield page.map(({ value }) => value);
  }

  async list(request: AuditPageRequest): Promise<Page<AuditEntry>> {
    const { limit, cursor } = request;
    const before = cursor === undefined ? undefined : numberOfAuditCursor(cursor, request);
    const items: AuditEntry[] = [];
    let last = 0;
    let lookedAt = 0;
    for (const number of this.numbersBefore(before, request.action)) {
      // Few among many may be asked for: then a page is short, and the next one goes on.
      if (items.length >= limit || lookedAt >= LOOKED_AT_ONCE) {
        return { items, nextCursor: auditCursor(last, request) };
      }
      const entry = this.entries.get(number);
      if (entry !== undefined && isEntryAskedFor(entry, request)) items.push(entry);
      last = number;
      lookedAt += 1;
    }
    return { items, nextCursor: undefined };
  }

  async pseudonymise({ names, pseudonym }: PseudonymiseRequest): Promise<number> {
    let changed = 0;
    for (let last = 0; ;) {
      const page = [
        ...this.entries.range({ start: last, exclusiveStart: true, limit: PSEUDONYMISED_AT_ONCE }),
      ];
      const named = page.flatMap(({ key, value }) => {
        const entry = pseudonymised(value, names, pseudonym);
        return entry === value ? [] : [{ key, entry }];
      });
      if (named.length > 0) {
        changed += await this.environment.write(() => {
          // What was pruned meanwhile stays so.
          const there = named.filter(({ key }) => this.entries.has(key));
          for (const { key, entry } of there) this.entries.put(key, entry);
          return there.length;
        });
      }
      if (page.length < PSEUDONYMISED_AT_ONCE) return changed;
      last = page.at(-1)!.key;
      await setImmediate();
    }
  }

  async prune(olderThanMs: number): Promise<number> {
    const oldestMs = this.clock.nowMs() - olderThanMs;
    let pruned = 0;
    for (let last = PRUNED_AT_ONCE; last === PRUNED_AT_ONCE; pruned += last) {
      if (!this.hasOlderThan(oldestMs)) break;
      last = await this.environment.write(() => this.pruneInTransaction(oldestMs));
      await setImmediate();
    }
    return pruned;
  }

  private *numbersBefore(before: number | undefined, action: string | undefined): Iterable<number> {
    const downwards = { reverse: true, ...(before === undefined ? {} : { exclusiveStart: true }) };
    if (action === undefined) {
      yield* this.entries.keys({ ...downwards, ...(before === undefined ? {} : { start: before }) });
      return;
    }
    const start: ActionKey = [action, before ?? Number.MAX_SAFE_INTEGER];
    for (const [, number] of this.actions.keys({ ...downwards, start, end: [action, 0] })) yield number;
  }

  private hasOlderThan(oldestMs: number): boolean {
    for (const { value } of this.entries.range({ limit: 1 })) return value.atMs < oldestMs;
    return false;
  }

  /** Entries stand in the order of their coming, so the first young one ends it. */
  private pruneInTransaction(oldestMs: number): number {
    const old = [...this.entries.range({ limit: PRUNED_AT_ONCE })];
    const end = old.findIndex(({ value }) => value.atMs >= oldestMs);
    for (const { key, value } of end === -1 ? old : old.slice(0, end)) {
      this.entries.remove(key);
      this.actions.remove([value.action, key]);
    }
    return end === -1 ? old.length : end;
  }
}
