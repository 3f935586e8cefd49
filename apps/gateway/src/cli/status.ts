import { GatewayError, systemClock } from "@gateway-router/core";
import { WahaClient, WahaError } from "@gateway-router/waha";
import type { GatewayConfig } from "../config/gateway-config.js";
import { numberOf } from "./deploy-text.js";
import { RunningGateway } from "./running-gateway.js";

/** How things stand, as scripts read it. */
export interface GatewayStatus {
  readonly gateway: {
    readonly status: "ready" | "not_ready" | "not_running";
    readonly url?: string;
    /** Why it is not ready. */
    readonly fault?: string;
  };
  readonly waha: {
    /** In WAHA's words; `UNREACHABLE` where it does not answer. */
    readonly session: string;
    /** Since when it is in that state; only a gateway that runs knows. */
    readonly since?: string | null;
    readonly phone_number: string | null;
    /** Whether the session sends its events here; only a gateway that runs knows. */
    readonly webhook: string;
    readonly last_message_at: string | null;
    readonly fault?: string;
  };
  readonly deliveries?: Readonly<Record<string, number>>;
  readonly replies?: Readonly<Record<string, number>>;
}

const NOT_KNOWN = "unknown";

/** Asks the gateway that runs on this data, or, where none does, WAHA itself. */
export async function status(config: GatewayConfig): Promise<GatewayStatus> {
  const gateway = await RunningGateway.find(config);
  if (gateway === undefined) {
    return { gateway: { status: "not_running" }, waha: await askWaha(config) };
  }
  const answer = await gateway.ask({ method: "GET", path: "/readyz" });
  const details = answer.body["details"] as Partial<GatewayStatus> | undefined;
  if (details?.waha === undefined) {
    throw new GatewayError("unreadable_answer", `What answers at ${gateway.url} is not this gateway.`, {
      retryable: false,
    });
  }
  const { waha, deliveries, replies } = details;
  const isReady = answer.status === 200;
  return {
    gateway: {
      status: isReady ? "ready" : "not_ready",
      url: gateway.url,
      ...(isReady ? {} : { fault: String(answer.body["message"]) }),
    },
    waha,
    ...(deliveries === undefined ? {} : { deliveries }),
    ...(replies === undefined ? {} : { replies }),
  };
}

/** Whether all is well: what a script branches on. */
export function isWell({ gateway, waha }: GatewayStatus): boolean {
  return gateway.status === "ready" && waha.session === "WORKING" && waha.webhook === "in_place";
}

export function statusText({ gateway, waha, deliveries, replies }: GatewayStatus, nowMs: number): string {
  const rows: [string, string][] = [
    ["gateway", gatewayText(gateway)],
    ["WAHA session", `${waha.session}${waha.fault === undefined ? "" : ` (${waha.fault})`}`],
    ["number", waha.phone_number ?? "not known yet"],
    ["webhook", WEBHOOK_TEXTS[waha.webhook] ?? waha.webhook],
    [
      "last message",
      waha.last_message_at === null ? "none since the start" : ago(waha.last_message_at, nowMs),
    ],
    ...(deliveries === undefined ? [] : [["messages", queueText(deliveries)] as [string, string]]),
    ...(replies === undefined ? [] : [["replies", queueText(replies)] as [string, string]]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}\n`).join("");
}

const WEBHOOK_TEXTS: Readonly<Record<string, string>> = {
  in_place: "in place",
  missing: "missing: run npx gateway deploy",
  differs: "not as the gateway needs it: run npx gateway deploy",
  unknown: "not known yet",
};

function gatewayText({ status: state, url = "", fault = "" }: GatewayStatus["gateway"]): string {
  switch (state) {
    case "ready":
      return `ready, ${url}`;
    case "not_ready":
      return `not ready, ${url}: ${fault}`;
    case "not_running":
      return "does not run: npm start";
  }
}

/** `12 waiting, 1 given up, 2 tenants paused` */
function queueText(counts: Readonly<Record<string, number>>): string {
  const { pending = 0, dead = 0, paused_tenants: paused = 0, held_tenants: held = 0 } = counts;
  return [
    `${pending} waiting`,
    `${dead} given up`,
    ...(paused > 0 ? [`${paused} tenants paused`] : []),
    ...(held > 0 ? [`${held} tenants held`] : []),
  ].join(", ");
}

function ago(at: string, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(at)) / 1_000));
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min ago`;
  return `${Math.round(seconds / 3_600)} h ago`;
}

async function askWaha({ waha }: GatewayConfig): Promise<GatewayStatus["waha"]> {
  const client = new WahaClient({
    clock: systemClock,
    baseUrl: waha.url,
    apiKey: waha.apiKey,
    session: waha.session,
    timeoutMs: 5_000,
  });
  const unknown = { phone_number: null, webhook: NOT_KNOWN, last_message_at: null };
  try {
    const { status: session, me } = await client.session();
    return { ...unknown, session, phone_number: numberOf(me?.id) ?? null };
  } catch (error) {
    if (!(error instanceof WahaError)) throw error;
    return { ...unknown, session: "UNREACHABLE", fault: error.message };
  } finally {
    await client.close();
  }
}
