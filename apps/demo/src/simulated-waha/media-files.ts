import type { MediaPayload } from "./message-payload.js";
import type { Timers } from "./timers.js";
import type { MessageContent, ReceivedFile, WhatsAppMessage } from "./whatsapp/whatsapp-message.js";

/** A request for a file, answered or not. */
export interface FileRequest {
  readonly path: string;
  /** Whether it carried the API key. */
  readonly hasKey: boolean;
}

interface StoredFile extends ReceivedFile {
  readonly goneAtMs: number;
}

export interface MediaFilesOptions {
  readonly timers: Timers;
  readonly lifetimeMs: number;
  readonly baseUrl: () => string;
}

const MOST_FILES = 1_000;

/** The files of messages, kept for a short while, as WAHA keeps them. */
export class MediaFiles {
  private readonly files = new Map<string, StoredFile>();

  constructor(private readonly options: MediaFilesOptions) {}

  /** Fetches the message's file, keeps it from now on, and answers what WAHA says of it; null where there is none. */
  fetch({ content, messageId }: WhatsAppMessage): MediaPayload | null {
    if (content.kind !== "media") return null;
    return content.failsToDownload ? notFetched(content, messageId) : this.keep(content.file, messageId);
  }

  find(name: string): ReceivedFile | undefined {
    const file = this.files.get(name);
    if (file === undefined) return undefined;
    if (this.options.timers.nowMs() < file.goneAtMs) return file;
    this.files.delete(name);
    return undefined;
  }

  private keep(file: ReceivedFile, messageId: string): MediaPayload {
    const { timers, lifetimeMs, baseUrl } = this.options;
    const name = `${messageId}.${extensionOf(file)}`;
    this.files.delete(name);
    this.files.set(name, { ...file, goneAtMs: timers.nowMs() + lifetimeMs });
    for (const oldest of this.files.keys()) {
      if (this.files.size <= MOST_FILES) break;
      this.files.delete(oldest);
    }
    return { url: `${baseUrl()}/api/files/default/${name}`, ...describe(file) };
  }
}

function notFetched(
  { file }: Extract<MessageContent, { readonly kind: "media" }>,
  messageId: string,
): MediaPayload {
  const details = `Error: Message '${messageId}' has no media, but it has media flag in the engine`;
  return { url: null, ...describe(file), error: { details } };
}

function describe({ filename, mimetype }: ReceivedFile): Pick<MediaPayload, "filename" | "mimetype"> {
  return { filename: filename ?? null, mimetype };
}

function extensionOf({ mimetype, filename }: ReceivedFile): string {
  const named = /\.([a-z0-9]{1,8})$/i.exec(filename ?? "")?.[1];
  return named ?? /^[a-z]+\/([a-z0-9]+)/i.exec(mimetype)?.[1] ?? "bin";
}
