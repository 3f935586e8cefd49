import { existsSync } from "node:fs";
import { GatewayError } from "@gateway-router/core";
import { openUseCase } from "../composition/open-use-case.js";
import type { Token } from "../composition/tokens.js";
import type { GatewayConfig } from "../config/gateway-config.js";
import { HttpError } from "../http/http-error.js";
import { createLogger } from "../logging/create-logger.js";
import { RunningGateway } from "./running-gateway.js";

/** As the admin API answers it. */
export type Answer = Readonly<Record<string, unknown>>;

/** Who acts where no admin key is asked for. */
export const COMMAND_LINE = "command line";
/** As many as the API gives at a time. */
export const PAGE = 500;

/** The two ways to one and the same administration. */
export interface WaysToAdminister<Administration, UseCase> {
  readonly byApi: (gateway: RunningGateway) => Administration;
  readonly onData: (useCase: UseCase) => Administration;
  readonly useCase: Token<UseCase>;
}

/** Does the work through the gateway that runs on the data, or on the data itself where none does. */
export async function administer<Administration, UseCase, Result>(
  config: GatewayConfig,
  ways: WaysToAdminister<Administration, UseCase>,
  work: (administration: Administration) => Promise<Result>,
  { isFirst = false }: { readonly isFirst?: boolean } = {},
): Promise<Result> {
  // An engine that gateways share takes changes from whoever knows it.
  const isShared = config.storage.kind !== "file";
  const gateway = isShared ? undefined : await RunningGateway.find(config);
  if (gateway !== undefined) return work(ways.byApi(gateway));
  // Nobody who mistyped a path is to find a new, empty store there.
  if (!isShared && !isFirst && !existsSync(config.dataDir)) {
    throw new GatewayError("no_data", `There is no data in ${config.dataDir}: see DATA_DIR.`, {
      retryable: false,
    });
  }
  const opened = await openUseCase(ways.useCase, config, createLogger(config, process.stderr));
  try {
    return await work(ways.onData(opened.useCase));
  } finally {
    await opened.close();
  }
}

/** All that the API lists at the path. */
export async function listByApi(gateway: RunningGateway, path: string): Promise<readonly Answer[]> {
  const items: Answer[] = [];
  let cursor = "";
  do {
    const from = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await gateway.call({ method: "GET", path: `${path}?limit=${PAGE}${from}` });
    items.push(...(page["items"] as readonly Answer[]));
    cursor = (page["next_cursor"] as string | null) ?? "";
  } while (cursor !== "");
  return items;
}

/** What the API would have refused is refused here in the same words. */
export async function answered(work: () => Promise<{ readonly body: Answer }>): Promise<Answer> {
  try {
    return (await work()).body;
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    throw new GatewayError(error.code, error.message, { retryable: false });
  }
}
