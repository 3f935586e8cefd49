import type {
  DispatchResult,
  DueDelivery,
  IntakeOutcome,
  IntakeRequest,
  MessageIntake,
  Tenant,
  TenantDispatcher,
} from "@gateway-router/core";
import type { GatewayMetrics } from "./gateway-metrics.js";

/** An intake whose time is taken. */
export class MeasuredMessageIntake implements MessageIntake {
  constructor(
    private readonly intake: MessageIntake,
    private readonly metrics: Pick<GatewayMetrics, "messageTakenIn">,
  ) {}

  async take(request: IntakeRequest): Promise<IntakeOutcome> {
    const startedMs = performance.now();
    const outcome = await this.intake.take(request);
    this.metrics.messageTakenIn(secondsSince(startedMs));
    return outcome;
  }
}

/** A dispatcher whose handlers' time is taken. */
export class MeasuredTenantDispatcher implements TenantDispatcher {
  constructor(
    private readonly dispatcher: TenantDispatcher,
    private readonly metrics: Pick<GatewayMetrics, "handlerAnswered">,
  ) {}

  async dispatch(tenant: Tenant, delivery: DueDelivery, signal: AbortSignal): Promise<DispatchResult> {
    const startedMs = performance.now();
    const result = await this.dispatcher.dispatch(tenant, delivery, signal);
    this.metrics.handlerAnswered(result.kind, secondsSince(startedMs));
    return result;
  }
}

/** Of a time that `performance.now()` told. */
export function secondsSince(startedMs: number): number {
  return (performance.now() - startedMs) / 1_000;
}
