import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Clock, Logger } from "@gateway-router/core";
import { writeFileAtomically } from "./atomic-file.js";
import { QUEUE_NAMES } from "./data-dir-layout.js";
import { errorMessage, isMissing } from "./error-code.js";
import { LmdbContactHashes } from "./lmdb-contact-hashes.js";
import type { LmdbDatabase } from "./lmdb-database.js";
import { begunGenerationsOf } from "./lmdb-delivery-queue.js";
import type { LmdbEnvironment, LmdbSnapshot } from "./lmdb-environment.js";
import { LmdbOptOuts } from "./lmdb-opt-outs.js";
import { LmdbUnmappedMarks } from "./lmdb-unmapped-marks.js";
import type { MappingRecords } from "./mapping-records.js";
import { RECORDS_VERSION, type RecordedState } from "./recorded-state.js";
import { recordsText, type RecordsEntry } from "./records-file.js";

export interface RecordsBackupOptions {
  readonly environment: LmdbEnvironment;
  readonly records: MappingRecords;
  /** The tenants' file, wherever it is. */
  readonly tenantsFile: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Reading and formatting this many takes two milliseconds, so the event loop is never held up for long. */
const ENTRIES_AT_ONCE = 200;

/**
 * The file beside each backup of the mapping, with what the mapping's own format has no room for: how each
 * contact was locked, its other names, when mappings were removed, who was told to use a link, who wants no replies, and the tenants. No message is in
 * it, nor what only serves messages: what waits, pauses and holds of tenants, identities.
 */
export class RecordsBackup {
  private readonly unmappedMarks: LmdbUnmappedMarks;
  private readonly hashes: LmdbContactHashes;
  private readonly optOuts: LmdbOptOuts;
  private readonly begunGenerations: LmdbDatabase<true>;

  constructor(private readonly options: RecordsBackupOptions) {
    this.unmappedMarks = new LmdbUnmappedMarks(options);
    this.hashes = new LmdbContactHashes(options.environment);
    this.optOuts = new LmdbOptOuts({ environment: options.environment, hashes: this.hashes });
    this.begunGenerations = begunGenerationsOf(options.environment, QUEUE_NAMES.deliveries);
  }

  async write(path: string, snapshot: LmdbSnapshot): Promise<void> {
    const { clock } = this.options;
    const tenants = await this.readTenants();
    const fields = {
      version: RECORDS_VERSION,
      made_at: new Date(clock.nowMs()).toISOString(),
      ...(tenants === undefined ? {} : { tenants_file: tenants }),
      contact_hash_keys: this.hashes.keysNow(),
    };
    const sections = {
      aliases: this.aliases(snapshot),
      mappings: this.mappings(snapshot),
      removals: this.removals(snapshot),
      unmapped_marks: this.marks(snapshot),
      opt_outs: this.wishes(snapshot),
      erasures: this.erasures(snapshot),
    };
    await writeFileAtomically({ path, chunks: recordsText(fields, sections) });
  }

  /** Brings back who was erased, and by which keys names were hashed: what else is restored is judged by it. */
  async restoreErasures({ contactHashKeys, erasedAtMs }: RecordedState): Promise<void> {
    const { records, environment } = this.options;
    await environment.write(() => this.hashes.restore(contactHashKeys));
    await this.inBatches(erasedAtMs, ([hash, atMs]) => records.restoreErasure(hash, atMs));
  }

  /**
   * Brings back what stands beside the mapping: idempotent, and what happened later than it says stays. The
   * locks themselves are the restored mapping's.
   */
  async restore(state: RecordedState): Promise<void> {
    const { aliases, removedAtMs, markedAtMs, begunGenerations } = state;
    const { records } = this.options;
    await this.inBatches(state.wishes, ([hash, wish]) => this.optOuts.restore(hash, wish));
    await this.inBatches(aliases, ([name, alias]) => records.restoreAlias(name, alias));
    await this.inBatches(removedAtMs, ([contact, atMs]) => records.restoreRemoval(contact, atMs));
    await this.inBatches(markedAtMs, ([contact, atMs]) => this.unmappedMarks.restore(contact, atMs));
    await this.inBatches(begunGenerations, (generation) => this.begunGenerations.put(generation, true));
  }

