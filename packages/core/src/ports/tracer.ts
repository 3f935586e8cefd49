import type { TraceContext } from "../domain/trace-context.js";

/**
 * Tells whoever watches what led to what, and how long each step took. What it is told says nothing about people: no
 * number, nothing that was written, no error in the words of a handler or a server.
 */
export interface Tracer {
  /** Runs the work as one step, which ends as the work does. Rejects with what the work rejects with, and with nothing else. */
  trace<Result>(step: Step, work: (span: Span) => Promise<Result>): Promise<Result>;
  /** Tells of a step that is over. */
  tell(step: PastStep): void;
  /** The step that led to where this is called, itself under way or over; `undefined` where none did. */
  current(): Span | undefined;
}

export interface Step {
  readonly name: string;
  /** Whether somebody else asks for it, somebody else is asked by it, or neither. */
  readonly kind: "server" | "client" | "internal";
  /** What led to it; without one it begins a trace. */
  readonly cause: TraceContext | undefined;
  readonly attributes?: TraceAttributes;
}

export interface PastStep extends Omit<Step, "kind"> {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** A step under way. */
export interface Span {
  /** What the step leads to has this as its cause; `undefined` where nothing is traced. */
  readonly context: TraceContext | undefined;
  /** Nothing where the step is over. */
  set(attributes: TraceAttributes): void;
  /** Marks the step as one that came to nothing. One whose work rejects is marked so by itself. */
  fail(): void;
}

export type TraceAttributes = Readonly<Record<string, string | number | boolean>>;

const NO_SPAN: Span = { context: undefined, set: () => undefined, fail: () => undefined };

/** Traces nothing. */
export const untraced: Tracer = {
  trace: (_, work) => work(NO_SPAN),
  tell: () => undefined,
  current: () => undefined,
};
