import { randomUUID } from "node:crypto";
import type { Clock } from "@gateway-router/core";
import type { Express, Request } from "express";
import { adminBehind, carriesKey } from "../admin-keys.js";
import { answer, errorBody } from "../answer.js";
import type { HttpServices } from "../http-services.js";
import { mount } from "../route-table.js";
import { HEALTHZ, READYZ } from "./health-operations.js";

const STORAGE_CHECK_MS = 2_000;

/** Open to whoever asks; what is behind the answer is for the admin. */
export function healthRoutes(app: Express, services: HttpServices): void {
  // By it one who asks by two addresses knows whether the same process answered.
  const instance = randomUUID();
  mount(app, "/healthz", HEALTHZ, {
    get: (_request, response) => answer(response, 200, { status: "ok", instance }),
  });
  mount(app, "/readyz", READYZ, {
    get: async (request, response) => {
      const state = await readiness(services);
      const details = (await isAdmin(request, services))
        ? { details: { ...state.details, ...(await risksOf(services, state)) } }
        : {};
      if (state.fault === undefined) answer(response, 200, { status: "ready", ...details });
      else answer(response, 503, { ...errorBody(state.fault), ...details });
    },
  });
}

/** What an admin should know though everything works. */
async function risksOf(
  { storageRisks, clock, logger }: HttpServices,
  { details }: Readiness,
): Promise<{ readonly storage_risks?: readonly string[] }> {
  if (storageRisks === undefined || details["storage"] !== "ok") return {};
  try {
    const risks = await within(clock, STORAGE_CHECK_MS, storageRisks());
    return risks.length === 0 ? {} : { storage_risks: risks };
  } catch (error) {
    logger.log("warn", "The storage does not tell its settings", { event: "storage.untold", error });
    return {};
  }
}

/** A wrong key counts as anywhere, and past the limit none is looked at, so that this is no way to try them out. */
async function isAdmin(request: Request, { adminKeys, doors }: HttpServices): Promise<boolean> {
  if (!carriesKey(request.headers) || doors.wrongAdminKeys.waitMs(request.ip) > 0) return false;
  const admin = await adminBehind(request.headers, adminKeys);
  if (admin === undefined) doors.wrongAdminKeys.take(request.ip);
  // Again, since others may have failed meanwhile.
  return admin !== undefined && doors.wrongAdminKeys.waitMs(request.ip) === 0;
}

interface Readiness {
  readonly fault:
    { readonly code: string; readonly message: string; readonly details: undefined } | undefined;
  readonly details: Readonly<Record<string, unknown>>;
}

/** WAHA's state is told, but a gateway without WAHA is ready all the same: it has nothing to miss. */
async function readiness(services: HttpServices): Promise<Readiness> {
  const { drain, number, logger } = services;
  const waha = {
    session: number.sessionStatus ?? "unknown",
    since: number.sessionSinceMs === undefined ? null : new Date(number.sessionSinceMs).toISOString(),
    ...(number.fault === undefined ? {} : { fault: number.fault }),
    phone_number: number.phoneNumber ?? null,
    webhook: number.webhook,
    last_message_at:
      number.lastMessageAtMs === undefined ? null : new Date(number.lastMessageAtMs).toISOString(),
  };
  const draining = drain.isDraining;
  try {
    const { deliveries, replies } = services;
    const [counts, outbound] = await within(
      services.clock,
      STORAGE_CHECK_MS,
      Promise.all([deliveries.counts(), replies.counts()]),
    );
    return {
      fault: draining ? fault("draining", "The gateway is going down.") : undefined,
      details: {
        storage: "ok",
        draining,
        deliveries: {
          pending: counts.pending,
          dead: counts.dead,
          paused_tenants: counts.pausedTenants,
          held_tenants: counts.heldTenants,
        },
        replies: { pending: outbound.pending, dead: outbound.dead },
        waha,
      },
    };
  } catch (error) {
    logger.log("error", "The storage does not answer", { event: "storage.unreachable", error });
    return {
      fault: fault("storage_unavailable", "The storage does not answer."),
      details: { storage: "unreachable", draining, waha },
    };
  }
}

function fault(code: string, message: string) {
  return { code, message, details: undefined };
}

async function within<Result>(clock: Clock, limitMs: number, work: Promise<Result>): Promise<Result> {
  let cancel = (): void => undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    cancel = clock.setTimer(limitMs, () => reject(new Error(`no answer within ${limitMs} ms`)));
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    cancel();
  }
}
