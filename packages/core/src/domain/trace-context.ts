declare const traceContext: unique symbol;

/**
 * Which trace something belongs to, and the step of it that led here: the value of a W3C `traceparent` header. Kept with
 * what waits, so that a trace goes on behind the queue and after a restart; nobody but a {@link Tracer} looks into it.
 */
export type TraceContext = string & { readonly [traceContext]: true };

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The context in a `traceparent` header; `undefined` where that is none, or of another version. */
export function parseTraceContext(header: string | undefined): TraceContext | undefined {
  return header !== undefined && TRACEPARENT.test(header) ? (header as TraceContext) : undefined;
}

/** The part of a record that keeps the context, where there is one. */
export function traceIn(trace: TraceContext | undefined): { readonly trace?: TraceContext } {
  return trace === undefined ? {} : { trace };
}
