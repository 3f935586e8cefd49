import { StepFailed } from "./step-failed.js";

export interface PendingDelivery {
  readonly attempts: number;
  readonly last_error: string | null;
}

/** The gateway's admin API, as far as the demo uses it. */
export class AdminClient {
  constructor(private readonly options: { readonly url: string; readonly key: string }) {}

  async stats(): Promise<object> {
    return this.get("/api/gateway/stats");
  }

  async pendingMessages(tenantId: number): Promise<readonly PendingDelivery[]> {
    const path = `/api/gateway/deliveries?state=pending&direction=in&tenant_id=${tenantId}`;
    const { items } = (await this.get(path)) as { readonly items: readonly PendingDelivery[] };
    return items;
  }

  private async get(path: string): Promise<object> {
    const { url, key } = this.options;
    const response = await fetch(`${url}${path}`, { headers: { "X-Api-Key": key } });
    const text = await response.text();
    if (!response.ok) throw new StepFailed(`GET ${path} is answered ${response.status}: ${text}`);
    return JSON.parse(text) as object;
  }
}
