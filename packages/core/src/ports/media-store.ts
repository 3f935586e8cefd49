import type { ContactId } from "../domain/contact-id.js";
import type { MediaOutcome } from "../domain/media.js";
import type { TenantId } from "../domain/tenant.js";

/**
 * The files of contacts' messages, each for the one tenant that its message goes to. What became of a file is written
 * once: the first outcome stays until it is removed. Every write is durable when its promise resolves, or rejects with
 * `StorageUnavailableError`, has not happened, and leaves nothing behind.
 */
export interface MediaStore {
  /**
   * Keeps a file, whole or not at all; one that is larger than allowed counts as failed. Answers its first outcome.
   * Whatever happens, the content is read to its end, or ended early as by leaving a loop over it. What it throws is
   * thrown on as it is.
   */
  keep(file: FileToKeep, content: AsyncIterable<Uint8Array>): Promise<MediaOutcome>;

  /** Notes that there will be no file. Answers its first outcome. */
  fail(file: Pick<FileToKeep, "id" | "contact">, error: string): Promise<MediaOutcome>;

  /** What became of the file; `undefined` where that is not known yet, or not any more. */
  outcome(id: string): Promise<MediaOutcome | undefined>;

  /** As `outcome`; and where the file is kept, from now on this tenant may open it, and no other. Idempotent. */
  handTo(id: string, tenantId: TenantId): Promise<MediaOutcome | undefined>;

  /** The file, to be closed; `undefined` where there is none that the tenant may open. */
  open(id: string, tenantId: TenantId): Promise<OpenedFile | undefined>;

  /** The contacts' files, and what else became of them, in no promised order. */
  ofContacts(contacts: readonly ContactId[]): Promise<readonly StoredMedia[]>;

  /** Removes the file, or what else became of it. Idempotent. */
  remove(id: string): Promise<void>;

  /** Removes files and outcomes older than that. Answers how many. */
  prune(olderThanMs: number): Promise<number>;
}

export interface FileToKeep {
  /** See `MessageMedia.id`; any text. */
  readonly id: string;
  /** Who sent it. */
  readonly contact: ContactId;
  readonly mimetype?: string;
  readonly filename?: string;
  /** Where it is known beforehand. */
  readonly sizeBytes?: number;
}

export interface StoredMedia {
  readonly id: string;
  readonly outcome: MediaOutcome;
  readonly keptAtMs: number;
  /** Who may open it. */
  readonly tenantId: TenantId | undefined;
}

export interface OpenedFile {
  readonly sizeBytes: number;
  readonly mimetype?: string;
  readonly filename?: string;
  /** The whole content, once. Stays readable though the file is removed meanwhile. */
  content(): AsyncIterable<Uint8Array>;
  /** Idempotent. */
  close(): Promise<void>;
}
