/** Fetches the files that tenants name by URL, from where tenants' handlers may be and from nowhere else. */
export interface MediaFetcher {
  fetch(url: string, signal: AbortSignal): Promise<FetchedFile>;
}

export type FetchedFile =
  | { readonly kind: "fetched"; readonly bytes: Uint8Array; readonly mimetype?: string }
  /** It will never be fetched: the address is not allowed, there is no such file, or it is too large. */
  | { readonly kind: "refused"; readonly error: string }
  /** Most likely as refused, such as a host that has no address: a few more attempts will tell. */
  | { readonly kind: "doubtful"; readonly error: string }
  /** Not now: its host does not answer, or answers that it can't. */
  | { readonly kind: "unavailable"; readonly error: string };
