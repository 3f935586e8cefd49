/** Where the files of contacts' messages come from. They are there for a short while only. */
export interface MediaSource {
  /** Fetches the file, to be read to its end or destroyed. Makes one attempt, which the signal ends. Errors are told to tenants. */
  fetch(sourceUrl: string, signal: AbortSignal): Promise<MediaFetch>;
}

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
