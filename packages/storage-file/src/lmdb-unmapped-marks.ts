import {
  UNMAPPED_REPLY_EVERY_MS,
  type Clock,
  type ContactId,
  type UnmappedMarks,
} from "@gateway-router/core";
import type { LmdbDatabase } from "./lmdb-database.js";
import type { LmdbEnvironment, LmdbSnapshot } from "./lmdb-environment.js";
import { removeOld } from "./remove-old.js";

/** When each contact without a mapping was last told to use a link, in LMDB. */
export class LmdbUnmappedMarks implements UnmappedMarks {
  private readonly environment: LmdbEnvironment;
  private readonly clock: Clock;
  private readonly markedAtMs: LmdbDatabase<number, ContactId>;

  constructor({ environment, clock }: { readonly environment: LmdbEnvironment; readonly clock: Clock }) {
    this.environment = environment;
    this.clock = clock;
    this.markedAtMs = environment.database("unmapped-marks");
  }

  async mark(contact: ContactId, ...otherNames: readonly ContactId[]): Promise<boolean> {
    return this.environment.write(() => {
      const nowMs = this.clock.nowMs();
      const names = [contact, ...otherNames];
      if (names.some((name) => isYoung(this.markedAtMs.get(name), nowMs))) return false;
      this.markedAtMs.put(contact, nowMs);
      return true;
    });
  }

  async forget(...names: readonly ContactId[]): Promise<void> {
    await this.environment.write(() => names.forEach((name) => this.markedAtMs.remove(name)));
  }

  async prune(): Promise<number> {
    const nowMs = this.clock.nowMs();
    const { environment, markedAtMs } = this;
    return removeOld({ environment, database: markedAtMs, isOld: (value) => !isYoung(value, nowMs) });
  }

  /** All marks of the snapshot, in pieces. */
  *pagesIn(snapshot: LmdbSnapshot, limit: number): Generator<(readonly [ContactId, number])[]> {
    for (const page of snapshot.pages(this.markedAtMs, limit)) {
      yield page.map(({ key, value }) => [key, value] as const);
    }
  }

  /** Marks the contact as of then, unless it was marked later. To be called inside `environment.write`. */
  restore(contact: ContactId, markedAtMs: number): void {
    if ((this.markedAtMs.get(contact) ?? -1) < markedAtMs) this.markedAtMs.put(contact, markedAtMs);
  }
}

function isYoung(markedAtMs: number | undefined, nowMs: number): boolean {
  return markedAtMs !== undefined && nowMs - markedAtMs < UNMAPPED_REPLY_EVERY_MS;
}
