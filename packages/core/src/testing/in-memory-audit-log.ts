import { auditCursor, isEntryAskedFor, numberOfAuditCursor } from "../domain/audit-place.js";
import type { AuditEntry, AuditLog, AuditPageRequest } from "../ports/audit-log.js";
import type { Page } from "../ports/delivery-queue.js";
import type { Clock } from "../ports/runtime.js";

interface NumberedEntry {
  readonly number: number;
  readonly entry: AuditEntry;
}

export class InMemoryAuditLog implements AuditLog {
  private entries: NumberedEntry[] = [];
  private lastNumber = 0;

  constructor(private readonly options: { readonly clock: Clock }) {}

  async append(entry: AuditEntry): Promise<void> {
    this.lastNumber += 1;
    this.entries.push({ number: this.lastNumber, entry });
  }

  async list(request: AuditPageRequest): Promise<Page<AuditEntry>> {
    const { limit, cursor } = request;
    const before = cursor === undefined ? Number.POSITIVE_INFINITY : numberOfAuditCursor(cursor, request);
    const rest = this.entries
      .filter(({ number, entry }) => number < before && isEntryAskedFor(entry, request))
      .reverse();
    const page = rest.slice(0, limit);
    return {
      items: page.map(({ entry }) => entry),
      nextCursor: rest.length > limit ? auditCursor(page.at(-1)!.number, request) : undefined,
    };
  }

  async prune(olderThanMs: number): Promise<number> {
    const oldestMs = this.options.clock.nowMs() - olderThanMs;
    const before = this.entries.length;
    this.entries = this.entries.filter(({ entry }) => entry.atMs >= oldestMs);
    return before - this.entries.length;
  }
}
