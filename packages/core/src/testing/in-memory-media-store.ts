import type { ContactId } from "../domain/contact-id.js";
import type { MediaOutcome } from "../domain/media.js";
import type { TenantId } from "../domain/tenant.js";
import type { FileToKeep, MediaStore, OpenedFile, StoredMedia } from "../ports/media-store.js";
import type { Clock } from "../ports/runtime.js";

export interface InMemoryMediaStoreOptions {
  readonly clock: Clock;
  readonly maxFileBytes?: number;
  /** Past this the oldest files go. */
  readonly maxTotalBytes?: number;
}

interface Entry {
  readonly contact: ContactId;
  readonly outcome: MediaOutcome;
  readonly chunks: readonly Uint8Array[];
  readonly atMs: number;
  tenantId: TenantId | undefined;
}

/** Files in memory. */
export class InMemoryMediaStore implements MediaStore {
  /** By insertion, so by age. */
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly options: InMemoryMediaStoreOptions) {}

  async keep(file: FileToKeep, content: AsyncIterable<Uint8Array>): Promise<MediaOutcome> {
    const { maxFileBytes = Infinity, maxTotalBytes = Infinity } = this.options;
    const limitBytes = Math.min(maxFileBytes, maxTotalBytes);
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    for await (const chunk of content) {
      sizeBytes += chunk.byteLength;
      if (Math.max(sizeBytes, file.sizeBytes ?? 0) > limitBytes) {
        return this.fail(file, `the file is larger than ${limitBytes} bytes`);
      }
      chunks.push(Uint8Array.from(chunk));
    }
    const { mimetype, filename } = file;
    const outcome = {
      ...{ kind: "kept" as const, sizeBytes },
      ...(mimetype === undefined ? {} : { mimetype }),
      ...(filename === undefined ? {} : { filename }),
    };
    const first = this.add(file, outcome, chunks);
    this.makeRoom();
    return first;
  }

  async fail(file: Pick<FileToKeep, "id" | "contact">, error: string): Promise<MediaOutcome> {
    return this.add(file, { kind: "failed", error }, []);
  }

  async outcome(id: string): Promise<MediaOutcome | undefined> {
    return this.entries.get(id)?.outcome;
  }

  async handTo(id: string, tenantId: TenantId): Promise<MediaOutcome | undefined> {
    const entry = this.entries.get(id);
    if (entry !== undefined) entry.tenantId = tenantId;
    return entry?.outcome;
  }

  async open(id: string, tenantId: TenantId): Promise<OpenedFile | undefined> {
    const entry = this.entries.get(id);
    if (entry?.outcome.kind !== "kept" || entry.tenantId !== tenantId) return undefined;
    const { sizeBytes, mimetype, filename } = entry.outcome;
    return {
      sizeBytes,
      ...(mimetype === undefined ? {} : { mimetype }),
      ...(filename === undefined ? {} : { filename }),
      async *content() {
        yield* entry.chunks;
      },
      close: () => Promise.resolve(),
    };
  }

  async ofContacts(contacts: readonly ContactId[]): Promise<readonly StoredMedia[]> {
    return [...this.entries]
      .filter(([, { contact }]) => contacts.includes(contact))
      .map(([id, { outcome, atMs, tenantId }]) => ({ id, outcome, keptAtMs: atMs, tenantId }));
  }

  async remove(id: string): Promise<void> {
    this.entries.delete(id);
  }

  async prune(olderThanMs: number): Promise<number> {
    const beforeMs = this.options.clock.nowMs() - olderThanMs;
    const old = [...this.entries].filter(([, { atMs }]) => atMs < beforeMs);
    for (const [id] of old) this.entries.delete(id);
    return old.length;
  }

  private add(
    { id, contact }: Pick<FileToKeep, "id" | "contact">,
    outcome: MediaOutcome,
    chunks: readonly Uint8Array[],
  ): MediaOutcome {
    const known = this.entries.get(id);
    if (known !== undefined) return known.outcome;
    this.entries.set(id, { contact, outcome, chunks, atMs: this.options.clock.nowMs(), tenantId: undefined });
    return outcome;
  }

  private makeRoom(): void {
    const { maxTotalBytes = Infinity } = this.options;
    let totalBytes = 0;
    for (const { outcome } of this.entries.values()) totalBytes += sizeOf(outcome);
    for (const [id, { outcome }] of this.entries) {
      if (totalBytes <= maxTotalBytes) return;
      if (outcome.kind === "failed") continue;
      this.entries.delete(id);
      totalBytes -= sizeOf(outcome);
    }
  }
}

function sizeOf(outcome: MediaOutcome): number {
  return outcome.kind === "kept" ? outcome.sizeBytes : 0;
}
