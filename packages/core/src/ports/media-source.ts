import type { MediaJob } from "../domain/media.js";

/** Where the files of contacts' messages come from. They are there for a short while only. */
export interface MediaSource {
  /**
   * Fetches the file, to be read to its end or destroyed: from its URL, or, where there is none or nothing there any
   * more, by its message. Makes one attempt, which the signal ends. Errors are told to tenants.
   */
  fetch(file: SourceFile, signal: AbortSignal): Promise<MediaFetch>;
}

/** How the source knows a file: one of the two is there. */
export type SourceFile = Pick<MediaJob, "sourceUrl" | "sourceMessageId">;

export type MediaFetch =
  | {
      readonly kind: "fetched";
      readonly content: AsyncIterable<Uint8Array>;
      readonly mimetype?: string;
      /** Where it is known beforehand. */
      readonly sizeBytes?: number;
    }
  /** It is not there any more, or never was: asking again is of no use. */
  | { readonly kind: "gone"; readonly error: string }
  | { readonly kind: "unavailable"; readonly error: string };
