import { parseTraceContext, systemClock, type TraceContext } from "@gateway-router/core";
import { aTraceContext, eventually, ManualClock, RecordingLogger } from "@gateway-router/core/testing";
import { OpenTelemetryTracer, type OpenTelemetryTracerOptions } from "./open-telemetry-tracer.js";
import { OtlpReceiver } from "./testing/otlp-receiver.js";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const SPAN_ID = "b7ad6b7169203331";
const cause = parseTraceContext(`00-${TRACE_ID}-${SPAN_ID}-01`)!;
const unsampled = parseTraceContext(`00-${TRACE_ID}-${SPAN_ID}-00`)!;

let receiver: OtlpReceiver;
let logger: RecordingLogger;
let tracers: OpenTelemetryTracer[];

beforeEach(async () => {
  receiver = await OtlpReceiver.listen();
  logger = new RecordingLogger();
  tracers = [];
});

afterEach(async () => {
  await Promise.all(tracers.map((tracer) => tracer.close()));
  await receiver.close();
});

function aTracer(options: Partial<OpenTelemetryTracerOptions> = {}): OpenTelemetryTracer {
  const tracer = new OpenTelemetryTracer({
    ...{ endpoint: receiver.endpoint, serviceName: "gateway", version: "1.2.3", clock: systemClock, logger },
    sampling: { sampler: "parentbased_traceidratio", ratio: 1 },
    exportEveryMs: 10,
    ...options,
  });
  tracers.push(tracer);
  return tracer;
}

const step = (name: string, led?: TraceContext) => ({ name, kind: "internal", cause: led }) as const;

describe("OpenTelemetryTracer", () => {
  it("exports steps under what led to them, with the service's name, at its close at the latest", async () => {
    const tracer = aTracer({ headers: { "X-Api-Key": "key of the collector" } });
    let inner: TraceContext | undefined;
    await tracer.trace({ ...step("webhook", cause), kind: "server" }, async (span) => {
      span.set({ "gateway.outcome": "routed", "gateway.tenant_id": 2, "gateway.kept": true });
      await tracer.trace({ ...step("attempt", span.context), kind: "client" }, async (attempt) => {
        inner = attempt.context;
        attempt.fail();
      });
    });
    await tracer.close();
    const [attempt, webhook] = receiver.spans;
    expect(webhook).toMatchObject({
      ...{ name: "webhook", traceId: TRACE_ID, parentSpanId: SPAN_ID, kind: 2, failed: false },
      attributes: { "gateway.outcome": "routed", "gateway.tenant_id": 2, "gateway.kept": true },
    });
    expect(attempt).toMatchObject({
      ...{ name: "attempt", traceId: TRACE_ID, parentSpanId: webhook!.spanId, kind: 3, failed: true },
    });
    expect(inner).toBe(`00-${TRACE_ID}-${attempt!.spanId}-01`);
    expect(receiver.resource).toMatchObject({ "service.name": "gateway", "service.version": "1.2.3" });
    expect(receiver.requests[0]).toMatchObject({
      url: "/v1/traces",
      headers: { "content-type": "application/json", "x-api-key": "key of the collector" },
    });
  });

  it("begins a trace where nothing led to the step", async () => {
    const tracer = aTracer();
    await tracer.trace(step("one"), async () => undefined);
    await tracer.trace(step("two"), async () => undefined);
    await tracer.close();
    expect(receiver.spans.map(({ parentSpanId }) => parentSpanId)).toEqual([undefined, undefined]);
    expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(2);
  });

  it("knows the step that led to where it is asked, and none beside it", async () => {
    const tracer = aTracer();
    expect(tracer.current()).toBeUndefined();
    await tracer.trace(step("outer"), async (outer) => {
      await tracer.trace(step("inner", outer.context), async (inner) => {
        await new Promise((resolve) => setImmediate(resolve));
        expect(tracer.current()?.context).toBe(inner.context);
      });
      expect(tracer.current()?.context).toBe(outer.context);
    });
    expect(tracer.current()).toBeUndefined();
  });

  it("passes on what the work rejects with, and tells only its kind", async () => {
    const tracer = aTracer();
    const fault = Object.assign(new Error("a message of 971501234567"), { code: "storage_unavailable" });
    await expect(tracer.trace(step("webhook"), () => Promise.reject(fault))).rejects.toBe(fault);
    await tracer.close();
    expect(receiver.spans).toMatchObject([
      { failed: true, attributes: { "error.type": "storage_unavailable" } },
    ]);
    expect(receiver.requests[0]!.body).not.toContain("971501234567");
  });

  it("tells of a step from before its own process began", async () => {
    const tracer = aTracer();
    const startedAtMs = Date.now() - 3_600_000;
    tracer.tell({ name: "wait", cause, startedAtMs, endedAtMs: startedAtMs + 1_800_000 });
    await tracer.close();
    expect(receiver.spans).toMatchObject([
      { name: "wait", parentSpanId: SPAN_ID, startMs: startedAtMs, endMs: startedAtMs + 1_800_000 },
    ]);
  });

  it.each([
    ["parentbased_traceidratio", cause, true],
    ["parentbased_always_off", cause, true],
    ["parentbased_always_on", unsampled, false],
    ["parentbased_always_off", undefined, false],
    ["parentbased_always_on", undefined, true],
    ["always_on", unsampled, true],
    ["always_off", cause, false],
    ["traceidratio", cause, false],
  ] as const)("samples by %s what %s led to: %s", async (sampler, led, isKept) => {
    const tracer = aTracer({ sampling: { sampler, ratio: 0 } });
    const context = await tracer.trace(step("webhook", led), async (span) => span.context);
    await tracer.close();
    expect(receiver.spans).toHaveLength(isKept ? 1 : 0);
    // What comes of it does as is done here.
    expect(context).toMatch(isKept ? /-01$/ : /-00$/);
  });

  it("loses what can't be exported, says so once, and says when it is over", async () => {
    receiver.status = 400;
    const tracer = aTracer();
    const exported = async (count: number) => {
      await tracer.trace(step("webhook", aTraceContext()), async () => undefined);
      await eventually(() => receiver.requests.length >= count);
      await eventually(() => logger.lines.length >= count);
    };
    await exported(1);
    await exported(2);
    receiver.status = 200;
    await exported(3);
    expect(logger.lines.map(({ level, fields }) => [level, fields["event"]])).toEqual([
      ["warn", "traces.export_failed"],
      ["debug", "traces.export_failed"],
      ["info", "traces.export_resumed"],
    ]);
    expect(receiver.spans).toHaveLength(1);
  });

  it("waits a moment, and no longer, for a collector that does not answer", async () => {
    receiver.status = 0;
    const clock = new ManualClock();
    const tracer = aTracer({ clock });
    await tracer.trace(step("webhook"), async () => undefined);
    const closed = tracer.close();
    await eventually(() => receiver.requests.length === 1);
    clock.advance(1_500);
    await closed;
    expect(logger.lines).toMatchObject([{ level: "warn", fields: { event: "traces.export_failed" } }]);
    // So that nothing of this test goes on behind it.
    receiver.status = 200;
    receiver.cutOff();
  });

  it("closes without a word where nobody listens any more and nothing waits", async () => {
    await aTracer({ endpoint: "http://127.0.0.1:9" }).close();
    expect(logger.lines).toEqual([]);
  });
});
