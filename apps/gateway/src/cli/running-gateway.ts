import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { GatewayError } from "@gateway-router/core";
import { askHolder, type Holder } from "@gateway-router/storage-file";
import { httpUrlOf, type GatewayConfig } from "../config/gateway-config.js";
import { ADMIN_KEY_FILE } from "../secrets/gateway-secrets.js";
import { usingPath } from "../unusable-path-error.js";

export interface GatewayCall {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** From `/` on. */
  readonly path: string;
  /** To be sent as JSON. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

type JsonObject = Readonly<Record<string, unknown>>;

const TIMEOUT_MS = 30_000;
const FOUND_WITHIN_MS = 5_000;

/** The gateway that runs on the data, asked by its admin API: whoever holds the data is who may change it. */
export class RunningGateway {
  private constructor(
    readonly url: string,
    /** Who it is, for people. */
    private readonly name: string,
    private readonly adminKey: string,
  ) {}

  /**
   * The gateway that runs on DATA_DIR; `undefined` where none does. Throws where something else holds the data,
   * such as a gateway that does not take requests yet.
   */
  static async find(
    config: Pick<GatewayConfig, "dataDir" | "adminApiKey" | "storage" | "host" | "port">,
  ): Promise<RunningGateway | undefined> {
    if (config.storage.kind !== "file") return RunningGateway.findHere(config);
    const { dataDir } = config;
    const holder = await usingPath({ setting: "DATA_DIR", path: dataDir }, () => askHolder(dataDir));
    if (holder === undefined) return undefined;
    if (holder.url === undefined) {
      throw failure(
        "gateway_not_listening",
        `${dataDir} is held by ${nameOf(holder)}, which takes no requests: a gateway that is starting or stopping, or another command. Try again when it is done.`,
      );
    }
    return new RunningGateway(
      reachable(holder.url),
      nameOf(holder),
      config.adminApiKey ?? (await keptKey(dataDir)),
    );
  }

  /** On an engine that any number of gateways share: the one that listens where the settings say, on this machine. */
  private static async findHere({
    host,
    port,
    adminApiKey,
  }: Pick<GatewayConfig, "adminApiKey" | "host" | "port">): Promise<RunningGateway | undefined> {
    const url = reachable(httpUrlOf(host, port));
    try {
      await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(FOUND_WITHIN_MS), redirect: "error" });
    } catch {
      return undefined;
    }
    return new RunningGateway(url, "the process that listens there", adminApiKey!);
  }

  /** Resolves with the answer's JSON. Rejects with the gateway's own code and message where it refuses. */
  async call(call: GatewayCall): Promise<JsonObject> {
    const { status, body } = await this.ask(call);
    if (status < 400) return body;
    const { code, message } = body;
    throw failure(String(code), typeof message === "string" ? message : `HTTP ${status}`);
  }

  /** Resolves with whatever it answers, but for a refused key. */
  async ask({
    method,
    path,
    body,
    headers = {},
    timeoutMs = TIMEOUT_MS,
  }: GatewayCall): Promise<{ readonly status: number; readonly body: JsonObject }> {
    const response = await this.reach(timeoutMs, (signal) =>
      fetch(`${this.url}${path}`, {
        ...{ method, signal, redirect: "error" },
        headers: {
          ...headers,
          Authorization: `Bearer ${this.adminKey}`,
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const answer = objectOf(response.text);
    if (answer === undefined) {
      throw failure("not_a_gateway", `What answers at ${this.url} is no gateway: HTTP ${response.status}.`);
    }
    if (response.status === 401) {
      throw failure(
        "unauthorized",
        `The gateway at ${this.url} does not take the admin key: set ADMIN_API_KEY to the one it was started with.`,
      );
    }
    return { status: response.status, body: answer };
  }

  private async reach(timeoutMs: number, send: (signal: AbortSignal) => Promise<Response>) {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await send(signal);
      return { status: response.status, text: await response.text() };
    } catch (error) {
      throw failure(
        "gateway_unreachable",
        signal.aborted
          ? `The gateway at ${this.url} did not answer within ${timeoutMs / 1_000} s. It may still be at it.`
          : `The gateway at ${this.url}, ${this.name}, does not answer (${reasonOf(error)}).`,
        error,
      );
    }
  }
}

async function keptKey(dataDir: string): Promise<string> {
  const file = join(dataDir, ADMIN_KEY_FILE);
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    throw failure(
      "no_admin_key",
      `The admin key is not in ${file} (${reasonOf(error)}): set ADMIN_API_KEY to the one the gateway was started with.`,
      error,
    );
  }
}

/** A gateway that listens on all addresses says so, and is reached on this machine's own. */
function reachable(text: string): string {
  const url = new URL(text);
  if (url.hostname === "0.0.0.0") url.hostname = "127.0.0.1";
  if (url.hostname === "[::]") url.hostname = "[::1]";
  return url.origin;
}

function nameOf({ pid, host }: Holder): string {
  return `process ${pid} on ${host}`;
}

function objectOf(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

/** The system's name for what went wrong; messages of the layers between may quote headers. */
function reasonOf(error: unknown): string {
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: { readonly code?: unknown } };
  return [code, cause?.code].find((each) => typeof each === "string") ?? "unknown error";
}

function failure(code: string, message: string, cause?: unknown): GatewayError {
  return new GatewayError(code, message, { retryable: false, cause });
}
