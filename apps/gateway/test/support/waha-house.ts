import { createServer, type AddressInfo } from "node:net";
import { eventually } from "@gateway-router/core/testing";
import {
  QUICK_TIMINGS,
  SimulatedWaha,
  SimulatedWhatsApp,
  type SimulatedWahaOptions,
} from "@gateway-router/demo";
import { runCommand, type Ended, type GatewayProcess, type Settings } from "./gateway-process.js";
import { House } from "./house.js";
import type { TenantHandlers } from "./tenant-handlers.js";

export const WAHA_KEY = "waha-key-of-a-test";
export const HMAC_KEY = "hmac-key-of-a-test";
const ACCOUNT = { phone: "+971 55 735 7753", pushName: "Gateway" };

/** A house with a WAHA in it, and a WhatsApp that outlives both: each can be killed and started again by itself. */
export class WahaHouse {
  readonly whatsApp = new SimulatedWhatsApp();
  private server: SimulatedWaha | undefined;
  private wahaPort = 0;
  private gatewayPort = 0;
  private process: GatewayProcess | undefined;

  private constructor(
    private readonly house: House,
    private readonly wahaOptions: Partial<SimulatedWahaOptions>,
    private readonly settings: Settings,
  ) {}

  static async enter(
    options: { readonly waha?: Partial<SimulatedWahaOptions>; readonly settings?: Settings } = {},
  ): Promise<WahaHouse> {
    return new WahaHouse(await House.enter(), options.waha ?? {}, options.settings ?? {});
  }

  get tenants(): TenantHandlers {
    return this.house.tenants;
  }

  get waha(): SimulatedWaha {
    if (this.server === undefined) throw new Error("WAHA does not run");
    return this.server;
  }

  get isWahaWorking(): boolean {
    return this.server?.status === "WORKING";
  }

  get gateway(): GatewayProcess {
    if (this.process === undefined) throw new Error("The gateway does not run");
    return this.process;
  }

  get dataDir(): string {
    return this.house.dataDir;
  }

  /** The same port each time, so that the gateway finds it again. */
  async startWaha(options: Partial<SimulatedWahaOptions> = {}): Promise<SimulatedWaha> {
    this.server = await SimulatedWaha.start({
      ...{ apiKey: WAHA_KEY, whatsApp: this.whatsApp, port: this.wahaPort, timings: QUICK_TIMINGS },
      ...this.wahaOptions,
      ...options,
    });
    this.wahaPort = this.server.port;
    return this.server;
  }

  /** As a crash would: what waited for its retry is gone. */
  async killWaha(): Promise<void> {
    await this.server?.stop();
    this.server = undefined;
  }

  /** The same port each time, so that WAHA finds it again. */
  async startGateway(settings: Settings = {}): Promise<GatewayProcess> {
    this.gatewayPort = this.gatewayPort === 0 ? await freePort() : this.gatewayPort;
    this.process = await this.house.start({ ...this.allSettings(), ...settings });
    return this.process;
  }

  async killGateway(): Promise<void> {
    await this.process?.kill();
    this.process = undefined;
  }

  /** A command of the command line, with the settings of the gateway that runs, or ran last. */
  async command(
    words: readonly string[],
    settings: Settings = {},
    onOutput?: (stdout: string) => void,
  ): Promise<Ended> {
    this.gatewayPort = this.gatewayPort === 0 ? await freePort() : this.gatewayPort;
    return runCommand(words, {
      onOutput,
      cwd: this.house.folder,
      settings: { DATA_DIR: this.dataDir, ...this.allSettings(), ...settings },
    });
  }

  /** Starts both, and has `deploy` set the session up and a phone paired. */
  async open(settings: Settings = {}): Promise<void> {
    await this.startWaha();
    await this.startGateway(settings);
    const { code, stderr } = await this.deployAndPair();
    if (code !== 0) throw new Error(`deploy ended with ${code}: ${stderr}`);
    await this.untilConnected();
  }

  /** Runs `deploy`, and pairs the phone as soon as there is a code to do it by. */
  async deployAndPair(...words: readonly string[]): Promise<Ended> {
    let paired: Promise<void> | undefined;
    const deployed = await this.command(["deploy", ...words], {}, (stdout) => {
      if (/Linked devices/.test(stdout)) paired ??= this.waha.scanQrCode(ACCOUNT);
    });
    await paired;
    return deployed;
  }

  /** Resolves when the gateway knows that the session works. */
  async untilConnected(): Promise<void> {
    await eventually(async () => {
      const { body } = await this.gateway.askAsAdmin("/readyz");
      const { waha } = body["details"] as { readonly waha: { readonly session: string } };
      return waha.session === "WORKING";
    }, 30_000);
  }

  async leave(): Promise<void> {
    await this.house.leave();
    await this.killWaha();
  }

  private allSettings(): Settings {
    return {
      ...{ WAHA_API_KEY: WAHA_KEY, WAHA_HMAC_KEY: HMAC_KEY, REPLY_PACING: "off" },
      ...{ REPLIES_PER_MINUTE: "0", REPLIES_PER_MINUTE_PER_TENANT: "0" },
      WAHA_URL: `http://127.0.0.1:${this.wahaPort}`,
      TENANT_URL_TEMPLATE: this.tenants.urlTemplate,
      PORT: String(this.gatewayPort),
      ...this.settings,
    };
  }
}

/** One that is free at this moment. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
