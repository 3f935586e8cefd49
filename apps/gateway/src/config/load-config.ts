import { readFileSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import type { GatewayConfig } from "./gateway-config.js";
import { parseSettings, type Variables } from "./parse-settings.js";
import { readSecretFiles } from "./secret-files.js";
import { SettingsError } from "./settings-error.js";

/** The checkout this program belongs to, seen from `src/config` and from `dist/config` alike. */
const CHECKOUT = fileURLToPath(new URL("../../../../", import.meta.url));

export interface ConfigSources {
  readonly environment: Variables;
  /** The working directory. */
  readonly directory: string;
  readonly checkout: string;
}

/** The one place that reads the process' environment, which wins over the `.env` file. */
export function loadConfig(
  sources: ConfigSources = {
    environment: process.env,
    directory: process.cwd(),
    checkout: CHECKOUT,
  },
): GatewayConfig {
  const home = homeOf(sources);
  const { variables, faults } = readSecretFiles({ ...home.dotEnv, ...sources.environment }, home.path);
  return parseSettings(variables, home.path, faults);
}

/**
 * The folder that relative paths start at and whose `.env` counts: the working directory where it has a
 * `.env`, else the checkout for whoever is somewhere inside it, else the working directory. So
 * `npx gateway backup` finds the same data from any folder of the checkout.
 */
function homeOf({ directory, checkout }: ConfigSources): { path: string; dotEnv: Variables } {
  const here = readDotEnv(directory);
  if (here !== undefined) return { path: directory, dotEnv: here };
  const path = isInside(directory, checkout) ? checkout : directory;
  return { path, dotEnv: readDotEnv(path) ?? {} };
}

function readDotEnv(folder: string): Variables | undefined {
  const file = join(folder, ".env");
  try {
    return parseEnv(readFileSync(file, "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new SettingsError([{ variable: file, fault: `can't be read (${code ?? "unknown error"})` }]);
  }
}

function isInside(folder: string, parent: string): boolean {
  const way = relative(parent, folder);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
