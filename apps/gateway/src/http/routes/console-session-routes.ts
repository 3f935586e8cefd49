import type { Request, Response, Router } from "express";
import { fromElsewhere, sessionOver } from "../admin-authentication.js";
import { answer } from "../answer.js";
import {
  carriesCsrfToken,
  isFromElsewhere,
  SESSION_COOKIE,
  SESSION_COOKIE_PATH,
  SESSION_MS,
  sessionTokenOf,
  type ActiveSession,
} from "../console-sessions.js";
import { refusedKey, refuseWhileWaiting } from "../doors.js";
import { HttpError } from "../http-error.js";
import type { HttpServices } from "../http-services.js";
import { JsonBodies } from "../read-json.js";
import { mount } from "../route-table.js";
import { SignInDto } from "../session.dto.js";
import { CONSOLE_SESSION } from "./console-session-operations.js";

/** Signing in to the console and out of it. What carries the session is a cookie that no page can read. */
export function consoleSessionRoutes(router: Router, services: HttpServices): void {
  const bodies = new JsonBodies(services);
  mount(router, "/console/session", CONSOLE_SESSION, {
    get: async (request, response) => {
      answer(response, 200, sessionBody(await sessionOf(request, services)));
    },
    post: bodies.handle(SignInDto, ({ key }, request, response) => signIn(key, request, response, services)),
    delete: async (request, response) => {
      const session = await sessionOf(request, services);
      if (!carriesCsrfToken(request.headers, session)) {
        throw new HttpError(
          403,
          "csrf_token_missing",
          "This needs the session's X-CSRF-Token: reload the page.",
        );
      }
      await services.consoleSessions.end(session.token);
      await enter("console.signed_out", session, services);
      response.clearCookie(SESSION_COOKIE, cookieOf(services));
      answer(response, 200, { status: "signed_out" });
    },
  });
}

async function signIn(
  key: string,
  request: Request,
  response: Response,
  services: HttpServices,
): Promise<void> {
  const { adminKeys, consoleSessions, doors } = services;
  if (isFromElsewhere(request.headers)) throw fromElsewhere();
  // Guesses count here as at any other door.
  refuseWhileWaiting(doors.wrongAdminKeys.waitMs(request.ip));
  const admin = await adminKeys.adminOf(key);
  const session = admin === undefined ? undefined : await consoleSessions.begin(admin);
  if (session === undefined) throw refusedKey(request, doors.wrongAdminKeys, "This is no admin key.");
  refuseWhileWaiting(doors.wrongAdminKeys.waitMs(request.ip));
  // Who signs in anew has no use for what came before.
  const before = sessionTokenOf(request.headers);
  if (before !== undefined) await consoleSessions.end(before);
  await enter("console.signed_in", session, services);
  response.cookie(SESSION_COOKIE, session.token, { ...cookieOf(services), maxAge: SESSION_MS });
  answer(response, 201, sessionBody(session));
}

async function sessionOf(request: Request, { consoleSessions }: HttpServices): Promise<ActiveSession> {
  if (isFromElsewhere(request.headers)) throw fromElsewhere();
  const token = sessionTokenOf(request.headers);
  const session = token === undefined ? undefined : await consoleSessions.find(token);
  if (session === undefined) throw sessionOver();
  return session;
}

function cookieOf({ isHttps }: Pick<HttpServices, "isHttps">) {
  return { httpOnly: true, sameSite: "strict", secure: isHttps, path: SESSION_COOKIE_PATH } as const;
}

function sessionBody({ admin, csrfToken, expiresAtMs }: ActiveSession) {
  return {
    ...{ name: admin.name, role: admin.role, csrf_token: csrfToken },
    expires_at: new Date(expiresAtMs).toISOString(),
  };
}

async function enter(
  action: string,
  { admin }: ActiveSession,
  { audit, clock }: Pick<HttpServices, "audit" | "clock">,
): Promise<void> {
  await audit.append({
    ...{ atMs: clock.nowMs(), actor: admin.name, action, subject: `key ${admin.name}`, details: {} },
  });
}
