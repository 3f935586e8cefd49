import type { CredentialSource } from "../ports/tenant-registry.js";

const SECRET_BYTES = 32;
const TOKEN_BYTES = 32;

/** Secrets and tokens by the platform's cryptographic randomness. */
export const randomCredentials: CredentialSource = {
  credentials: () => ({
    secret: `whsec_${base64(SECRET_BYTES)}`,
    // It goes into headers and shell commands as it is. The prefix is for tools that look for leaked secrets.
    token: `gwt_${base64(TOKEN_BYTES).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`,
  }),
};

function base64(bytes: number): string {
  return globalThis.btoa(String.fromCharCode(...globalThis.crypto.getRandomValues(new Uint8Array(bytes))));
}
