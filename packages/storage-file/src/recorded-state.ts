import {
  isLid,
  isTenantId,
  parseContactId,
  type Alias,
  type ContactId,
  type Generation,
  type SentWish,
  type TenantId,
} from "@gateway-router/core";
import { isContactHashKey } from "./lmdb-contact-hashes.js";
import type { MappingLock } from "./mapping-records.js";
import {
  readRecordsFile,
  type RecordsEntry,
  type RecordsFault,
  type RecordsVisitor,
} from "./records-file.js";

/** Raised when a reader of the version before could not make sense of the file; more fields and sections do not. */
export const RECORDS_VERSION = 1;

/** What a records file says that matters to a mapping about to be restored. */
export interface RecordedState {
  /** Names that stand for others. */
  readonly aliases: ReadonlyMap<ContactId, Alias>;
  /** How the contacts of that mapping were locked. */
  readonly locks: ReadonlyMap<ContactId, MappingLock>;
  /** Of these locks, those whose first message was queued. */
  readonly begunGenerations: ReadonlySet<Generation>;
  readonly removedAtMs: ReadonlyMap<ContactId, number>;
  readonly markedAtMs: ReadonlyMap<ContactId, number>;
  /** By which contacts' names were hashed. */
  readonly contactHashKeys: readonly string[];
  /** When contacts were erased, by the hashes of their names. */
  readonly erasedAtMs: ReadonlyMap<string, number>;
  /** When the file was made. */
  readonly madeAtMs: number;
  /** What contacts asked for, by the hashes of their names. */
  readonly wishes: ReadonlyMap<string, SentWish>;
  /** The text of the tenants' file. */
  readonly tenantsFile: string | undefined;
}

export type RecordedStateResult =
  | { readonly kind: "read"; readonly state: RecordedState }
  | { readonly kind: "absent" }
  | { readonly kind: "damaged"; readonly fault: string };

/**
 * Reads a records file for the sake of the mapping. A lock counts only where the mapping gives the contact to
 * the tenant that the lock was for: a generation goes to nobody else, whatever was edited by hand.
 */
export async function readRecordedState(
  path: string,
  mapping: ReadonlyMap<ContactId, TenantId>,
): Promise<RecordedStateResult> {
  const collector = new StateCollector(mapping);
  const result = await readRecordsFile(path, collector);
  if (result.kind !== "read") return result;
  return collector.version === undefined
    ? { kind: "damaged", fault: "it has no version" }
    : { kind: "read", state: collector };
}

const GENERATION = /^[\x21-\x7e]{1,100}$/;
const CAMPAIGN = /^[a-z0-9-]{1,32}$/;

/** Sections and fields that are not known are let through: another version may have put them there. */
class StateCollector implements RecordsVisitor, RecordedState {
  readonly aliases = new Map<ContactId, Alias>();
  readonly locks = new Map<ContactId, MappingLock>();
  readonly begunGenerations = new Set<Generation>();
  readonly removedAtMs = new Map<ContactId, number>();
  readonly markedAtMs = new Map<ContactId, number>();
  readonly erasedAtMs = new Map<string, number>();
  madeAtMs = 0;
  readonly wishes = new Map<string, SentWish>();
  contactHashKeys: readonly string[] = [];
  tenantsFile: string | undefined;
  version: number | undefined;
  private readonly generations = new Set<string>();

  constructor(private readonly mapping: ReadonlyMap<ContactId, TenantId>) {}

  field(name: string, value: unknown): RecordsFault {
    switch (name) {
      case "version":
        if (value !== RECORDS_VERSION)
          return `it is of version ${JSON.stringify(value)}, which can't be read`;
        this.version = value;
        return undefined;
      case "tenants_file":
        if (typeof value !== "string") return "tenants_file must be text";
        this.tenantsFile = value;
        return undefined;
      case "made_at":
        this.madeAtMs = typeof value === "string" ? Date.parse(value) : NaN;
        return Number.isNaN(this.madeAtMs) ? "made_at must be a time" : undefined;
      case "contact_hash_keys":
        if (!Array.isArray(value) || !value.every(isContactHashKey))
          return "contact_hash_keys must be keys in base64";
        this.contactHashKeys = value;
        return undefined;
      default:
        return undefined;
    }
  }