  /** Puts the tenants' file back where there is none, and answers whether it did. */
  async restoreTenants({ tenantsFile: text }: RecordedState): Promise<boolean> {
    const { tenantsFile: path } = this.options;
    if (text === undefined || existsSync(path)) return false;
    await writeFileAtomically({ path, chunks: [text] });
    return true;
  }

  private *mappings(snapshot: LmdbSnapshot): Generator<readonly RecordsEntry[]> {
    for (const page of this.options.records.pagesIn(snapshot, ENTRIES_AT_ONCE)) {
      yield page.map(({ contact, tenantId, generation, lockedAtMs, campaign, mergedGenerations }) => ({
        ...{ contact, tenant_id: tenantId, generation, locked_at_ms: lockedAtMs, campaign },
        merged_generations: mergedGenerations,
        // Once begun, a generation stays so: there is no need to ask the snapshot, which would take longer.
        begun: this.begunGenerations.has(generation),
      }));
    }
  }

  private *aliases(snapshot: LmdbSnapshot): Generator<readonly RecordsEntry[]> {
    for (const page of this.options.records.aliasPagesIn(snapshot, ENTRIES_AT_ONCE)) {
      yield page.map(([name, { canonical, lid }]) => ({ name, canonical, lid }));
    }
  }

  private *removals(snapshot: LmdbSnapshot): Generator<readonly RecordsEntry[]> {
    for (const page of this.options.records.removalPagesIn(snapshot, ENTRIES_AT_ONCE)) {
      yield page.map(([contact, removedAtMs]) => ({ contact, removed_at_ms: removedAtMs }));
    }
  }

  private *marks(snapshot: LmdbSnapshot): Generator<readonly RecordsEntry[]> {
    for (const page of this.unmappedMarks.pagesIn(snapshot, ENTRIES_AT_ONCE)) {
      yield page.map(([contact, markedAtMs]) => ({ contact, marked_at_ms: markedAtMs }));
    }
  }

  private *erasures(snapshot: LmdbSnapshot): Generator<readonly RecordsEntry[]> {
    for (const page of this.options.records.erasurePagesIn(snapshot, ENTRIES_AT_ONCE)) {
      yield page.map(([hash, erasedAtMs]) => ({ contact_hash: hash, erased_at_ms: erasedAtMs }));
    }
  }

  private *wishes(snapshot: LmdbSnapshot): Generator<readonly RecordsEntry[]> {
    for (const page of this.optOuts.pagesIn(snapshot, ENTRIES_AT_ONCE)) {
      yield page.map(([hash, { wish, sentAtMs }]) => ({ contact_hash: hash, wish, sent_at_ms: sentAtMs }));
    }
  }

  /** A backup without the tenants is better than none, and whoever runs the gateway hears of it. */
  private async readTenants(): Promise<string | undefined> {
    const { tenantsFile: path, logger } = this.options;
    try {
      return await readFile(path, "utf8");
    } catch (error) {
      if (isMissing(error)) return undefined;
      logger.log(
        "warn",
        `The backup is made without the tenants: ${path} can't be read (${errorMessage(error)})`,
        {
          event: "backup.without_tenants",
          path,
        },
      );
      return undefined;
    }
  }

  private async inBatches<Item>(items: Iterable<Item>, put: (item: Item) => void): Promise<void> {
    let batch: Item[] = [];
    const flush = async (): Promise<void> => {
      const full = batch;
      batch = [];
      await this.options.environment.write(() => full.forEach(put));
    };
    for (const item of items) {
      batch.push(item);
      if (batch.length === ENTRIES_AT_ONCE) await flush();
    }
    await flush();
  }
}

const MAPPING_BACKUP = /^mapping_(.+\.json)$/;

/** Where the records are that belong to a backup of the mapping; `undefined` where it is not named as one. */
export function recordsFileBeside(mappingBackup: string): string | undefined {
  const rest = MAPPING_BACKUP.exec(basename(mappingBackup))?.[1];
  return rest === undefined ? undefined : join(dirname(mappingBackup), `records_${rest}`);
}
