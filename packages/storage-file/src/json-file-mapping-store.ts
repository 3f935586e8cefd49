import { setImmediate } from "node:timers/promises";
import type {
  AliasOutcome,
  CampaignContacts,
  CampaignsRequest,
  Clock,
  ContactId,
  ContactNames,
  Erasure,
  Generation,
  IdSource,
  LockOutcome,
  Logger,
  Mapping,
  MappingStats,
  MappingStore,
  Page,
  ReassignOutcome,
  TenantId,
  TenantMappingsRequest,
  VouchedNames,
} from "@gateway-router/core";
import { CampaignTally } from "./lmdb-campaign-counts.js";
import type { LmdbEnvironment } from "./lmdb-environment.js";
import type { MappingBackups } from "./mapping-backups.js";
import { MappingFileWriter, type MappingFileCrashPoint } from "./mapping-file-writer.js";
import type { MappingRecords } from "./mapping-records.js";
import { MappingTakeover, type Takeover } from "./mapping-takeover.js";

export interface JsonFileMappingStoreOptions {
  /** The file that people read, `user_tenant_mapping.json`. */
  readonly path: string;
  readonly environment: LmdbEnvironment;
  readonly records: MappingRecords;
  readonly backups: MappingBackups;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, "generation">;
  readonly logger: Logger;
  /** For tests: called where a crash would fall between two steps. */
  readonly crashPoint?: ((name: MappingFileCrashPoint) => void) | undefined;
}

const WALKED_AT_ONCE = 500;

/**
 * The mapping for one process: kept as records of the LMDB environment, and followed by one JSON file that
 * people read, back up and edit while the gateway is stopped.
 *
 * The environment is the caller's, who closes it after the store.
 */
export class JsonFileMappingStore implements MappingStore {
  private constructor(
    private readonly options: JsonFileMappingStoreOptions,
    private readonly writer: MappingFileWriter,
    /** What the start took over from a file edited by hand. */
    readonly takeover: Takeover | undefined,
  ) {}

  /** Throws `DamagedFileError` where the file can't be used as it is. */
  static async open(options: JsonFileMappingStoreOptions): Promise<JsonFileMappingStore> {
    const { records } = options;
    await noteTenantsContacts(options);
    await countCampaigns(options);
    const takeover = await new MappingTakeover(options).run();
    const writer = new MappingFileWriter(options);
    const isThere = await writer.recognise();
    const store = new JsonFileMappingStore(options, writer, takeover);
    // A file must be there before the first lock, since later a missing one tells of an accident.
    if (!isThere || records.fileVersions().current === undefined) await writer.write();
    else if (records.fileVersions().current?.revision !== records.revision) writer.noteChange();
    return store;
  }

  async find(contact: ContactId): Promise<Mapping | undefined> {
    return this.findNow(contact);
  }

  /** As {@link find}. Inside a write it sees what that wrote. */
  findNow(contact: ContactId): Mapping | undefined {
    return this.options.records.find(contact);
  }

  async lock(candidate: Mapping, sentAtMs: number): Promise<LockOutcome> {
    // Once there, a mapping stays until an admin acts; the answer needs no transaction.
    const held = this.findNow(candidate.contact);
    if (held !== undefined) return { kind: "held", mapping: held };
    return this.options.environment.write(() => this.lockInTransaction(candidate, sentAtMs));
  }

  /** As {@link lock}, to be called inside `environment.write`. */
  lockInTransaction(candidate: Mapping, sentAtMs: number): LockOutcome {
    const { records, clock } = this.options;
    const outcome = records.lock(candidate, sentAtMs, clock.nowMs());
    if (outcome.kind === "locked") this.writer.noteChange();
    return outcome;
  }

  async wasSentBeforeRemoval(contact: ContactId, sentAtMs: number): Promise<boolean> {
    return this.wasSentBeforeRemovalNow(contact, sentAtMs);
  }

  /** As {@link wasSentBeforeRemoval}. Inside a write it sees what that wrote. */
  wasSentBeforeRemovalNow(contact: ContactId, sentAtMs: number): boolean {
    return this.options.records.wasSentBeforeRemoval(contact, sentAtMs);
  }

  async unlock(contact: ContactId): Promise<Mapping | undefined> {
    return this.options.environment.write(() => this.unlockInTransaction(contact));
  }

