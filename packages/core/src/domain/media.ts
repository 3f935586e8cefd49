import type { Delivery } from "./delivery.js";
import type { Generation } from "./mapping.js";
import { isMessage } from "./tenant-event.js";

/** A contact's file, to be fetched from where the source keeps it for a short while. */
export interface MediaJob {
  /** See {@link MessageMedia.id}. */
  readonly mediaId: string;
  /** See {@link MessageMedia}; one of the two is there. */
  readonly sourceUrl?: string;
  readonly sourceMessageId?: string;
  readonly mimetype?: string;
  readonly filename?: string;
}

/** What became of a contact's file. */
export type MediaOutcome =
  | {
      readonly kind: "kept";
      readonly sizeBytes: number;
      readonly mimetype?: string;
      readonly filename?: string;
    }
  /** There is none. `error` says why, for the tenant. */
  | { readonly kind: "failed"; readonly error: string };

/** How long the source is asked for a file; then its message goes without. */
export const MEDIA_FETCHED_WITHIN_MS = 10 * 60_000;

/**
 * The job that fetches the file of the delivery's message; `undefined` where there is none to fetch. Each job has a
 * line of its own, so that no file waits for another, and is known by its file, however often the message is queued.
 */
export function mediaJobOf({ id, tenantId, contact, body }: Delivery): Delivery<MediaJob> | undefined {
  const media = isMessage(body) ? body.content.media : undefined;
  if (media?.id === undefined) return undefined;
  const { id: mediaId, sourceUrl, sourceMessageId, mimetype, filename } = media;
  if (sourceUrl === undefined && sourceMessageId === undefined) return undefined;
  const identity = `media/${mediaId}`;
  return {
    ...{ id: `${id}_media`, identity, tenantId, contact, generation: identity as Generation },
    body: {
      mediaId,
      ...(sourceUrl === undefined ? {} : { sourceUrl }),
      ...(sourceMessageId === undefined ? {} : { sourceMessageId }),
      ...(mimetype === undefined ? {} : { mimetype }),
      ...(filename === undefined ? {} : { filename }),
    },
  };
}
