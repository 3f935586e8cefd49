import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { GatewayError } from "@gateway-router/core";
import { askHolder } from "@gateway-router/storage-file";
import type { GatewayConfig } from "../config/gateway-config.js";
import { ADMIN_KEY_FILE } from "../secrets/gateway-secrets.js";

export interface ApiAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const ANSWER_MS = 10_000;

/** The gateway that runs on this data, spoken to as its admin. */
export class RunningGateway {
  private constructor(
    readonly url: string,
    private readonly key: string,
  ) {}

  /** The gateway that holds the data; `undefined` where none runs. */
  static async find(config: GatewayConfig): Promise<RunningGateway | undefined> {
    const { dataDir } = config;
    const holder = existsSync(dataDir) ? await askHolder(dataDir) : undefined;
    if (holder === undefined) return undefined;
    if (holder.url === undefined) {
      throw new GatewayError(
        "gateway_not_ready",
        `The gateway on ${dataDir} (process ${holder.pid} on ${holder.host}) does not listen yet, or is going down: try again.`,
        { retryable: true },
      );
    }
    return new RunningGateway(holder.url, config.adminApiKey ?? (await keyIn(dataDir)));
  }

  /** Rejects where it does not answer, or takes another admin key. */
  async ask(
    path: string,
    init: { readonly method?: string; readonly body?: unknown } = {},
  ): Promise<ApiAnswer> {
    const { method = "GET", body } = init;
    let response: Response;
    try {
      response = await fetch(`${this.url}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${this.key}`,
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
    } catch (error) {
      const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
      throw new GatewayError(
        "gateway_unreachable",
        `The gateway at ${this.url} does not answer (${cause?.code ?? "no answer in time"}).`,
        { retryable: true },
      );
    }
    if (response.status === 401) {
      throw new GatewayError(
        "wrong_admin_key",
        `The gateway at ${this.url} runs with another admin key than ADMIN_API_KEY or the file in DATA_DIR says.`,
        { retryable: false },
      );
    }
    return { status: response.status, body: (await response.json()) as ApiAnswer["body"] };
  }
}

async function keyIn(dataDir: string): Promise<string> {
  const path = join(dataDir, ADMIN_KEY_FILE);
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new GatewayError(
      "no_admin_key",
      `There is no admin key in ${path} (${(error as NodeJS.ErrnoException).code ?? "unreadable"}): set ADMIN_API_KEY to the key that the gateway runs with.`,
      { retryable: false },
    );
  }
}