  /** As {@link unlock}, to be called inside `environment.write`. */
  unlockInTransaction(contact: ContactId): Mapping | undefined {
    const { records, clock } = this.options;
    const mapping = records.unlock(contact, clock.nowMs());
    if (mapping !== undefined) this.writer.noteChange();
    return mapping;
  }

  async reassign(candidate: Mapping): Promise<ReassignOutcome> {
    const { environment, records, clock } = this.options;
    return environment.write(() => {
      const outcome = records.reassign(candidate, clock.nowMs());
      if (outcome.kind === "reassigned") this.writer.noteChange();
      return outcome;
    });
  }

  async beginErasure(contact: ContactId): Promise<Erasure> {
    const { environment, records, clock } = this.options;
    return environment.write(() => {
      const erasure = records.beginErasure(contact, clock.nowMs());
      if (erasure.mapping !== undefined) this.writer.noteChange();
      return erasure;
    });
  }

  async endErasure({ names }: Pick<Erasure, "names">): Promise<void> {
    const { environment, records } = this.options;
    // The file first: an erasure that is cut off here is begun again by the names that are still known.
    await this.writer.write();
    await environment.write(() => records.endErasure(names));
  }

  async wasErasedSince(contact: ContactId, atMs: number): Promise<boolean> {
    return this.options.records.wasErasedSince(contact, atMs);
  }

  async wasErased(generation: Generation): Promise<boolean> {
    return this.options.records.wasErased(generation);
  }

  async learnAlias(names: VouchedNames): Promise<AliasOutcome> {
    // What is known already needs no transaction, and that is nearly always so.
    if (this.options.records.canonical(names.lid) === names.phone) return { kind: "known" };
    return this.options.environment.write(() => this.learnAliasInTransaction(names));
  }

  /** As {@link learnAlias}, to be called inside `environment.write`. */
  learnAliasInTransaction(names: VouchedNames): AliasOutcome {
    const { records, clock } = this.options;
    const outcome = records.learnAlias(names, clock.nowMs());
    if (outcome.kind === "learnt" && outcome.merge !== undefined) this.writer.noteChange();
    return outcome;
  }

  async namesOf(contact: ContactId): Promise<ContactNames> {
    return this.namesOfNow(contact);
  }

  /** As {@link namesOf}. Inside a write it sees what that wrote. */
  namesOfNow(contact: ContactId): ContactNames {
    return this.options.records.namesOf(contact);
  }

  async stats(): Promise<MappingStats> {
    return this.options.records.stats();
  }

  async campaigns(request: CampaignsRequest): Promise<ReadonlyMap<TenantId, readonly CampaignContacts[]>> {
    return this.options.records.campaigns(request);
  }

  async ofTenant(request: TenantMappingsRequest): Promise<Page<Mapping>> {
    return this.options.records.ofTenant(request);
  }

  async *entries(): AsyncIterable<Mapping> {
    let last: ContactId | undefined;
    for (;;) {
      const page = this.options.records.after(last, WALKED_AT_ONCE);
      if (page.length === 0) return;
      last = page.at(-1)!.contact;
      yield* page;
      await setImmediate();
    }
  }

  /** Brings the file up to date now instead of soon. */
  async writeFile(): Promise<void> {
    await this.writer.write();
  }

  /** Brings the file up to date and stops writing it. */
  async close(): Promise<void> {
    await this.writer.close();
  }
}

/** Data of a version before does not say which contacts each tenant has: it is made up for, once. */
async function noteTenantsContacts({
  environment,
  records,
}: Pick<JsonFileMappingStoreOptions, "environment" | "records">): Promise<void> {
  if (records.knowsTenantsContacts) return;
  let last: ContactId | undefined;
  do {
    const after = last;
    last = await environment.write(() => records.noteTenantsContacts(after));
  } while (last !== undefined);
}

/** Nor does it count contacts per campaign. Nobody else changes anything yet, so the walk may take its time. */
async function countCampaigns({
  environment,
  records,
}: Pick<JsonFileMappingStoreOptions, "environment" | "records">): Promise<void> {
  if (records.knowsCampaigns) return;
  const tally = new CampaignTally();
  let page: readonly Mapping[];
  let last: ContactId | undefined;
  do {
    page = records.after(last, WALKED_AT_ONCE);
    for (const mapping of page) tally.count(mapping, 1);
    last = page.at(-1)?.contact;
    await setImmediate();
  } while (page.length > 0);
  await environment.write(() => records.putCampaigns(tally));
}
