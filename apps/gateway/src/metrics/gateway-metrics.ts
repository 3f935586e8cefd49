import {
  StorageUnavailableError,
  type ClaimedDelivery,
  type Clock,
  type DeliveryQueue,
  type DispatchResult,
  type MappingStore,
  type QueueCounts,
  type Settlement,
} from "@gateway-router/core";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { SharedNumber } from "../shared-number.js";
import { VERSION } from "../version.js";

export interface GatewayMetricsOptions {
  readonly queues: Readonly<Record<QueueName, Pick<DeliveryQueue<never>, "counts">>>;
  readonly mappings: Pick<MappingStore, "stats">;
  readonly number: Pick<SharedNumber, "sessionStatus" | "isWorking" | "webhook" | "lastMessageAtMs">;
  readonly clock: Pick<Clock, "nowMs">;
}

/** Messages to tenants, replies to contacts, and contacts' files to be fetched. */
const QUEUE_NAMES = ["deliveries", "replies", "files"] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

/** From a flush to disk to a slow one. */
const SHORT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** From a handler that is there to a tenant that was away for a day. */
const LONG_SECONDS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400,
];

/**
 * What the gateway counts, for Prometheus. No label names a person or a tenant: there are as many series with a
 * thousand tenants as with one.
 */
export class GatewayMetrics {
  private readonly registry = new Registry();
  private readonly common = { registers: [this.registry] };

  private readonly webhooks = new Counter({
    ...this.common,
    name: "gateway_webhooks_total",
    help: "Webhooks, by what became of them: as their answer's status or error code says.",
    labelNames: ["outcome"] as const,
  });
  private readonly webhookDuration = new Histogram({
    ...this.common,
    name: "gateway_webhook_duration_seconds",
    help: "From a webhook's headers to its answer.",
    buckets: SHORT_SECONDS,
  });
  private readonly intakeDuration = new Histogram({
    ...this.common,
    name: "gateway_intake_duration_seconds",
    help: "How long the storage took to make one message durable, its lock included.",
    buckets: SHORT_SECONDS,
  });
  private readonly handlerDuration = new Histogram({
    ...this.common,
    name: "gateway_handler_duration_seconds",
    help: "How long tenants' handlers took, by what came of it.",
    labelNames: ["result"] as const,
    buckets: SHORT_SECONDS.concat(30),
  });
  private readonly attempts = new Counter({
    ...this.common,
    name: "gateway_attempts_total",
    help: "Attempts that ended, by queue and by what came of them.",
    labelNames: ["queue", "result"] as const,
  });
  private readonly givenUp = new Counter({
    ...this.common,
    name: "gateway_given_up_total",
    help: "Deliveries that became dead letters at an attempt, by queue and reason.",
    labelNames: ["queue", "reason"] as const,
  });
  private readonly latency = new Histogram({
    ...this.common,
    name: "gateway_latency_seconds",
    help: "From the moment a delivery was taken in to the moment it was done, by queue. Replays are left out.",
    labelNames: ["queue"] as const,
    buckets: LONG_SECONDS,
  });

  private readonly storageUp = this.gauge("gateway_storage_up", "Whether the storage answered this scrape.");
  private readonly waiting = this.queueGauge("gateway_waiting", "Deliveries that wait or are under way.");
  private readonly oldest = this.queueGauge(
    "gateway_oldest_waiting_seconds",
    "How long the delivery that waits longest has waited; 0 where none does.",
  );
  private readonly dead = this.queueGauge("gateway_dead_letters", "Deliveries given up and kept.");
  private readonly paused = this.gauge(
    "gateway_tenants_paused",
    "Tenants that are down: probed, not stormed.",
  );
  private readonly held = this.gauge("gateway_tenants_held", "Tenants whose deliveries are held.");
  private readonly contacts = this.gauge("gateway_contacts", "Contacts with a tenant.");
  private readonly tenants = this.gauge("gateway_tenants_with_contacts", "Tenants with a contact.");
  private readonly working = this.gauge("gateway_waha_working", "Whether the WAHA session is WORKING.");
  private readonly session = new Gauge({
    ...this.common,
    name: "gateway_waha_session",
    help: "1 for the state that the WAHA session is in, in WAHA's words.",
    labelNames: ["status"] as const,
  });
  private readonly webhookInPlace = this.gauge(
    "gateway_waha_webhook_in_place",
    "Whether the WAHA session sends its events here, as the gateway needs them.",
  );
  private readonly lastMessage = this.gauge(
    "gateway_last_message_timestamp_seconds",
    "When a message of a contact last came in, as Unix time; 0 where none did since the start.",
  );

