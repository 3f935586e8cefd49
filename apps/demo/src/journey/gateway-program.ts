import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AdminClient } from "./admin-client.js";
import { ChildProgram } from "./child-program.js";
import type { ClosingStack } from "./closing-stack.js";
import { eventually, STEP_MS } from "./deadline.js";
import { StepFailed } from "./step-failed.js";

const PROGRAM = fileURLToPath(new URL("../../../gateway/dist/main.js", import.meta.url));

export interface GatewayProgramOptions {
  readonly port: number;
  readonly dataDir: string;
  readonly waha: { readonly url: string; readonly apiKey: string; readonly hmacKey: string };
  readonly tenants: readonly TenantEntry[];
  readonly closing: ClosingStack;
}

/** A line of `tenants.json`. */
export interface TenantEntry {
  readonly id: number;
  readonly name: string;
  readonly url?: string;
  readonly secret: string;
}

/** The real gateway as a process of its own. */
export class GatewayProgram {
  private constructor(
    private readonly options: GatewayProgramOptions,
    private readonly process: ChildProgram,
    readonly admin: AdminClient,
  ) {}

  /** Resolves when it is ready to take webhooks. */
  static async start(options: GatewayProgramOptions): Promise<GatewayProgram> {
    const { port, dataDir, waha, tenants, closing } = options;
    const tenantsFile = join(dataDir, "tenants.json");
    await writeFile(tenantsFile, `${JSON.stringify(tenants, null, 2)}\n`);
    if (closing.isClosing) throw new StepFailed("The demo ends");
    const process = new ChildProgram({
      name: "The gateway",
      command: globalThis.process.execPath,
      commandLine: [PROGRAM],
      // A `.env` of the checkout is not for the demo: the gateway reads none outside of it.
      folder: dataDir,
      environment: {
        PORT: String(port),
        HOST: "127.0.0.1",
        DATA_DIR: dataDir,
        TENANTS_FILE: tenantsFile,
        WAHA_URL: waha.url,
        WAHA_API_KEY: waha.apiKey,
        WAHA_HMAC_KEY: waha.hmacKey,
        // Nobody wants to watch a program pretend to type.
        REPLY_PACING: "off",
        LOG_FORMAT: "pretty",
      },
    });
    closing.add(() => process.stop());
    await process.ready(/\blistening on http/);
    const url = `http://127.0.0.1:${port}`;
    const key = (await readFile(join(dataDir, "admin-api-key"), "utf8")).trim();
    const gateway = new GatewayProgram(options, process, new AdminClient({ url, key }));
    await eventually(STEP_MS, "GET /readyz is answered with 200", () => gateway.isReady());
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${this.options.port}`;
  }

  /** Where the admin's key is kept. */
  get adminKeyFile(): string {
    return join(this.options.dataDir, "admin-api-key");
  }

  get mappingFile(): string {
    return join(this.options.dataDir, "user_tenant_mapping.json");
  }

  get logTail(): readonly string[] {
    return this.process.lastLines.slice(-25);
  }

  /** Rejects when it ends by itself. */
  async failure(): Promise<never> {
    throw new StepFailed(`The gateway ended by itself (${await this.process.ended})`);
  }

  private async isReady(): Promise<true | undefined> {
    const response = await fetch(`${this.url}/readyz`);
    await response.body?.cancel();
    return response.status === 200 ? true : undefined;
  }
}