  entry(section: string, entry: RecordsEntry): RecordsFault {
    switch (section) {
      case "aliases":
        return this.addAlias(entry);
      case "mappings":
        return this.addLock(entry);
      case "removals":
        return addTime(this.removedAtMs, entry, "removed_at_ms");
      case "unmapped_marks":
        return addTime(this.markedAtMs, entry, "marked_at_ms");
      case "opt_outs":
        return this.addWish(entry);
      case "erasures":
        return this.addErasure(entry);
      default:
        return undefined;
    }
  }

  private addAlias(entry: RecordsEntry): RecordsFault {
    const name = contactOf({ contact: entry["name"] });
    const canonical = contactOf({ contact: entry["canonical"] });
    const lid = contactOf({ contact: entry["lid"] });
    if (name === undefined || canonical === undefined) {
      return "name and canonical must be contacts in canonical form";
    }
    if (lid === undefined || !isLid(lid)) return "lid must be <digits>@lid";
    if (name !== canonical) this.aliases.set(name, { canonical, lid });
    return undefined;
  }

  private addWish({ contact_hash: hash, wish, sent_at_ms: sentAtMs }: RecordsEntry): RecordsFault {
    if (!isContactHash(hash)) return "contact_hash must be the hash of a contact";
    if (wish !== "opt_out" && wish !== "opt_in") return "wish must be opt_out or opt_in";
    if (!isTime(sentAtMs)) return "sent_at_ms must be a time";
    this.wishes.set(hash, { wish, sentAtMs });
    return undefined;
  }

  private addErasure({ contact_hash: hash, erased_at_ms: erasedAtMs }: RecordsEntry): RecordsFault {
    if (!isContactHash(hash)) return "contact_hash must be the hash of a contact";
    if (!isTime(erasedAtMs)) return "erased_at_ms must be a time";
    this.erasedAtMs.set(hash, erasedAtMs);
    return undefined;
  }

  private addLock(entry: RecordsEntry): RecordsFault {
    const { tenant_id: tenantId, generation, locked_at_ms: lockedAtMs, campaign, begun } = entry;
    const merged = entry["merged_generations"];
    const contact = contactOf(entry);
    if (contact === undefined) return "contact must be a contact in canonical form";
    if (!isTenantId(tenantId)) return "tenant_id must be a whole number from 1";
    if (typeof generation !== "string" || !GENERATION.test(generation)) return "generation must be a name";
    if (!isTime(lockedAtMs)) return "locked_at_ms must be a time";
    if (campaign !== undefined && (typeof campaign !== "string" || !CAMPAIGN.test(campaign))) {
      return "campaign must be the name of a campaign";
    }
    if (merged !== undefined && !isGenerations(merged)) return "merged_generations must be names";
    if (this.mapping.get(contact) !== tenantId) return undefined;
    if (this.locks.has(contact)) return `contact ${contact} is there twice`;
    if (this.generations.has(generation)) return `generation ${generation} is there twice`;
    this.generations.add(generation);
    const lock = {
      ...{ generation: generation as Generation, lockedAtMs },
      ...(merged === undefined ? {} : { mergedGenerations: merged }),
    };
    this.locks.set(contact, campaign === undefined ? lock : { ...lock, campaign });
    if (begun === true) this.begunGenerations.add(lock.generation);
    return undefined;
  }
}

const CONTACT_HASH = /^[\w-]{22}$/;

function isContactHash(value: unknown): value is string {
  return typeof value === "string" && CONTACT_HASH.test(value);
}

function isGenerations(value: unknown): value is Generation[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string" && GENERATION.test(each));
}

function addTime(times: Map<ContactId, number>, entry: RecordsEntry, name: string): RecordsFault {
  const contact = contactOf(entry);
  const atMs = entry[name];
  if (contact === undefined) return "contact must be a contact in canonical form";
  if (!isTime(atMs)) return `${name} must be a time`;
  times.set(contact, atMs);
  return undefined;
}

function contactOf({ contact }: RecordsEntry): ContactId | undefined {
  const parsed = typeof contact === "string" ? parseContactId(contact) : undefined;
  return parsed === contact ? parsed : undefined;
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
