import { createHmac, timingSafeEqual } from "node:crypto";

/** What WAHA sends beside a signed webhook, as `X-Webhook-Hmac` and `X-Webhook-Hmac-Algorithm`. */
export interface WebhookSignature {
  readonly hmac: string;
  readonly algorithm: string;
}

/** The same as it arrives: either may be missing. Without an algorithm it is the one WAHA has. */
export type ReceivedSignature = {
  readonly [Header in keyof WebhookSignature]?: WebhookSignature[Header] | undefined;
};

export type SignatureFault = "missing" | "unsupported_algorithm" | "wrong_form" | "mismatch";

export type SignatureVerdict =
  { readonly valid: true } | { readonly valid: false; readonly reason: SignatureFault };

export interface SignedWebhook {
  /** The shared secret, used as its UTF-8 bytes. */
  readonly key: string;
  /** The body as it came over the wire: JSON parsed and written again has other bytes. */
  readonly rawBody: Uint8Array;
  readonly signature: ReceivedSignature;
}

const ALGORITHM = "sha512";
const SHA512_IN_LOWER_CASE_HEX = /^[0-9a-f]{128}$/;

/** Signs as WAHA does: HMAC-SHA512 over the raw body, in lower-case hex. */
export function signWebhook(key: string, rawBody: Uint8Array): WebhookSignature {
  return { hmac: hmacOf(key, rawBody).toString("hex"), algorithm: ALGORITHM };
}

/** Whether WAHA, or who else knows the key, signed this body. The comparison takes the same time for every wrong signature. */
export function verifyWebhookSignature({ key, rawBody, signature }: SignedWebhook): SignatureVerdict {
  const { hmac, algorithm = ALGORITHM } = signature;
  if (hmac === undefined) return { valid: false, reason: "missing" };
  if (algorithm !== ALGORITHM) return { valid: false, reason: "unsupported_algorithm" };
  if (!SHA512_IN_LOWER_CASE_HEX.test(hmac)) return { valid: false, reason: "wrong_form" };
  const matches = timingSafeEqual(hmacOf(key, rawBody), Buffer.from(hmac, "hex"));
  return matches ? { valid: true } : { valid: false, reason: "mismatch" };
}

function hmacOf(key: string, rawBody: Uint8Array): Buffer {
  return createHmac(ALGORITHM, key).update(rawBody).digest();
}