  constructor(private readonly options: GatewayMetricsOptions) {
    new Gauge({
      ...this.common,
      name: "gateway_info",
      help: "1, with the version that runs.",
      labelNames: ["version"] as const,
    }).set({ version: VERSION }, 1);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** Adds what Node.js tells of itself: memory, event loop, garbage collection. Once per process. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** `outcome`: one of the few words that webhooks are answered with. */
  webhookAnswered(outcome: string, seconds: number): void {
    this.webhooks.inc({ outcome });
    this.webhookDuration.observe(seconds);
  }

  messageTakenIn(seconds: number): void {
    this.intakeDuration.observe(seconds);
  }

  handlerAnswered(result: DispatchResult["kind"], seconds: number): void {
    this.handlerDuration.observe({ result }, seconds);
  }

  attemptEnded(
    queue: QueueName,
    claim: Pick<ClaimedDelivery, "enqueuedAtMs" | "replayed">,
    settlement: Settlement,
  ): void {
    const result = resultOf(settlement);
    if (result === undefined) return;
    this.attempts.inc({ queue, result });
    if (settlement.kind === "dead") this.givenUp.inc({ queue, reason: settlement.reason });
    if (settlement.kind === "delivered" && !claim.replayed) {
      this.latency.observe({ queue }, Math.max(0, this.options.clock.nowMs() - claim.enqueuedAtMs) / 1_000);
    }
  }

  /** All of it, in Prometheus' text format, with what can be read off at this moment. */
  async text(): Promise<string> {
    this.readNumber();
    try {
      await this.readStorage();
      this.storageUp.set(1);
    } catch (error) {
      if (!(error instanceof StorageUnavailableError)) throw error;
      this.storageUp.set(0);
      // What was read before would pass for what is so now.
      for (const gauge of [this.waiting, this.oldest, this.dead]) gauge.reset();
      for (const gauge of [this.paused, this.held, this.contacts, this.tenants]) gauge.remove();
    }
    return this.registry.metrics();
  }

  private readNumber(): void {
    const { sessionStatus = "unknown", isWorking, webhook, lastMessageAtMs = 0 } = this.options.number;
    this.working.set(isWorking ? 1 : 0);
    this.session.reset();
    this.session.set({ status: sessionStatus }, 1);
    this.webhookInPlace.set(webhook === "in_place" ? 1 : 0);
    this.lastMessage.set(lastMessageAtMs / 1_000);
  }

  private async readStorage(): Promise<void> {
    const { queues, mappings } = this.options;
    const [stats, ...counts] = await Promise.all([
      mappings.stats(),
      ...QUEUE_NAMES.map((name) => queues[name].counts()),
    ]);
    QUEUE_NAMES.forEach((name, index) => this.setQueue(name, counts[index]!));
    const deliveries = counts[QUEUE_NAMES.indexOf("deliveries")]!;
    this.paused.set(deliveries.pausedTenants);
    this.held.set(deliveries.heldTenants);
    this.contacts.set(stats.contacts);
    this.tenants.set(stats.contactsPerTenant.size);
  }

  private setQueue(queue: QueueName, { pending, dead, oldestEnqueuedAtMs }: QueueCounts): void {
    const nowMs = this.options.clock.nowMs();
    this.waiting.set({ queue }, pending);
    this.dead.set({ queue }, dead);
    this.oldest.set({ queue }, Math.max(0, nowMs - (oldestEnqueuedAtMs ?? nowMs)) / 1_000);
  }

  private gauge(name: string, help: string): Gauge {
    return new Gauge({ ...this.common, name, help });
  }

  private queueGauge(name: string, help: string): Gauge<"queue"> {
    return new Gauge({ ...this.common, name, help, labelNames: ["queue"] as const });
  }
}

/** Nothing where no attempt was made. */
function resultOf(settlement: Settlement): string | undefined {
  switch (settlement.kind) {
    case "retry":
      return settlement.cause;
    case "delivered":
    case "dead":
      return settlement.kind;
    case "postponed":
    case "released":
      return undefined;
  }
}
