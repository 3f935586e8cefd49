import type { Tenant } from "@gateway-router/core";
import { AddressRefusedError } from "./address-guard.js";

/** As much of an answer's body as an error may carry. */
const LONGEST_EXCERPT = 500;
/** Shorter pieces of a URL are no secret, and blotting them out would make the rest unreadable. */
const SHORTEST_SECRET = 6;

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "the connection was closed before the answer was complete",
  EPIPE: "the connection was closed before the answer was complete",
  ERR_STREAM_PREMATURE_CLOSE: "the connection was closed before the answer was complete",
  ENOTFOUND: "host name not found",
  EAI_AGAIN: "host name could not be looked up",
  EHOSTUNREACH: "host unreachable",
  ENETUNREACH: "network unreachable",
  ETIMEDOUT: "the connection timed out",
  EPROTO: "TLS handshake failed",
  CERT_HAS_EXPIRED: "the TLS certificate has expired",
  CERT_NOT_YET_VALID: "the TLS certificate is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "the TLS certificate is for another host",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the TLS certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "the TLS certificate is self-signed",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the TLS certificate is not trusted",
  UNABLE_TO_GET_ISSUER_CERT: "the TLS certificate is not trusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the TLS certificate is not trusted",
  HPE_HEADER_OVERFLOW: "the answer's headers are too large",
};

/**
 * Why no whole answer came, in words made here: messages of the layers below may carry addresses or headers.
 */
export function transportFailureText(error: unknown): string {
  const refused = addressRefusalIn(error);
  if (refused !== undefined) return refused.message;
  const code = codeOf(error);
  if (code === undefined) return "the request failed";
  if (Object.hasOwn(WORDS, code)) return WORDS[code]!;
  if (code.startsWith("ERR_SSL_")) return WORDS["EPROTO"]!;
  return code.startsWith("HPE_") ? `the answer is not HTTP (${code})` : `the request failed (${code})`;
}

/** The guard's refusal, where that is why there was no connection. */
export function addressRefusalIn(error: unknown): AddressRefusedError | undefined {
  if (error instanceof AddressRefusedError) return error;
  return error instanceof Error && error.cause !== undefined ? addressRefusalIn(error.cause) : undefined;
}

/** An error's code, or that of the first of several addresses tried. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** `HTTP 503`, with what the handler said about it. */
export function statusFailureText(status: number, said: string): string {
  if (status >= 300 && status < 400) return `HTTP ${status}: redirects are not followed`;
  return said === "" ? `HTTP ${status}` : `HTTP ${status}: ${said}`;
}

/** The beginning of a text for one line of a log: nothing that moves a terminal's cursor, and none of the secrets. */
export function excerpt(text: string, secrets: readonly string[]): string {
  let line = text.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
  // Before the cut, so that no secret loses its end and passes unrecognised.
  for (const secret of secrets) line = line.replaceAll(secret, "[secret]");
  return Array.from(line.slice(0, 2 * LONGEST_EXCERPT))
    .slice(0, LONGEST_EXCERPT)
    .join("");
}

/** What a handler that echoes its request, or shows its own settings, must not bring into an error. */
export function secretsOf(tenant: Tenant, url: URL): readonly string[] {
  const { username, password } = url;
  const login = `${decoded(username)}:${decoded(password)}`;
  return [
    ...tenant.signingSecrets.flatMap((secret) => [secret, secret.replace(/^whsec_/, "")]),
    ...(password === "" ? [] : [Buffer.from(login).toString("base64"), password, decoded(password)]),
    ...[...url.searchParams.values()].flatMap((value) => [encodeURIComponent(value), value]),
  ].filter((secret) => secret.length >= SHORTEST_SECRET);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
