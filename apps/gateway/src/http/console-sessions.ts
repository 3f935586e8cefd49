import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Clock, ConsoleSession, ConsoleSessionStore } from "@gateway-router/core";
import type { Admin, AdminKeys } from "./admin-keys.js";

export const SESSION_COOKIE = "gateway_console";
/** Where the cookie is sent: to the admin API, and to no page. */
export const SESSION_COOKIE_PATH = "/api/gateway";
export const CSRF_HEADER = "x-csrf-token";
/** A working day, and no more than that. */
export const SESSION_MS = 12 * 3_600_000;
export const MOST_SESSIONS = 1_000;

const TOKEN_BYTES = 32;
const TOKEN = new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=([A-Za-z0-9_-]{43})(?:;|$)`);

export interface ConsoleSessionsOptions {
  readonly store: ConsoleSessionStore;
  readonly adminKeys: Pick<AdminKeys, "markOf">;
  readonly clock: Pick<Clock, "nowMs">;
}

/** A session that goes on, and who is signed in by it. */
export interface ActiveSession {
  readonly token: string;
  readonly admin: Admin;
  readonly csrfToken: string;
  readonly expiresAtMs: number;
}

/** Signs admins in and out of the console. A session ends with its time, and with the key that it was begun with. */
export class ConsoleSessions {
  constructor(private readonly options: ConsoleSessionsOptions) {}

  /** Nothing where the key was removed meanwhile. */
  async begin(admin: Admin): Promise<ActiveSession | undefined> {
    const { store, adminKeys, clock } = this.options;
    const keyMark = await adminKeys.markOf(admin.name);
    if (keyMark === undefined) return undefined;
    const token = randomBytes(TOKEN_BYTES).toString("base64url");
    const csrfToken = randomBytes(TOKEN_BYTES).toString("base64url");
    const session = { ...admin, keyMark, csrfToken, expiresAtMs: clock.nowMs() + SESSION_MS };
    await store.begin({ tokenHash: hashOf(token), session, most: MOST_SESSIONS });
    return active(token, session);
  }

  async find(token: string): Promise<ActiveSession | undefined> {
    const { store, adminKeys } = this.options;
    const session = await store.find(hashOf(token));
    if (session === undefined) return undefined;
    // A removed key opens nothing from then on, and neither does what was opened with it.
    return (await adminKeys.markOf(session.name)) === session.keyMark ? active(token, session) : undefined;
  }

  end(token: string): Promise<boolean> {
    return this.options.store.end(hashOf(token));
  }
}

/** What the browser carries, where it carries anything that could be a session's. */
export function sessionTokenOf({ cookie = "" }: IncomingHttpHeaders): string | undefined {
  return TOKEN.exec(cookie)?.[1];
}

/** Whether the request says that a page of another origin made it. Browsers say so, and pages can't say otherwise. */
export function isFromElsewhere(headers: IncomingHttpHeaders): boolean {
  const site = headers["sec-fetch-site"];
  return site !== undefined && site !== "same-origin" && site !== "none";
}

export function carriesCsrfToken(headers: IncomingHttpHeaders, { csrfToken }: ActiveSession): boolean {
  const given = headers[CSRF_HEADER];
  // Hashes have one length, which the comparison needs.
  return typeof given === "string" && timingSafeEqual(sha256(given), sha256(csrfToken));
}

function active(token: string, { name, role, csrfToken, expiresAtMs }: ConsoleSession): ActiveSession {
  return { token, admin: { name, role }, csrfToken, expiresAtMs };
}

function hashOf(token: string): string {
  return sha256(token).toString("hex");
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
