import { createHmac } from "node:crypto";
import { eventually } from "@gateway-router/core/testing";
import { OtlpReceiver, type ReceivedSpan } from "@gateway-router/opentelemetry/testing";
import type { Settings } from "./support/gateway-process.js";
import { unsignedWebhook } from "./support/unsigned-webhook.js";
import { HMAC_KEY, WAHA_KEY, WahaHouse } from "./support/waha-house.js";

const PHONE = "971501234567";
const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const SPAN_ID = "b7ad6b7169203331";
const TRACEPARENT = `00-${TRACE_ID}-${SPAN_ID}-01`;

let house: WahaHouse;
let collector: OtlpReceiver;

beforeEach(async () => {
  collector = await OtlpReceiver.listen();
});

afterEach(async () => {
  await house.leave();
  await collector.close();
}, 30_000);

async function enter(settings: Settings = {}): Promise<void> {
  house = await WahaHouse.enter({
    settings: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, ...settings },
  });
  house.tenants.answer = ({ type, data }) =>
    type === "message.received" ? { reply: `re: ${data.message?.text ?? ""}` } : undefined;
  await house.open();
}

/** A contact's message, as a WAHA sends it whose own caller traces. */
async function says(text: string, id: string, phone = PHONE, headers: Record<string, string> = {}) {
  const { body, headers: plain } = unsignedWebhook(phone, text, id);
  const hmac = createHmac("sha512", HMAC_KEY).update(body).digest("hex");
  return house.gateway.post({
    body,
    headers: { ...plain, "X-Webhook-Hmac": hmac, "X-Webhook-Hmac-Algorithm": "sha512", ...headers },
  });
}

const replied = (count: number) => eventually(() => house.whatsApp.sent.length === count, 60_000);
/** What waits for its export is exported by the stop. */
const stopped = async () => expect(await house.gateway.stop()).toBe(0);
const context = ({ traceId, spanId }: ReceivedSpan): string => `00-${traceId}-${spanId}-01`;

function one(
  name: string,
  { traceId = TRACE_ID, failed }: { readonly traceId?: string; readonly failed?: boolean } = {},
): ReceivedSpan {
  const spans = collector
    .named(name)
    .filter((span) => span.traceId === traceId && (failed === undefined || span.failed === failed));
  if (spans.length !== 1) throw new Error(`${spans.length} spans ${name}: ${JSON.stringify(spans)}`);
  return spans[0]!;
}

