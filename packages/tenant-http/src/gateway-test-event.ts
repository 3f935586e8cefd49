import type { TenantId } from "@gateway-router/core";

/** An event about nobody, by which an admin sees whether a handler is there and knows the signature. */
export interface GatewayTestEvent {
  readonly type: "gateway.test";
  /** When it was sent, ISO 8601 in UTC. */
  readonly timestamp: string;
  readonly data: { readonly tenant_id: number };
}

export function gatewayTestEvent(tenantId: TenantId, sentAtMs: number): GatewayTestEvent {
  return {
    type: "gateway.test",
    timestamp: new Date(sentAtMs).toISOString(),
    data: { tenant_id: tenantId },
  };
}
