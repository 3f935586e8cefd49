import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { bearerOf } from "./bearer.js";

/** Knows the admin's key by its hash. */
export class AdminKey {
  private readonly expected: Buffer;

  constructor(key: string) {
    this.expected = digest(key);
  }

  /** Whether the request carries the key, as `Authorization: Bearer KEY` or `X-Api-Key: KEY`. Takes the same time for every wrong one. */
  isCarriedBy(headers: IncomingHttpHeaders): boolean {
    const given = bearerOf(headers) ?? headers["x-api-key"];
    // Hashes have one length, so that not even the key's own can be learnt.
    return typeof given === "string" && timingSafeEqual(digest(given), this.expected);
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
