import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { isKeyText } from "../config/settings.js";
import type { GatewayConfig } from "../config/gateway-config.js";
import { isSigningSecret, signingSecretOf } from "../config/signing-secret.js";
import { keptSecret } from "./kept-secret.js";

export const ADMIN_KEY_FILE = "admin-api-key";
export const SIGNING_SECRET_FILE = "tenant-signing-secret";

export interface GatewaySecrets {
  readonly adminApiKey: string;
  /** Where the admin finds the key: never the key itself. */
  readonly adminApiKeyPlace: string;
  /** Signs for tenants without a secret of their own. */
  readonly signingSecret: string;
}

/** The secrets the gateway can't be without: as set, or made at the first start and kept beside the data. */
export async function gatewaySecrets(
  config: Pick<GatewayConfig, "dataDir" | "adminApiKey" | "tenants">,
): Promise<GatewaySecrets> {
  const keyFile = join(config.dataDir, ADMIN_KEY_FILE);
  return {
    adminApiKey:
      config.adminApiKey ??
      (await keptSecret({
        path: keyFile,
        make: () => randomBytes(32).toString("base64url"),
        isValid: isKeyText,
      })),
    adminApiKeyPlace: config.adminApiKey === undefined ? keyFile : "ADMIN_API_KEY",
    signingSecret:
      config.tenants.signingSecret ??
      (await keptSecret({
        path: join(config.dataDir, SIGNING_SECRET_FILE),
        make: () => signingSecretOf(randomBytes(32)),
        isValid: isSigningSecret,
      })),
  };
}