describe("traces", () => {
  it("join webhook, delivery and reply, and tell the handler where it stands", async () => {
    await enter();
    await says("start_realty_2", "3EB001", PHONE, { traceparent: TRACEPARENT });
    await replied(1);
    await stopped();
    const [webhook, wait, attempt] = [one("webhook"), one("delivery wait"), one("delivery attempt")];
    const [replyWait, reply] = [one("reply wait"), one("reply attempt")];
    expect(webhook).toMatchObject({
      ...{ parentSpanId: SPAN_ID, kind: 2, failed: false },
      attributes: { "gateway.outcome": "routed", "gateway.tenant_id": 2 },
    });
    expect(wait.parentSpanId).toBe(webhook.spanId);
    expect(attempt).toMatchObject({
      ...{ parentSpanId: webhook.spanId, kind: 3, failed: false },
      attributes: {
        ...{ "gateway.tenant_id": 2, "gateway.attempt": 1, "gateway.result": "accepted" },
        "http.response.status_code": 200,
      },
    });
    expect(house.tenants.traces).toEqual([context(attempt)]);
    expect(replyWait.parentSpanId).toBe(attempt.spanId);
    expect(reply).toMatchObject({
      ...{ parentSpanId: attempt.spanId, kind: 3, failed: false },
      attributes: { "gateway.tenant_id": 2, "gateway.attempt": 1, "gateway.result": "sent" },
    });
    expect(collector.resource).toMatchObject({ "service.name": "gateway" });
  }, 90_000);

  it("go on behind a restart between the webhook and the delivery", async () => {
    await enter();
    house.tenants.isDown = true;
    await says("start_realty_2", "3EB001", PHONE, { traceparent: TRACEPARENT });
    await eventually(() => house.tenants.refusedConnections > 0);
    await stopped();
    house.tenants.isDown = false;
    await house.startGateway();
    await replied(1);
    await stopped();
    const webhook = one("webhook");
    const attempt = one("delivery attempt", { failed: false });
    expect(webhook.parentSpanId).toBe(SPAN_ID);
    expect(attempt.parentSpanId).toBe(webhook.spanId);
    expect(attempt.attributes["gateway.attempt"]).toBeGreaterThan(1);
    expect(house.tenants.traces).toEqual([context(attempt)]);
    expect(one("reply attempt").parentSpanId).toBe(attempt.spanId);
    for (const failed of collector.named("delivery attempt").filter((span) => span.failed)) {
      expect(failed).toMatchObject({
        ...{ traceId: TRACE_ID, parentSpanId: webhook.spanId },
        attributes: { "gateway.result": "unreachable" },
      });
    }
  }, 90_000);

  it("begin with a webhook that names none, and tell of nobody's number, words or secrets", async () => {
    await enter({ OTEL_EXPORTER_OTLP_HEADERS: "X-Api-Key=key%20of%20the%20collector" });
    house.waha.contactSends({ from: `+${PHONE}`, text: "start_realty_2" });
    await replied(1);
    house.tenants.isRefusing = true;
    house.waha.contactSends({ from: `+${PHONE}`, text: "my secret is 4711" });
    await eventually(() => collector.named("delivery attempt").some((span) => span.failed), 30_000);
    await stopped();
    const routed = collector
      .named("webhook")
      .find(({ attributes }) => attributes["gateway.outcome"] === "routed")!;
    expect(routed.parentSpanId).toBeUndefined();
    expect(one("delivery attempt", { traceId: routed.traceId }).parentSpanId).toBe(routed.spanId);
    const refused = collector.named("delivery attempt").find((span) => span.failed)!;
    expect(refused.attributes).toMatchObject({
      ...{ "gateway.result": "refused", "http.response.status_code": 422 },
    });
    const exported = collector.requests.map(({ body }) => body).join("\n");
    for (const hidden of [PHONE, "start_realty", "4711", "re: ", HMAC_KEY, WAHA_KEY, "key of the collector"])
      expect(exported).not.toContain(hidden);
    expect(collector.requests[0]!.headers["x-api-key"]).toBe("key of the collector");
    expect(JSON.stringify(house.gateway.lines)).not.toContain("key of the collector");
  }, 90_000);

  it.each([
    ["refuses all", 500],
    ["never answers", 0],
  ])(
    "cost no message where the collector %s",
    async (_, status) => {
      collector.status = status;
      await enter();
      const contacts = Array.from({ length: 50 }, (__, index) => `97150${String(index).padStart(7, "0")}`);
      const answers = await Promise.all(contacts.map((phone) => says("start_realty_2", `A${phone}`, phone)));
      expect(answers.map(({ body }) => body["status"])).toEqual(contacts.map(() => "routed"));
      await replied(contacts.length);
      expect(new Set(house.tenants.taken.map(({ phone }) => phone)).size).toBe(contacts.length);
      await eventually(() => collector.requests.length > 0);
      await stopped();
      expect(house.gateway.lines.map((line) => line["event"])).toContain("traces.export_failed");
    },
    90_000,
  );

  it("are not there unless they were asked for, and no trace is passed on either", async () => {
    await enter({ OTEL_EXPORTER_OTLP_ENDPOINT: "" });
    await says("start_realty_2", "3EB001", PHONE, { traceparent: TRACEPARENT });
    await replied(1);
    await stopped();
    expect(house.tenants.traces).toEqual([undefined]);
    expect(collector.requests).toEqual([]);
  }, 90_000);
});
