import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../free-port.js";
import { GatewayProcess } from "../gateway-process.js";
import { TenantFarm } from "../tenant-farm.js";
import { GATEWAY_OPTION } from "./gateway-option.js";
import { TENANTS } from "./tenants.js";
import type { Workshop } from "./workshop.js";

const HMAC_KEY = "benchmark-hmac-key";

/** A gateway as somebody would run it: signed webhooks, its default log going to a file. */
export interface BenchGateway {
  readonly port: number;
  readonly hmacKey: string;
  readonly process: GatewayProcess;
}

/** `handlerPort`: where all tenants' handlers are; without it the tenants have none, so that their messages are held. */
export async function startGateway(
  workshop: Workshop,
  { dataDir, handlerPort }: { readonly dataDir: string; readonly handlerPort?: number },
): Promise<BenchGateway> {
  const tenants = TenantFarm.directory(handlerPort ?? 0, TENANTS).map(({ id, name, url }) => ({
    ...{ id, name },
    ...(handlerPort === undefined ? {} : { url }),
  }));
  const folder = await workshop.newFolder();
  const tenantsFile = join(folder, "tenants.json");
  await writeFile(tenantsFile, JSON.stringify(tenants));
  const port = await freePort();
  const gateway = new GatewayProcess({
    ...{ port, dataDir, logFile: join(folder, "gateway.log") },
    execArgv: [
      GATEWAY_OPTION,
      ...(workshop.profileFolder === undefined
        ? []
        : ["--cpu-prof", `--cpu-prof-dir=${workshop.profileFolder}`]),
    ],
    settings: {
      ...{ TENANTS_FILE: tenantsFile, WAHA_HMAC_KEY: HMAC_KEY, LOG_LEVEL: "info" },
      GATEWAY_PHONE_NUMBER: "971557357753",
    },
  });
  workshop.keep({
    close: async () => {
      await gateway.stop();
    },
  });
  await gateway.start();
  return { port, hmacKey: HMAC_KEY, process: gateway };
}
