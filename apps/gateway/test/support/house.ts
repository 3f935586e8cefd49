import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GatewayProcess, type Settings } from "./gateway-process.js";
import { TenantHandlers } from "./tenant-handlers.js";

/** A data folder, tenants' handlers, and the gateways started on them; all gone after `leave`. */
export class House {
  private readonly gateways: GatewayProcess[] = [];

  private constructor(
    readonly folder: string,
    readonly tenants: TenantHandlers,
  ) {}

  static async enter(): Promise<House> {
    return new House(await mkdtemp(join(tmpdir(), "gateway-e2e-")), await TenantHandlers.listen());
  }

  get dataDir(): string {
    return join(this.folder, "data");
  }

  async start(settings: Settings = {}): Promise<GatewayProcess> {
    const gateway = await GatewayProcess.start(this.dataDir, {
      TENANT_URL_TEMPLATE: this.tenants.urlTemplate,
      ...settings,
    });
    this.gateways.push(gateway);
    return gateway;
  }

  /** One that is on its way up: nobody waits until it listens. */
  startWithoutWaiting(): GatewayProcess {
    const gateway = GatewayProcess.spawn(this.dataDir, { TENANT_URL_TEMPLATE: this.tenants.urlTemplate });
    this.gateways.push(gateway);
    return gateway;
  }

  async leave(): Promise<void> {
    for (const gateway of this.gateways) await gateway.kill();
    await this.tenants.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
