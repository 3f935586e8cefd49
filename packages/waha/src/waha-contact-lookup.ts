import type { Clock, ContactId, ContactLookup, Logger } from "@gateway-router/core";
import { BoundedCache } from "./bounded-cache.js";
import type { WahaClient } from "./waha-client.js";
import { WahaError } from "./waha-error.js";

export interface WahaContactLookupOptions {
  readonly client: Pick<WahaClient, "phoneOfLid">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** No message waits longer for a name. */
const PATIENCE_MS = 500;
const KNOWN_FOR_MS = 24 * 3_600_000;
/** WhatsApp may tell WAHA any moment; until then each message of the contact would ask again. */
const UNKNOWN_FOR_MS = 10 * 60_000;
const MOST_REMEMBERED = 10_000;
const MOST_UNDER_WAY = 100;
/** One slow answer may be chance. */
const FAILURES_TO_PAUSE = 3;
const PAUSE_MS = 30_000;

/** Asks WAHA who is behind a LID. While WAHA fails, nobody is asked about. */
export class WahaContactLookup implements ContactLookup {
  private readonly remembered = new BoundedCache<ContactId, ContactId | undefined>(MOST_REMEMBERED);
  private readonly underWay = new Map<ContactId, Promise<ContactId | undefined>>();
  private failures = 0;
  private pausedUntilMs = 0;
  private isRefusalTold = false;

  constructor(private readonly options: WahaContactLookupOptions) {}

  async phoneOf(lid: ContactId): Promise<ContactId | undefined> {
    const nowMs = this.options.clock.nowMs();
    const known = this.remembered.find(lid, nowMs);
    if (known !== undefined) return known.value;
    const asked = this.underWay.get(lid);
    if (asked !== undefined) return asked;
    if (nowMs < this.pausedUntilMs || this.underWay.size >= MOST_UNDER_WAY) return undefined;
    const asking = this.ask(lid).finally(() => this.underWay.delete(lid));
    this.underWay.set(lid, asking);
    return asking;
  }

  private async ask(lid: ContactId): Promise<ContactId | undefined> {
    const { client, clock } = this.options;
    const patience = new AbortController();
    const cancelTimer = clock.setTimer(PATIENCE_MS, () => patience.abort());
    try {
      const phone = await client.phoneOfLid(lid, patience.signal);
      this.remember(lid, phone);
      return phone;
    } catch (error) {
      this.failed(lid, error);
      return undefined;
    } finally {
      cancelTimer();
    }
  }

  private remember(lid: ContactId, phone: ContactId | undefined): void {
    this.failures = 0;
    this.isRefusalTold = false;
    const keptMs = phone === undefined ? UNKNOWN_FOR_MS : KNOWN_FOR_MS;
    this.remembered.keep(lid, phone, this.options.clock.nowMs() + keptMs);
  }

  private failed(lid: ContactId, error: unknown): void {
    const { clock, logger } = this.options;
    const code = error instanceof WahaError ? error.code : undefined;
    if (code === "waha_not_found") {
      this.remember(lid, undefined);
      return;
    }
    this.failures += 1;
    if (code !== undefined && code !== "waha_refused" && this.failures < FAILURES_TO_PAUSE) return;
    this.failures = 0;
    this.pausedUntilMs = clock.nowMs() + PAUSE_MS;
    const message = error instanceof Error ? error.message : String(error);
    if (code !== "waha_refused") {
      logger.log("warn", `Phone numbers behind LIDs are not looked up for ${PAUSE_MS / 1000} s: ${message}`, {
        event: "lookup.paused",
      });
    } else if (!this.isRefusalTold) {
      this.isRefusalTold = true;
      logger.log(
        "warn",
        `WAHA does not look up phone numbers behind LIDs: on NOWEB its store must be on (${message})`,
        { event: "lookup.refused" },
      );
    }
  }
}
