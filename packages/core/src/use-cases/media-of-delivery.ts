import type { ClaimedDelivery } from "../domain/delivery.js";
import { MEDIA_FETCHED_WITHIN_MS, mediaJobOf, type MediaOutcome } from "../domain/media.js";
import type { MediaStore } from "../ports/media-store.js";
import type { Clock, Logger } from "../ports/runtime.js";

export interface MediaOfDeliveryOptions {
  readonly store: MediaStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type DeliveryMedia =
  /** `media` is left out where the message has no file that is fetched. */
  | { readonly kind: "ready"; readonly media?: MediaOutcome }
  | { readonly kind: "awaited"; readonly askAgainInMs: number };

/** Past its time a file's own failure has this long to be noted, with a better reason than that it did not come. */
const NOTED_WITHIN_MS = 15_000;
/** After a start, what was to be fetched meanwhile has this long to come, though its time is over. */
const FETCHED_AFTER_START_WITHIN_MS = 60_000;
const SHORTEST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/** What there is to say about the file of a delivery's message, and whether to wait for it before the message goes. */
export class MediaOfDelivery {
  private readonly startedAtMs: number;

  constructor(private readonly options: MediaOfDeliveryOptions) {
    this.startedAtMs = options.clock.nowMs();
  }

  /** To be asked right before an attempt: where there is a file, its tenant may fetch it from now on. */
  async of(claim: ClaimedDelivery): Promise<DeliveryMedia> {
    const job = mediaJobOf(claim);
    if (job === undefined) return { kind: "ready" };
    const { store, clock } = this.options;
    const id = job.body.mediaId;
    const known = await store.handTo(id, claim.tenantId);
    if (known !== undefined) return { kind: "ready", media: known };
    // A replay's file was asked for when its message was sent, or shortly after, and may have been kept and removed since.
    const waitedMs = clock.nowMs() - (claim.replayed ? claim.body.sentAtMs : claim.enqueuedAtMs);
    const isOver =
      waitedMs >= MEDIA_FETCHED_WITHIN_MS + NOTED_WITHIN_MS &&
      clock.nowMs() - this.startedAtMs >= FETCHED_AFTER_START_WITHIN_MS;
    if (isOver) return { kind: "ready", media: await this.giveUp(claim, id) };
    // The longer it takes, the less it matters to know at once.
    const askAgainInMs = Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, Math.floor(waitedMs / 4)));
    return { kind: "awaited", askAgainInMs };
  }

  /** Noted, so that a file that comes later changes nothing about what the tenant was told. */
  private async giveUp({ contact, tenantId }: ClaimedDelivery, id: string): Promise<MediaOutcome> {
    const error = "the file could not be fetched in time, or is no longer kept";
    try {
      const outcome = await this.options.store.fail({ id, contact }, error);
      // One that came this very moment is handed over like any other.
      return outcome.kind === "kept" ? ((await this.options.store.handTo(id, tenantId)) ?? outcome) : outcome;
    } catch (fault) {
      this.options.logger.log("warn", `That a file of ${contact} is missing could not be noted`, {
        event: "media.unnoted",
        media_id: id,
        error: fault,
      });
      return { kind: "failed", error };
    }
  }
}
