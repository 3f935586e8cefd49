import type { MediaPayload } from "./message-payload.js";
import type { Timers } from "./timers.js";

export interface ReceivedFile {
  readonly mimetype: string;
  readonly filename?: string;
  readonly bytes: Uint8Array;
}

interface StoredFile extends ReceivedFile {
  readonly goneAtMs: number;
}

const MOST_FILES = 1_000;

/** The files of received messages, kept for a short while, as WAHA keeps them. */
export class MediaFiles {
  private readonly files = new Map<string, StoredFile>();

  constructor(private readonly options: { readonly timers: Timers; readonly lifetimeMs: number }) {}

  /** Keeps the file and answers what the message's webhook says of it. */
  add(file: ReceivedFile, messageId: string, baseUrl: string): MediaPayload {
    const { timers, lifetimeMs } = this.options;
    const name = `${messageId}.${extensionOf(file)}`;
    this.files.set(name, { ...file, goneAtMs: timers.nowMs() + lifetimeMs });
    for (const oldest of this.files.keys()) {
      if (this.files.size <= MOST_FILES) break;
      this.files.delete(oldest);
    }
    return {
      url: `${baseUrl}/api/files/default/${name}`,
      filename: file.filename ?? null,
      mimetype: file.mimetype,
    };
  }

  find(name: string): ReceivedFile | undefined {
    const file = this.files.get(name);
    if (file === undefined) return undefined;
    if (this.options.timers.nowMs() < file.goneAtMs) return file;
    this.files.delete(name);
    return undefined;
  }
}

function extensionOf({ mimetype, filename }: ReceivedFile): string {
  const named = /\.([a-z0-9]{1,8})$/i.exec(filename ?? "")?.[1];
  return named ?? /^[a-z]+\/([a-z0-9]+)/i.exec(mimetype)?.[1] ?? "bin";
}
