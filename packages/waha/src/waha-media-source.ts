import type { MediaFetch, MediaSource, SourceFile } from "@gateway-router/core";
import { mediaErrorOf, NO_FILE } from "./message-content.js";
import { valueAt } from "./plain-data.js";
import { readAs } from "./read-as.dto.js";
import type { WahaClient } from "./waha-client.js";
import { WahaError } from "./waha-error.js";
import { WahaMediaDto } from "./waha-message.dto.js";
import { parseWahaMessageId } from "./waha-message-id.js";

export interface WahaMediaSourceOptions {
  readonly client: Pick<WahaClient, "downloadFile" | "chatMessageWithFile">;
}

/** WAHA has no file, and will not have one. */
const GONE = new Set<WahaError["code"]>(["waha_not_found", "waha_refused"]);

/**
 * The files of contacts' messages. WAHA keeps them for a few minutes, and fetches one from WhatsApp again when it is
 * asked for its message, as long as its store is on. How large a file may be is the caller's matter.
 */
export class WahaMediaSource implements MediaSource {
  constructor(private readonly options: WahaMediaSourceOptions) {}

  async fetch(file: SourceFile, signal: AbortSignal): Promise<MediaFetch> {
    const kept = file.sourceUrl === undefined ? undefined : await this.download(file.sourceUrl, signal);
    if (kept !== undefined && kept.kind !== "gone") return kept;
    if (file.sourceMessageId === undefined) {
      return kept ?? { kind: "gone", error: NO_FILE };
    }
    const again = await this.fetchAgain(file.sourceMessageId, signal);
    // Why WAHA can't fetch it again matters less than that it had it, and it is gone.
    return again.kind === "gone" && kept !== undefined ? kept : again;
  }

  private async download(sourceUrl: string, signal: AbortSignal): Promise<MediaFetch> {
    return answered(async () => ({
      kind: "fetched",
      ...(await this.options.client.downloadFile(sourceUrl, signal)),
    }));
  }

  private async fetchAgain(messageId: string, signal: AbortSignal): Promise<MediaFetch> {
    const { chatId } = parseWahaMessageId(messageId);
    if (chatId === undefined) return { kind: "gone", error: NO_FILE };
    return answered(async () => {
      const message = await this.options.client.chatMessageWithFile(chatId, messageId, signal);
      const reading = readAs(WahaMediaDto, valueAt(message, "media") ?? {}, "media");
      const media = reading.kind === "valid" ? reading.value : new WahaMediaDto();
      if (media.url) return this.download(media.url, signal);
      return { kind: "gone", error: mediaErrorOf(media.error) ?? "WAHA has no file of the message" };
    });
  }
}

async function answered(ask: () => Promise<MediaFetch>): Promise<MediaFetch> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof WahaError)) throw error;
    return { kind: GONE.has(error.code) ? "gone" : "unavailable", error: error.message };
  }
}
