import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock, Logger, PastStep, Span, Step, TraceContext, Tracer } from "@gateway-router/core";
import { ROOT_CONTEXT, SpanKind, trace, type Context, type Tracer as ApiTracer } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { OpenTelemetrySpan } from "./open-telemetry-span.js";
import { ReportingExporter } from "./reporting-exporter.js";
import { samplerOf, type SamplerName } from "./sampler-of.js";

export interface OpenTelemetryTracerOptions {
  /** The collector's base URL for OTLP over HTTP, below which `/v1/traces` is. */
  readonly endpoint: string;
  /** Sent with each export; they may be secrets. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly version: string;
  readonly sampling: Sampling;
  /** How long an ended span waits for others to be exported with. */
  readonly exportEveryMs?: number;
  readonly clock: Pick<Clock, "setTimer">;
  readonly logger: Logger;
}

export interface Sampling {
  readonly sampler: SamplerName;
  /** From 0 to 1: how many of the traces that begin here are kept, by the samplers that ask for it. */
  readonly ratio: number;
}

/** Ended spans that wait for their export; past it, new ones are lost. About 2 MB. */
const MOST_WAITING_SPANS = 2_048;
const SPANS_PER_EXPORT = 512;
const TWO_SECONDS_MS = 2_000;
/** For one export with its repeats. */
const EXPORT_TIMEOUT_MS = 5_000;
/** What is not exported by then when the process ends is lost: it must not cost what matters its time. */
const LAST_EXPORT_MS = 1_500;

const KINDS: Readonly<Record<Step["kind"], SpanKind>> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
};

/**
 * Traces by OpenTelemetry, exported in the background by OTLP over HTTP, as JSON. Nothing waits for an export and
 * nothing fails with one: what can't be exported is lost, and told in the log. Nothing of OpenTelemetry's that is
 * global is touched, so that several tracers get along in one process.
 */
export class OpenTelemetryTracer implements Tracer {
  private readonly spans = new AsyncLocalStorage<OpenTelemetrySpan>();
  private readonly provider: TracerProvider;
  private readonly tracer: ApiTracer;

  constructor(private readonly options: OpenTelemetryTracerOptions) {
    const { endpoint, headers = {}, serviceName, version, sampling, logger } = options;
    const { exportEveryMs = TWO_SECONDS_MS } = options;
    const exporter = new OTLPTraceExporter({
      url: `${endpoint.replace(/\/+$/, "")}/v1/traces`,
      headers: { ...headers },
      timeoutMillis: EXPORT_TIMEOUT_MS,
    });
    this.provider = new TracerProvider({
      resource: defaultResource().merge(
        resourceFromAttributes({ "service.name": serviceName, "service.version": version }),
      ),
      sampler: samplerOf(sampling),
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: new ReportingExporter(exporter, logger),
          maxQueueSize: MOST_WAITING_SPANS,
          maxExportBatchSize: SPANS_PER_EXPORT,
          scheduledDelayMillis: exportEveryMs,
          exportTimeoutMillis: EXPORT_TIMEOUT_MS + 1_000,
        }),
      ],
    });
    this.tracer = this.provider.getTracer("@gateway-router/opentelemetry", version);
  }

  async trace<Result>(step: Step, work: (span: Span) => Promise<Result>): Promise<Result> {
    const { name, kind, cause, attributes = {} } = step;
    const span = new OpenTelemetrySpan(
      this.tracer.startSpan(name, { kind: KINDS[kind], attributes }, contextOf(cause)),
    );
    try {
      return await this.spans.run(span, () => work(span));
    } catch (error) {
      span.failBy(error);
      throw error;
    } finally {
      span.end();
    }
  }

  tell({ name, cause, attributes = {}, startedAtMs, endedAtMs }: PastStep): void {
    // A bare number of before this process began would be taken for one since then.
    const startTime = new Date(startedAtMs);
    this.tracer.startSpan(name, { attributes, startTime }, contextOf(cause)).end(new Date(endedAtMs));
  }

  current(): Span | undefined {
    return this.spans.getStore();
  }

  /** Exports what waits, as far as a moment allows. Never rejects. */
  async close(): Promise<void> {
    const { clock, logger } = this.options;
    let cancel: (() => void) | undefined;
    const tooLate = new Promise<"late">((resolve) => {
      cancel = clock.setTimer(LAST_EXPORT_MS, () => resolve("late"));
    });
    try {
      if ((await Promise.race([this.provider.shutdown(), tooLate])) === "late") {
        logger.log("warn", "The last traces could not be exported in time, and are lost", {
          event: "traces.export_failed",
        });
      }
    } catch {
      // The exporter has told it in its own words.
    } finally {
      cancel?.();
    }
  }
}

function contextOf(cause: TraceContext | undefined): Context {
  if (cause === undefined) return ROOT_CONTEXT;
  const [, traceId, spanId, flags] = cause.split("-");
  return trace.setSpanContext(ROOT_CONTEXT, {
    ...{ traceId: traceId!, spanId: spanId!, isRemote: true },
    traceFlags: Number.parseInt(flags!, 16),
  });
}
