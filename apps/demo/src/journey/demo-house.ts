import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SimulatedWaha } from "../simulated-waha/simulated-waha.js";
import { QUICK_TIMINGS } from "../simulated-waha/waha-timings.js";
import type { ClosingStack } from "./closing-stack.js";
import { ExampleTenant } from "./example-tenant.js";
import { freePort } from "./free-port.js";
import { GatewayProgram, type TenantEntry } from "./gateway-program.js";

const AGENT_2 = fileURLToPath(new URL("../example-tenants/agent-2.js", import.meta.url));
const AGENT_55 = fileURLToPath(new URL("../../example-tenants/agent-55.py", import.meta.url));

/** Everyone who takes part, running. */
export interface DemoHouse {
  readonly waha: SimulatedWaha;
  readonly wahaApiKey: string;
  /** What WAHA signs its webhooks with. */
  readonly hmacKey: string;
  readonly gateway: GatewayProgram;
  readonly agent2: ExampleTenant;
  /** Missing on a machine without Python. */
  readonly agent55: ExampleTenant | undefined;
}

/** Starts everyone. What was started by the time of a failure is on the closing stack all the same. */
export async function openDemoHouse(
  closing: ClosingStack,
  onGateway: (gateway: GatewayProgram) => void,
): Promise<DemoHouse> {
  const dataDir = mkdtempSync(join(tmpdir(), "gateway-demo-"));
  closing.add(() => rmSync(dataDir, { recursive: true, force: true }));
  const [wahaApiKey, hmacKey] = [randomKey(), randomKey()];
  const waha = await SimulatedWaha.start({ apiKey: wahaApiKey, timings: QUICK_TIMINGS });
  closing.add(() => waha.stop());

  const agent2 = new ExampleTenant({
    id: 2,
    name: "Agent 2",
    command: process.execPath,
    program: AGENT_2,
    closing,
  });
  const agent55 = hasPython()
    ? new ExampleTenant({ id: 55, name: "Agent 55", command: "python3", program: AGENT_55, closing })
    : undefined;
  await Promise.all([agent2.start(), agent55?.start()]);

  const gateway = await GatewayProgram.start({
    port: await freePort(),
    dataDir,
    waha: { url: waha.url, apiKey: wahaApiKey, hmacKey },
    tenants: [entryOf(agent2), agent55 === undefined ? WITHOUT_BACKEND : entryOf(agent55)],
    closing,
  });
  onGateway(gateway);
  return { waha, wahaApiKey, hmacKey, gateway, agent2, agent55 };
}

/** Agent 55 exists without Python too, so that somebody can try its link. */
const WITHOUT_BACKEND: TenantEntry = {
  id: 55,
  name: "Agent 55",
  secret: `whsec_${randomBytes(32).toString("base64")}`,
};

function entryOf({ id, name, url, secret }: ExampleTenant): TenantEntry {
  return { id, name, url, secret };
}

function randomKey(): string {
  return randomBytes(24).toString("base64url");
}

function hasPython(): boolean {
  return spawnSync("python3", ["--version"], { stdio: "ignore" }).status === 0;
}
