import { StorageUnavailableError, type MappingStats } from "@gateway-router/core";
import { aDelivery, aMapping, InMemoryStorage, ManualClock } from "@gateway-router/core/testing";
import { SharedNumber } from "../shared-number.js";
import { GatewayMetrics } from "./gateway-metrics.js";

function house() {
  const clock = new ManualClock();
  const { mappings, deliveries, replies, mediaJobs: files } = new InMemoryStorage({ clock });
  const number = new SharedNumber(undefined);
  const metrics = new GatewayMetrics({ queues: { deliveries, replies, files }, mappings, number, clock });
  const line = async (start: string): Promise<string | undefined> =>
    (await metrics.text()).split("\n").find((each) => each.startsWith(`${start} `));
  return { clock, mappings, deliveries, number, metrics, line };
}

describe("GatewayMetrics", () => {
  it("counts webhooks and takes their time", async () => {
    const { metrics, line } = house();
    metrics.webhookAnswered("routed", 0.002);
    metrics.webhookAnswered("routed", 0.003);
    metrics.webhookAnswered("overloaded", 0.1);
    expect(await line('gateway_webhooks_total{outcome="routed"}')).toMatch(/ 2$/);
    expect(await line('gateway_webhooks_total{outcome="overloaded"}')).toMatch(/ 1$/);
    expect(await line('gateway_webhook_duration_seconds_bucket{le="0.0025"}')).toMatch(/ 1$/);
    expect(await line("gateway_webhook_duration_seconds_count")).toMatch(/ 3$/);
  });

  it("counts attempts and how long deliveries took from door to door, replays apart", async () => {
    const { clock, metrics, line } = house();
    const claim = { enqueuedAtMs: clock.nowMs(), replayed: false };
    clock.advance(4_000);
    metrics.attemptEnded("deliveries", claim, { kind: "delivered" });
    metrics.attemptEnded("deliveries", { ...claim, replayed: true }, { kind: "delivered" });
    metrics.attemptEnded("deliveries", claim, {
      ...{ kind: "retry", cause: "unreachable", delayMs: 1, error: "connection refused" },
    });
    metrics.attemptEnded("replies", claim, { kind: "dead", reason: "expired" });
    metrics.attemptEnded("replies", claim, { kind: "postponed", delayMs: 1, waitingFor: "number_limit" });
    expect(await line('gateway_attempts_total{queue="deliveries",result="delivered"}')).toMatch(/ 2$/);
    expect(await line('gateway_attempts_total{queue="deliveries",result="unreachable"}')).toMatch(/ 1$/);
    expect(await line('gateway_attempts_total{queue="replies",result="dead"}')).toMatch(/ 1$/);
    expect(await line('gateway_given_up_total{queue="replies",reason="expired"}')).toMatch(/ 1$/);
    expect(await line('gateway_latency_seconds_sum{queue="deliveries"}')).toMatch(/ 4$/);
    expect(await line('gateway_latency_seconds_count{queue="deliveries"}')).toMatch(/ 1$/);
  });

  it("reads off what waits, and since when", async () => {
    const { clock, mappings, deliveries, line } = house();
    const mapping = aMapping();
    await mappings.lock(mapping, clock.nowMs());
    expect(await line('gateway_oldest_waiting_seconds{queue="deliveries"}')).toMatch(/ 0$/);
    await deliveries.enqueue(aDelivery(mapping));
    clock.advance(90_000);
    await deliveries.enqueue(aDelivery(mapping));
    await deliveries.holdTenant(mapping.tenantId);
    expect(await line('gateway_waiting{queue="deliveries"}')).toMatch(/ 2$/);
    expect(await line('gateway_oldest_waiting_seconds{queue="deliveries"}')).toMatch(/ 90$/);
    expect(await line("gateway_tenants_held")).toMatch(/ 1$/);
    expect(await line("gateway_contacts")).toMatch(/ 1$/);
    expect(await line("gateway_tenants_with_contacts")).toMatch(/ 1$/);
  });

  it("tells the session's state of now, and no earlier one", async () => {
    const { number, line } = house();
    expect(await line('gateway_waha_session{status="unknown"}')).toMatch(/ 1$/);
    expect(await line("gateway_waha_working")).toMatch(/ 0$/);
    number.learn({ status: "WORKING" });
    number.learnWebhook("in_place");
    number.noteMessage(1_764_000_000_000);
    expect(await line('gateway_waha_session{status="WORKING"}')).toMatch(/ 1$/);
    expect(await line('gateway_waha_session{status="unknown"}')).toBeUndefined();
    expect(await line("gateway_waha_working")).toMatch(/ 1$/);
    expect(await line("gateway_waha_webhook_in_place")).toMatch(/ 1$/);
    expect(await line("gateway_last_message_timestamp_seconds")).toMatch(/ 1764000000$/);
  });

  it("says that the storage is down, and tells nothing of before as if it were so now", async () => {
    const { mappings, line } = house();
    expect(await line("gateway_storage_up")).toMatch(/ 1$/);
    mappings.stats = async (): Promise<MappingStats> => {
      throw new StorageUnavailableError("the disk is gone");
    };
    expect(await line("gateway_storage_up")).toMatch(/ 0$/);
    expect(await line("gateway_contacts")).toBeUndefined();
    expect(await line('gateway_waiting{queue="deliveries"}')).toBeUndefined();
  });

  it("tells of no person and no tenant", async () => {
    const { clock, mappings, deliveries, metrics } = house();
    const mapping = aMapping();
    await mappings.lock(mapping, clock.nowMs());
    await deliveries.enqueue(aDelivery(mapping));
    const text = await metrics.text();
    expect(text).not.toContain(mapping.contact);
    expect(text).not.toMatch(/tenant(_id)?="/);
  });
});
