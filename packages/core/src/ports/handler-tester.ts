import type { Tenant } from "../domain/tenant.js";

/** Sends a handler an event that is about nobody, to see whether it is there and takes what the gateway signs. */
export interface HandlerTester {
  /** One attempt. Never throws for what a handler does. */
  test(tenant: Tenant, request: HandlerTestRequest): Promise<HandlerTestResult>;
}

export interface HandlerTestRequest {
  /** The event's `webhook-id`. */
  readonly id: string;
  /** Ends the attempt early. */
  readonly signal: AbortSignal;
}

export interface HandlerTestResult {
  /** What the handler answered, if it did. */
  readonly status: number | undefined;
  readonly durationMs: number;
  /** Why it was not taken, or what was wrong with the answer; `undefined` where all is well. */
  readonly error: string | undefined;
}
