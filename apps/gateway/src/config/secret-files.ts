import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Variables } from "./parse-settings.js";
import type { SettingFault } from "./settings-error.js";
import type { SettingName } from "./settings.js";

/** Secrets that may stand in a file of their own, as container engines hand them out: `NAME_FILE` is its path. */
export const SECRETS_IN_FILES = [
  "ADMIN_API_KEY",
  "WAHA_API_KEY",
  "WAHA_HMAC_KEY",
  "TENANT_SIGNING_SECRET",
  "REDIS_URL",
  "DATABASE_URL",
  "OTEL_EXPORTER_OTLP_HEADERS",
] as const satisfies readonly SettingName[];

/** Far above any secret, so that a wrong path, say to a disk, is not read to its end. */
const LONGEST_BYTES = 64 * 1024;

export interface SecretsRead {
  /** The variables with what the files hold. */
  readonly variables: Variables;
  readonly faults: readonly SettingFault[];
}

/** Reads the secrets that are given by file. Relative paths start at `home`. */
export function readSecretFiles(variables: Variables, home: string): SecretsRead {
  const read: Record<string, string> = {};
  const faults: SettingFault[] = [];
  for (const name of SECRETS_IN_FILES) {
    const variable = `${name}_FILE`;
    const path = variables[variable] ?? "";
    if (path === "") continue;
    if ((variables[name] ?? "") !== "") {
      faults.push({ variable, fault: `is set, and so is ${name}: set one of them` });
      continue;
    }
    const result = readSecret(resolve(home, path));
    if ("fault" in result) faults.push({ variable, fault: result.fault });
    else read[name] = result.secret;
  }
  return { variables: { ...variables, ...read }, faults };
}

type SecretReading = { readonly secret: string } | { readonly fault: string };

function readSecret(path: string): SecretReading {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (error) {
    return {
      fault: `names a file that can't be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"}): ${path}`,
    };
  }
  if (content.length > LONGEST_BYTES)
    return { fault: `names a file that is too large for a secret: ${path}` };
  // Editors and `echo` end a file with a line's end.
  const secret = content.toString("utf8").replace(/\r?\n$/, "");
  return secret === "" ? { fault: `names a file that is empty: ${path}` } : { secret };
}
