import type { MediaFetch, MediaSource } from "@gateway-router/core";
import type { WahaClient } from "./waha-client.js";
import { WahaError } from "./waha-error.js";

export interface WahaMediaSourceOptions {
  readonly client: Pick<WahaClient, "downloadFile">;
}

/** The files of contacts' messages, as WAHA keeps them for a few minutes. How large one may be is the caller's matter. */
export class WahaMediaSource implements MediaSource {
  constructor(private readonly options: WahaMediaSourceOptions) {}

  async fetch(sourceUrl: string, signal: AbortSignal): Promise<MediaFetch> {
    try {
      return { kind: "fetched", ...(await this.options.client.downloadFile(sourceUrl, signal)) };
    } catch (error) {
      if (!(error instanceof WahaError)) throw error;
      const kind = error.code === "waha_not_found" ? "gone" : "unavailable";
      return { kind, error: error.message };
    }
  }
}
