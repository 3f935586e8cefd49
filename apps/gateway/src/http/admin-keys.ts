import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { bearerOf } from "./bearer.js";

export type AdminRole = "admin" | "read";

/** Who acts: the name of an admin key, which is told to the audit log, and what it may do. */
export interface Admin {
  readonly name: string;
  readonly role: AdminRole;
}

/** Knows the admins by the hashes of their keys. */
export interface AdminKeys {
  /** Whose key it is. Takes the same time for every wrong one. */
  adminOf(key: string): Admin | undefined;
}

/** The key of the settings, or the one that was made at the first start. */
export class FirstAdminKey implements AdminKeys {
  private readonly expected: Buffer;

  constructor(key: string) {
    this.expected = digest(key);
  }

  adminOf(key: string): Admin | undefined {
    // Hashes have one length, so that not even the key's own can be learnt.
    return timingSafeEqual(digest(key), this.expected) ? { name: "first", role: "admin" } : undefined;
  }
}

/** Who sends the request, by `Authorization: Bearer KEY` or `X-Api-Key: KEY`. */
export function adminBehind(headers: IncomingHttpHeaders, keys: AdminKeys): Admin | undefined {
  const given = bearerOf(headers) ?? headers["x-api-key"];
  return typeof given === "string" ? keys.adminOf(given) : undefined;
}

/** Whether the request says that it is an admin's. */
export function carriesKey(headers: IncomingHttpHeaders): boolean {
  return headers.authorization !== undefined || headers["x-api-key"] !== undefined;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
