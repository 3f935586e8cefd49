import { parseTraceContext, type Span, type TraceAttributes, type TraceContext } from "@gateway-router/core";
import { SpanStatusCode, type Span as ApiSpan } from "@opentelemetry/api";

/** A step of the gateway's as a span of OpenTelemetry's. */
export class OpenTelemetrySpan implements Span {
  constructor(private readonly span: ApiSpan) {}

  get context(): TraceContext | undefined {
    const { traceId, spanId, traceFlags } = this.span.spanContext();
    return parseTraceContext(`00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`);
  }

  set(attributes: TraceAttributes): void {
    this.span.setAttributes(attributes);
  }

  fail(): void {
    this.span.setStatus({ code: SpanStatusCode.ERROR });
  }

  /** What went wrong by its kind alone: a message may quote what somebody wrote. */
  failBy(error: unknown): void {
    this.set({ "error.type": kindOf(error) });
    this.fail();
  }

  end(): void {
    this.span.end();
  }
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" ? code : error.name;
}
