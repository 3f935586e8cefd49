import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { TenantEntry } from "@gateway-router/storage-file";
import type { GatewayConfig } from "../../config/gateway-config.js";
import { isKeyText } from "../../config/settings.js";
import { isSigningSecret } from "../../config/signing-secret.js";
import { ADMIN_KEY_FILE, SIGNING_SECRET_FILE } from "../../secrets/gateway-secrets.js";
import { broken, fine, type Finding } from "./finding.js";

export interface SecretsToCheck {
  readonly config: Pick<GatewayConfig, "dataDir" | "adminApiKey" | "tenants">;
  /** As they stand in the tenants' file; none where it can't be read. */
  readonly tenants: readonly TenantEntry[];
}

const OTHERS = 0o077;

/** Whether the files with secrets are for their owner alone, and hold what they should. One finding where all is well. */
export async function checkSecrets({ config, tenants }: SecretsToCheck): Promise<readonly Finding[]> {
  const { dataDir, adminApiKey } = config;
  const { signingSecret, file: tenantsFile } = config.tenants;
  const kept = [
    ...(adminApiKey === undefined ? [{ path: join(dataDir, ADMIN_KEY_FILE), isValid: isKeyText }] : []),
    ...(signingSecret === undefined
      ? [{ path: join(dataDir, SIGNING_SECRET_FILE), isValid: isSigningSecret }]
      : []),
  ];
  const findings = await Promise.all(kept.map(checkKept));
  const holdsSecrets = tenants.some(({ secret, previous_secret }) => secret ?? previous_secret);
  const faults = [
    ...findings,
    ...(holdsSecrets ? [checkMode(tenantsFile, (await stat(tenantsFile)).mode)] : []),
  ].filter((each) => each !== undefined);
  if (faults.length > 0) return faults;
  return [fine("secrets", "what is kept of them is for its owner's eyes only")];
}

async function checkKept(file: {
  readonly path: string;
  readonly isValid: (text: string) => boolean;
}): Promise<Finding | undefined> {
  const { path, isValid } = file;
  try {
    const { mode } = await stat(path);
    const text = await readFile(path, "utf8");
    if (isValid(text.trim())) return checkMode(path, mode);
    return broken(
      "secrets",
      `${path} does not hold a usable secret`,
      "put the right one back, or remove the file to have a new one made at the next start",
    );
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // The next start makes it.
    if (code === "ENOENT") return undefined;
    if (code === undefined) throw error;
    return broken("secrets", `${path} can't be read (${code})`, "give the file to the gateway's user");
  }
}

function checkMode(path: string, mode: number): Finding | undefined {
  if ((mode & OTHERS) === 0) return undefined;
  const octal = (mode & 0o777).toString(8).padStart(4, "0");
  return broken(
    "secrets",
    `${path} is open to others than its owner: its mode is ${octal}`,
    `chmod 600 ${path}; whoever may have read it makes new secrets worth a thought`,
  );
}
