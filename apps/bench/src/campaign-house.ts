import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Conversation, type Acknowledged } from "./conversation.js";
import { freePort } from "./free-port.js";
import { GatewayProcess, type GatewayProcessOptions } from "./gateway-process.js";
import { Random } from "./random.js";
import { TenantFarm } from "./tenant-farm.js";
import { WahaWebhooks } from "./waha-webhooks.js";

export interface CampaignHouseOptions {
  readonly seed: number;
  readonly tenants: number;
  /** Where the gateway keeps its data, instead of a folder made for this. */
  readonly dataDir?: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly program?: string;
  readonly under?: readonly string[];
}

const HMAC_KEY = "campaign-hmac-key";
const ADMIN_KEY = "campaign-admin-key-0123456789abcdef";
const SETTLE_TIMEOUT_MS = 180_000;

/** A gateway process, its tenants and its contacts: what every campaign plays with. To be closed. */
export class CampaignHouse {
  readonly random: Random;
  readonly conversations: Conversation[] = [];

  private constructor(
    readonly gateway: GatewayProcess,
    readonly farm: TenantFarm,
    readonly webhooks: WahaWebhooks,
    readonly dataDir: string,
    private readonly folder: string,
    private readonly options: CampaignHouseOptions,
  ) {
    this.random = new Random(options.seed);
  }

  static async open(options: CampaignHouseOptions): Promise<CampaignHouse> {
    const folder = await mkdtemp(join(tmpdir(), "gateway-campaign-"));
    const [port, farmPort] = [await freePort(), await freePort()];
    const farm = new TenantFarm();
    await farm.listen(farmPort);
    const tenantsFile = join(folder, "tenants.json");
    await writeFile(tenantsFile, JSON.stringify(TenantFarm.directory(farmPort, options.tenants)));
    const dataDir = options.dataDir ?? join(folder, "data");
    const processOptions: GatewayProcessOptions = {
      port,
      dataDir,
      settings: {
        TENANTS_FILE: tenantsFile,
        WAHA_HMAC_KEY: HMAC_KEY,
        ADMIN_API_KEY: ADMIN_KEY,
        ...options.settings,
      },
      ...(options.program === undefined ? {} : { program: options.program }),
      ...(options.under === undefined ? {} : { under: options.under }),
    };
    const gateway = new GatewayProcess(processOptions);
    const webhooks = new WahaWebhooks({ url: gateway.url, hmacKey: HMAC_KEY });
    return new CampaignHouse(gateway, farm, webhooks, dataDir, folder, options);
  }

  /** A new contact that will use that many tenants' links at once. */
  addContact(links: number): Conversation {
    const contact = `9715${String(this.conversations.length).padStart(8, "0")}`;
    const chosen = new Set<number>();
    while (chosen.size < links) chosen.add(this.random.between(1, this.options.tenants));
    const conversation = new Conversation({ webhooks: this.webhooks, contact, links: [...chosen] });
    this.conversations.push(conversation);
    return conversation;
  }

  get acknowledged(): Acknowledged[] {
    return this.conversations.flatMap((conversation) => conversation.acknowledged);
  }

  /** An answer of the admin API. */
  async admin(path: string): Promise<unknown> {
    const response = await fetch(`${this.gateway.url}${path}`, { headers: { "x-api-key": ADMIN_KEY } });
    return response.json();
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    const untilMs = performance.now() + SETTLE_TIMEOUT_MS;
    for (;;) {
      const { items } = (await this.admin("/api/gateway/deliveries?state=pending&limit=1")) as {
        items: unknown[];
      };
      if (items.length === 0) return;
      if (performance.now() > untilMs) {
        throw new Error(`Deliveries still wait after ${SETTLE_TIMEOUT_MS} ms:\n${this.gateway.lastOutput}`);
      }
      await sleep(50);
    }
  }

  /** Resolves when the condition holds. */
  async until(condition: () => boolean): Promise<void> {
    const untilMs = performance.now() + SETTLE_TIMEOUT_MS;
    while (!condition()) {
      if (performance.now() > untilMs)
        throw new Error(`Not within ${SETTLE_TIMEOUT_MS} ms:\n${this.gateway.lastOutput}`);
      await sleep(10);
    }
  }

  /** Stops the gateway and reads the mapping file it leaves. */
  async mappingFileAfterStop(): Promise<Record<string, number>> {
    const exitCode = await this.gateway.stop();
    if (exitCode !== 0) throw new Error(`The gateway ended with ${exitCode}:\n${this.gateway.lastOutput}`);
    return JSON.parse(await readFile(join(this.dataDir, "user_tenant_mapping.json"), "utf8")) as Record<
      string,
      number
    >;
  }

  async deadLetters(): Promise<number> {
    const { items } = (await this.admin("/api/gateway/deliveries?state=dead&limit=100")) as {
      items: unknown[];
    };
    return items.length;
  }

  async close(): Promise<void> {
    for (const conversation of this.conversations) conversation.pause();
    await this.gateway.kill();
    this.webhooks.close();
    await this.farm.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
