import type { Request, Response, Router } from "express";
import { requireAdminRole } from "../admin-authentication.js";
import { answer } from "../answer.js";
import { sessionTokenOf } from "../console-sessions.js";
import { HttpError, invalidParameter, unavailable } from "../http-error.js";
import type { HttpServices } from "../http-services.js";
import { LiveOverview } from "../live-overview.js";
import { growthBody, overviewBody } from "../overview-body.js";
import { queryParameter } from "../parameters.js";
import { mount } from "../route-table.js";
import {
  GROWTH_OPERATIONS,
  OVERVIEW_EVENTS,
  OVERVIEW_OPERATIONS,
  PAIRING_QR,
} from "./overview-operations.js";

const LONGEST_DAYS = 31;

/** How everything is: at a glance, live, and who grew; and the QR code that pairs the phone. */
export function overviewRoutes(router: Router, services: HttpServices): void {
  const { overview, number, readGrowth, clock, logger, drain } = services;
  const read = async () => overviewBody(await overview.read(), number);
  const live = new LiveOverview({
    ...{ clock, logger, signal: drain.signal },
    read: async () => JSON.stringify(await read()),
  });
  mount(router, "/overview", OVERVIEW_OPERATIONS, {
    get: async (_request, response) => answer(response, 200, await read()),
  });
  mount(router, "/overview/events", OVERVIEW_EVENTS, {
    get: (request, response) => streamTo(request, response, live, services),
  });
  mount(router, "/growth", GROWTH_OPERATIONS, {
    get: async (request, response) => {
      answer(response, 200, growthBody(await readGrowth.execute({ days: daysOf(request) })));
    },
  });
  mount(router, "/waha/qr", PAIRING_QR, {
    get: async (request, response) => {
      // Whoever scans it makes their own phone the shared number's.
      requireAdminRole(request);
      const qr = await services.pairingQr();
      if (qr.kind === "unavailable") throw unavailable("waha_unavailable", qr.error);
      if (qr.kind === "none") {
        throw new HttpError(
          409,
          "no_qr_code",
          "The WAHA session asks for no QR code to be scanned just now.",
        );
      }
      answer(response, 200, { status: "scan", value: qr.value });
    },
  });
}

function daysOf(request: Request): number {
  const text = queryParameter(request, "days") ?? "7";
  if (/^[1-9][0-9]?$/.test(text) && Number(text) <= LONGEST_DAYS) return Number(text);
  throw invalidParameter("days", `must be a whole number from 1 to ${LONGEST_DAYS}`);
}

function streamTo(
  request: Request,
  response: Response,
  live: LiveOverview,
  { consoleSessions }: Pick<HttpServices, "consoleSessions">,
): void {
  const token = sessionTokenOf(request.headers);
  // A HEAD asks whether there is something, and not for all that is to come.
  if (request.method === "HEAD") {
    response.writeHead(200, STREAM_HEAD).end();
    return;
  }
  const stream = {
    send: (text: string) => {
      if (!response.headersSent) response.writeHead(200, STREAM_HEAD);
      response.write(text);
    },
    // A key's own request may go on: it is the session that ends with its time.
    isWelcome: async () => token === undefined || (await consoleSessions.find(token)) !== undefined,
    end: () => response.end(),
  };
  const leave = live.join(stream);
  if (leave === undefined) {
    throw unavailable("too_many_streams", "As many as can be are looking at this already.");
  }
  response.once("close", leave);
}

const STREAM_HEAD = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  // nginx would hold back what comes in small pieces.
  "X-Accel-Buffering": "no",
} as const;
