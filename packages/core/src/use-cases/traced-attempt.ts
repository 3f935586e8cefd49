import type { ClaimedDelivery } from "../domain/delivery.js";
import { traceIn, type TraceContext } from "../domain/trace-context.js";
import type { Clock } from "../ports/runtime.js";
import type { Tracer } from "../ports/tracer.js";

export interface TracedAttemptOptions<Result> {
  /** What is brought to somebody. */
  readonly what: "delivery" | "reply";
  readonly claim: ClaimedDelivery<unknown>;
  readonly tracer: Tracer;
  readonly clock: Pick<Clock, "nowMs">;
  /** What comes of an attempt that did what it was made for. */
  readonly success: string;
  readonly attempt: (caused: Caused) => Promise<Result>;
}

/** What the attempt leads to, at whom it is made and here, carries this. */
export interface Caused {
  readonly trace?: TraceContext;
}

/**
 * Makes one attempt as a step of the trace that led to its delivery. Before the first one it tells how long the
 * delivery waited, the time included for which it was put off.
 */
export function tracedAttempt<Result extends { readonly kind: string }>({
  what,
  claim,
  tracer,
  clock,
  success,
  attempt,
}: TracedAttemptOptions<Result>): Promise<{ readonly result: Result; readonly caused: Caused }> {
  const { id, tenantId, attempts, enqueuedAtMs: startedAtMs, trace: cause } = claim;
  const attributes = { "gateway.tenant_id": tenantId, [`gateway.${what}_id`]: id };
  if (attempts === 0 && cause !== undefined) {
    // The engine's clock may be ahead of this one.
    const endedAtMs = Math.max(startedAtMs, clock.nowMs());
    tracer.tell({ name: `${what} wait`, cause, attributes, startedAtMs, endedAtMs });
  }
  return tracer.trace(
    {
      ...{ name: `${what} attempt`, kind: "client", cause },
      attributes: { ...attributes, "gateway.attempt": attempts + 1 },
    },
    async (span) => {
      const caused = traceIn(span.context ?? cause);
      const result = await attempt(caused);
      span.set({ "gateway.result": result.kind });
      if (result.kind !== success) span.fail();
      return { result, caused };
    },
  );
}
