import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { FIRST_ADMIN_KEY, type AdminKey, type AdminKeyStore } from "@gateway-router/core";
import { bearerOf } from "./bearer.js";

/** Who acts: the name of an admin key, which is told to the audit log, and what it may do. */
export type Admin = Pick<AdminKey, "name" | "role">;

/** Knows the admins by the hashes of their keys. */
export interface AdminKeys {
  /** Whose key it is. Takes the same time for every wrong one. */
  adminOf(key: string): Promise<Admin | undefined>;
  /** What tells the key of that name from any other that had or will have it; `undefined` where there is none. */
  markOf(name: string): Promise<string | undefined>;
}

export interface AllAdminKeysOptions {
  /** The key of the settings, or the one that was made at the first start. */
  readonly first: string;
  readonly others: Pick<AdminKeyStore, "findByKey" | "list">;
}

/** Enough to tell that a key was changed, too little to try out guesses at it. */
const FIRST_MARK_DIGITS = 8;

/** The first key, which opens also while the others can't be asked for, and the others. */
export class AllAdminKeys implements AdminKeys {
  private readonly first: Buffer;
  private readonly others: Pick<AdminKeyStore, "findByKey" | "list">;

  constructor({ first, others }: AllAdminKeysOptions) {
    this.first = digest(first);
    this.others = others;
  }

  async adminOf(key: string): Promise<Admin | undefined> {
    // Hashes have one length, so that not even the key's own can be learnt.
    if (timingSafeEqual(digest(key), this.first)) return { name: FIRST_ADMIN_KEY, role: "admin" };
    return this.others.findByKey(key);
  }

  async markOf(name: string): Promise<string | undefined> {
    if (name === FIRST_ADMIN_KEY)
      return digest(this.first.toString("hex")).toString("hex").slice(0, FIRST_MARK_DIGITS);
    const key = (await this.others.list()).find((each) => each.name === name);
    return key === undefined ? undefined : `${key.role} ${key.createdAtMs}`;
  }
}

/** Who sends the request, by `Authorization: Bearer KEY` or `X-Api-Key: KEY`. */
export async function adminBehind(headers: IncomingHttpHeaders, keys: AdminKeys): Promise<Admin | undefined> {
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
