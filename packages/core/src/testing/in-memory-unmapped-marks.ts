import type { ContactId } from "../domain/contact-id.js";
import type { Clock } from "../ports/runtime.js";
import { UNMAPPED_REPLY_EVERY_MS, type UnmappedMarks } from "../ports/unmapped-marks.js";

export class InMemoryUnmappedMarks implements UnmappedMarks {
  private readonly markedAtMs = new Map<ContactId, number>();

  constructor(private readonly options: { readonly clock: Clock }) {}

  async mark(contact: ContactId, ...otherNames: readonly ContactId[]): Promise<boolean> {
    if ([contact, ...otherNames].some((name) => this.isMarked(name))) return false;
    this.markedAtMs.set(contact, this.options.clock.nowMs());
    return true;
  }

  async forget(...names: readonly ContactId[]): Promise<void> {
    for (const name of names) this.markedAtMs.delete(name);
  }

  async prune(): Promise<number> {
    const old = [...this.markedAtMs.keys()].filter((contact) => !this.isMarked(contact));
    for (const contact of old) this.markedAtMs.delete(contact);
    return old.length;
  }

  private isMarked(contact: ContactId): boolean {
    const markedAtMs = this.markedAtMs.get(contact);
    return markedAtMs !== undefined && this.options.clock.nowMs() - markedAtMs < UNMAPPED_REPLY_EVERY_MS;
  }
}
