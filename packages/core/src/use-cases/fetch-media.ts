import type { ClaimedDelivery } from "../domain/delivery.js";
import { StorageUnavailableError } from "../domain/errors.js";
import { MEDIA_FETCHED_WITHIN_MS, type MediaJob, type MediaOutcome } from "../domain/media.js";
import type { RetryPolicy } from "../domain/retry-policy.js";
import type { DeliveryQueue, Settlement } from "../ports/delivery-queue.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { MediaSource } from "../ports/media-source.js";
import type { MediaStore } from "../ports/media-store.js";
import type { Clock, Logger } from "../ports/runtime.js";
import { QueueWorker, type QueueWorkerLimits } from "./queue-worker.js";
import { BrokenContentError, untilAborted } from "./until-aborted.js";

export interface FetchMediaOptions {
  readonly jobs: DeliveryQueue<MediaJob>;
  readonly source: MediaSource;
  readonly store: MediaStore;
  readonly mappings: Pick<MappingStore, "wasErasedSince">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly retryPolicy: RetryPolicy;
  readonly limits: QueueWorkerLimits;
}

/** The source keeps a file for minutes: who waits longer may come too late. */
export const LONGEST_MEDIA_RETRY_MS = 5_000;

type Attempt = { readonly outcome: MediaOutcome } | { readonly failure: string };

/**
 * Brings contacts' files to the gateway as soon as their messages are taken in, whatever state their tenants are in.
 * A job ends with an outcome in the store; a crash before that fetches the file again.
 */
export class FetchMedia {
  private readonly worker: QueueWorker<MediaJob>;

  constructor(private readonly options: FetchMediaOptions) {
    const { jobs, clock, logger, limits } = options;
    this.worker = new QueueWorker({
      queue: jobs,
      clock,
      logger,
      limits,
      attempt: (claim, signal) => this.attempt(claim, signal),
    });
  }

  start(): void {
    this.worker.start();
  }

  stop(graceMs: number): Promise<void> {
    return this.worker.stop(graceMs);
  }

  private async attempt(claim: ClaimedDelivery<MediaJob>, signal: AbortSignal): Promise<Settlement> {
    try {
      return await this.fetchUnlessKnown(claim, signal);
    } catch (error) {
      // Waiting for the claim's lease to run out could take longer than the source keeps the file.
      if (error instanceof StorageUnavailableError) return this.again(claim, error.message);
      throw error;
    }
  }

  private async fetchUnlessKnown(claim: ClaimedDelivery<MediaJob>, signal: AbortSignal): Promise<Settlement> {
    const { store, clock } = this.options;
    const { mediaId } = claim.body;
    if ((await store.outcome(mediaId)) !== undefined) return { kind: "delivered" };
    const attempt = await this.fetch(claim, signal);
    if (await this.wasErasedMeanwhile(claim)) {
      await store.remove(mediaId);
      return { kind: "delivered" };
    }
    if ("outcome" in attempt) return this.ended(claim, attempt.outcome);
    // Judged after an attempt: a gateway that was down for longer asks once all the same.
    if (clock.nowMs() - claim.enqueuedAtMs < MEDIA_FETCHED_WITHIN_MS)
      return this.again(claim, attempt.failure);
    return this.ended(claim, await store.fail({ id: mediaId, contact: claim.contact }, attempt.failure));
  }

  private wasErasedMeanwhile({ contact, enqueuedAtMs }: ClaimedDelivery<MediaJob>): Promise<boolean> {
    return this.options.mappings.wasErasedSince(contact, enqueuedAtMs);
  }

  private again(claim: ClaimedDelivery<MediaJob>, failure: string): Settlement {
    this.log("debug", `📎 A file of ${claim.contact} could not be fetched yet: ${failure}`, "retry", claim);
    const delayMs = Math.min(LONGEST_MEDIA_RETRY_MS, this.options.retryPolicy.delayMs(claim.attempts + 1));
    // A matter of this very file as far as the queue goes: none waits because others can't be had.
    return { kind: "retry", cause: "refused", delayMs, error: failure };
  }

  private async fetch({ contact, body }: ClaimedDelivery<MediaJob>, signal: AbortSignal): Promise<Attempt> {
    const { source, store } = this.options;
    const { mediaId: id, filename } = body;
    const fetched = await source.fetch(body, signal);
    if (fetched.kind === "unavailable") return { failure: fetched.error };
    if (fetched.kind === "gone") return { outcome: await store.fail({ id, contact }, fetched.error) };
    const mimetype = fetched.mimetype ?? body.mimetype;
    const { sizeBytes } = fetched;
    const file = {
      ...{ id, contact },
      ...(mimetype === undefined ? {} : { mimetype }),
      ...(filename === undefined ? {} : { filename }),
      ...(sizeBytes === undefined ? {} : { sizeBytes }),
    };
    try {
      return { outcome: await store.keep(file, untilAborted(fetched.content, signal)) };
    } catch (error) {
      if (error instanceof BrokenContentError) return { failure: error.message };
      if (!(error instanceof StorageUnavailableError)) throw error;
      this.options.logger.log("error", `📎 A file of ${contact} could not be stored: ${error.message}`, {
        event: "media.unstored",
        media_id: id,
        error,
      });
      // There may be room again in a moment. Tenants are told of it without the house's own words.
      return { failure: "the gateway could not store the file" };
    }
  }

  private ended(claim: ClaimedDelivery<MediaJob>, outcome: MediaOutcome): Settlement {
    if (outcome.kind === "kept") {
      const { sizeBytes } = outcome;
      this.log("debug", `📎 Fetched a file of ${claim.contact}, ${sizeBytes} bytes`, "fetched", claim);
    } else {
      this.log(
        "warn",
        `📎 There is no file of ${claim.contact} to be had: ${outcome.error}`,
        "failed",
        claim,
      );
    }
    return { kind: "delivered" };
  }

  private log(
    level: "debug" | "warn",
    message: string,
    event: "fetched" | "failed" | "retry",
    { tenantId, contact, body }: ClaimedDelivery<MediaJob>,
  ): void {
    this.options.logger.log(level, message, {
      event: `media.${event}`,
      media_id: body.mediaId,
      tenant_id: tenantId,
      phone_number: contact,
    });
  }
}
