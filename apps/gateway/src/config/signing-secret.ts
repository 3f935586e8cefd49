import { Buffer } from "node:buffer";

const SECRET = /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/;

/** Whether the text is a secret as Standard Webhooks defines it: `whsec_` and 24 to 64 bytes in base64. */
export function isSigningSecret(text: string): boolean {
  const match = SECRET.exec(text);
  if (match === null) return false;
  const bytes = Buffer.byteLength(match[1]!, "base64");
  return bytes >= 24 && bytes <= 64;
}

export function signingSecretOf(bytes: Buffer): string {
  return `whsec_${bytes.toString("base64")}`;
}
