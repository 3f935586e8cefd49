import { parseTraceContext, type TraceContext } from "../domain/trace-context.js";
import type { PastStep, Span, Step, TraceAttributes, Tracer } from "../ports/tracer.js";
import { aTraceContext } from "./builders.js";

export interface RecordedStep {
  readonly name: string;
  readonly cause: TraceContext | undefined;
  readonly context: TraceContext;
  attributes: TraceAttributes;
  failed: boolean;
  /** Of a step that was over when it was told of. */
  readonly tookMs?: number;
}

/** Keeps what it is told. It takes for the current step what a test says. */
export class RecordingTracer implements Tracer {
  readonly steps: RecordedStep[] = [];
  currentSpan: Span | undefined;

  async trace<Result>(step: Step, work: (span: Span) => Promise<Result>): Promise<Result> {
    const recorded = this.record(step);
    try {
      return await work({
        context: recorded.context,
        set: (attributes) => (recorded.attributes = { ...recorded.attributes, ...attributes }),
        fail: () => (recorded.failed = true),
      });
    } catch (error) {
      recorded.failed = true;
      throw error;
    }
  }

  tell(step: PastStep): void {
    this.record(step, { tookMs: step.endedAtMs - step.startedAtMs });
  }

  current(): Span | undefined {
    return this.currentSpan;
  }

  private record(
    { name, cause, attributes = {} }: Pick<Step, "name" | "cause" | "attributes">,
    more: { readonly tookMs?: number } = {},
  ): RecordedStep {
    // In the trace of its cause, as a span of its own.
    const own = aTraceContext();
    const context = cause === undefined ? own : parseTraceContext(cause.slice(0, 36) + own.slice(36))!;
    const recorded = { name, cause, context, attributes, failed: false, ...more };
    this.steps.push(recorded);
    return recorded;
  }
}
