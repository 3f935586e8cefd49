import type { AdminKeySource } from "../ports/admin-key-store.js";
import type { CredentialSource } from "../ports/tenant-registry.js";

const SECRET_BYTES = 32;
const TOKEN_BYTES = 32;
const KEY_BYTES = 32;

/** Secrets and tokens by the platform's cryptographic randomness. */
export const randomCredentials: CredentialSource = {
  credentials: () => ({
    secret: `whsec_${base64(SECRET_BYTES)}`,
    // The prefix is for tools that look for leaked secrets.
    token: `gwt_${base64Url(TOKEN_BYTES)}`,
  }),
};

/** Keys to the admin API by the same. */
export const randomAdminKeys: AdminKeySource = { adminKey: () => `gwk_${base64Url(KEY_BYTES)}` };

/** What goes into headers and shell commands as it is. */
function base64Url(bytes: number): string {
  return base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function base64(bytes: number): string {
  return globalThis.btoa(String.fromCharCode(...globalThis.crypto.getRandomValues(new Uint8Array(bytes))));
}
