import { GatewayError } from "@gateway-router/core";
import { inspectDataDir } from "@gateway-router/storage-file";
import { httpUrlOf, publicUrlOf, webhookUrlOf, type GatewayConfig } from "../../config/gateway-config.js";
import { loadConfig } from "../../config/load-config.js";
import { SettingsError } from "../../config/settings-error.js";
import { usingPath } from "../../unusable-path-error.js";
import { RunningGateway } from "../running-gateway.js";
import { checkClock } from "./check-clock.js";
import { checkDataFolder, checkDiskRoom, checkFlush, checkHolder } from "./check-data-folder.js";
import { checkEngine } from "./check-engine.js";
import { checkFiles } from "./check-files.js";
import { checkPublicUrl, checkReadiness, checkWebhookReachable } from "./check-gateway.js";
import { checkHandlers } from "./check-handlers.js";
import { checkNode } from "./check-node.js";
import { checkSecrets } from "./check-secrets.js";
import { checkWaha } from "./check-waha.js";
import { broken, fine, warning, type CheckName, type Finding } from "./finding.js";
import { THIS_MACHINE, type Machine } from "./machine.js";

export interface DoctorReport {
  /** The worst of what was found. */
  readonly status: Finding["verdict"];
  readonly checks: readonly Finding[];
}

/** Checks all that a gateway needs, and changes nothing. A check that another one's finding makes idle is left out. */
export async function doctor(
  load: () => GatewayConfig = loadConfig,
  machine: Machine = THIS_MACHINE,
): Promise<DoctorReport> {
  const checks = [checkNode(machine.nodeVersion)];
  const settings = readSettings(load);
  checks.push(...settings.findings);
  if (settings.config !== undefined) {
    const { config } = settings;
    checks.push(
      ...(await (config.storage.kind === "file" ? checkData(config, machine) : checkEngine(config))),
    );
    const { gateway, findings } = await findGateway(config);
    const webhookUrl = webhookUrlFor(config, gateway);
    checks.push(...findings);
    if (gateway !== undefined) checks.push(...(await checkRunning({ config, gateway, machine })));
    checks.push(...(await checkWaha({ config, webhookUrl, clock: machine.clock })));
  }
  return { status: worstOf(checks), checks };
}

function readSettings(load: () => GatewayConfig): {
  readonly config?: GatewayConfig;
  readonly findings: readonly Finding[];
} {
  try {
    return { config: load(), findings: [fine("settings", "all can be used")] };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const mend = "correct it in the environment or .env; .env.example tells of all settings";
    return {
      findings: error.faults.map(({ variable, fault }) => broken("settings", `${variable} ${fault}`, mend)),
    };
  }
}

async function checkData(config: GatewayConfig, machine: Machine): Promise<readonly Finding[]> {
  const { dataDir } = config;
  const folder = await checkDataFolder(dataDir, machine);
  if (folder.verdict === "broken") return [folder];
  const isThere = folder.verdict === "fine";
  return [
    folder,
    ...(isThere ? await checkRoom(dataDir, machine) : []),
    ...(await checkKept(config, machine)),
  ];
}

async function checkRoom(dataDir: string, machine: Machine): Promise<readonly Finding[]> {
  return [
    ...(await guarded("holder", async () => [await checkHolder(dataDir)])),
    ...(await guarded("disk_room", async () => [await checkDiskRoom(dataDir, machine)])),
    ...(await guarded("flush", async () => [await checkFlush(dataDir, machine)])),
  ];
}

function checkKept(config: GatewayConfig, machine: Machine): Promise<readonly Finding[]> {
  const { dataDir } = config;
  const { file: tenantsFile, urlTemplate } = config.tenants;
  return guarded("backup", () =>
    usingPath({ setting: "DATA_DIR", path: dataDir }, async () => {
      const condition = await inspectDataDir({ dataDir, tenantsFile });
      const tenants = condition.tenants.kind === "sound" ? condition.tenants.content : [];
      return [
        ...(await checkSecrets({ config, tenants })),
        ...checkFiles({ config, condition, nowMs: machine.clock.nowMs() }),
        checkHandlers({ tenants, urlTemplate }),
      ];
    }),
  );
}

async function findGateway(config: GatewayConfig): Promise<{
  readonly gateway: RunningGateway | undefined;
  readonly findings: readonly Finding[];
}> {
  let gateway: RunningGateway | undefined;
  const findings = await guarded("gateway", async () => {
    gateway = await RunningGateway.find(config);
    if (gateway !== undefined) return [await checkReadiness(gateway)];
    return [
      warning(
        "gateway",
        `${noGateway(config)}, so that nothing on the way to it was checked`,
        `npm start, or set ${config.storage.kind === "file" ? "DATA_DIR" : "HOST and PORT"} to where one does`,
      ),
    ];
  });
  // What can't be asked whether it is ready can't be asked for more.
  return { gateway: findings[0]?.verdict === "fine" ? gateway : undefined, findings };
}

function noGateway(config: GatewayConfig): string {
  return config.storage.kind === "file"
    ? `no gateway runs on ${config.dataDir}`
    : `no gateway listens at ${httpUrlOf(config.host, config.port)}`;
}

async function checkRunning(running: {
  readonly config: GatewayConfig;
  readonly gateway: RunningGateway;
  readonly machine: Machine;
}): Promise<readonly Finding[]> {
  const { config, gateway, machine } = running;
  const { clock } = machine;
  const whose = `the gateway at ${gateway.url}`;
  const clockFinding = await checkClock({
    ...{ check: "gateway_clock" as const, whose, url: `${gateway.url}/healthz`, clock },
  });
  const webhookUrl = webhookUrlOf(config, portOf(gateway));
  return [
    ...(clockFinding === undefined ? [] : [clockFinding]),
    await checkPublicUrl(publicUrlOf(config, portOf(gateway)), gateway),
    await checkWebhookReachable(config, webhookUrl, clock),
  ];
}

function webhookUrlFor(config: GatewayConfig, gateway: RunningGateway | undefined): string | undefined {
  if (gateway !== undefined) return webhookUrlOf(config, portOf(gateway));
  const isKnown = config.port !== 0 || config.webhookUrl !== undefined || config.publicUrl !== undefined;
  return isKnown ? webhookUrlOf(config, config.port) : undefined;
}

/** A URL leaves the usual port of HTTP out. */
function portOf({ url }: RunningGateway): number {
  return Number(new URL(url).port || 80);
}

/** What stops a check from being made is a finding, too. */
async function guarded(
  check: CheckName,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return [broken(check, error.message, "see what it says, and run npx gateway doctor again")];
  }
}

function worstOf(checks: readonly Finding[]): Finding["verdict"] {
  const verdicts = new Set(checks.map(({ verdict }) => verdict));
  if (verdicts.has("broken")) return "broken";
  return verdicts.has("warning") ? "warning" : "fine";
}
