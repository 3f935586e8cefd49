import type { IncomingMessage } from "node:http";
import type { WebhookOutcome } from "@gateway-router/waha";
import type { Router } from "express";
import { answer } from "../answer.js";
import { HttpError, unavailable } from "../http-error.js";
import type { HttpServices } from "../http-services.js";
import { InFlightLimit, type InFlightPlace } from "../in-flight-limit.js";
import { readRawBody } from "../read-raw-body.js";
import { mount } from "../route-table.js";

export const WEBHOOK_BODY_LIMIT_BYTES = 1024 * 1024;
/** How long a client may go on sending a body that was answered before its end. */
const LINGER_MS = 2_000;

/**
 * `POST /waha`. The checks come cheapest first: going down or no room (503), content type (415), size (413),
 * then the signature over the bytes (401), and only what is signed is parsed (400) and routed.
 */
export function webhookRoute(router: Router, services: HttpServices): void {
  const limit = new InFlightLimit(services.webhookLimits);
  mount(router, "/waha", {
    post: async (request, response) => {
      if (services.drain.isDraining) throw unavailable("draining", "The gateway is going down.");
      const place = limit.enter();
      if (place === undefined) throw overloaded();
      try {
        const body = await takeBody(request, place, services);
        if (body === undefined) return;
        answer(response, 200, answerBody(await receive(request, body, services), services));
      } finally {
        place.leave();
      }
    },
  });
}

async function takeBody(
  request: IncomingMessage,
  place: InFlightPlace,
  { clock }: HttpServices,
): Promise<Buffer | undefined> {
  requireJson(request);
  const result = await readRawBody(request, { limitBytes: WEBHOOK_BODY_LIMIT_BYTES, place });
  switch (result.kind) {
    case "complete":
      return result.body;
    case "cut_off":
      return undefined;
    case "too_large":
    case "no_room": {
      // The answer goes out at once. The rest of the body is thrown away for a moment, so that a client that
      // is still sending gets to read the answer, and then the connection is closed.
      const cancel = clock.setTimer(LINGER_MS, () => {
        if (!request.complete) request.socket.destroy();
      });
      request.once("close", cancel);
      request.resume();
      throw result.kind === "no_room"
        ? overloaded()
        : new HttpError(413, "payload_too_large", "A webhook has at most 1 MiB.");
    }
  }
}

function requireJson({ headers }: IncomingMessage): void {
  const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (type !== "application/json" || encoding !== "identity") {
    throw new HttpError(415, "unsupported_media_type", "A webhook is application/json, not compressed.");
  }
}

function receive(
  request: IncomingMessage,
  body: Buffer,
  { webhooks }: HttpServices,
): Promise<WebhookOutcome> {
  const { "x-webhook-hmac": hmac, "x-webhook-hmac-algorithm": algorithm } = request.headers;
  return webhooks.receive(body, { hmac: single(hmac), algorithm: single(algorithm) });
}

/** A header sent twice is joined, which fits no signature. */
function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(", ") : header;
}

/** What is told of a webhook that was taken; what was not is thrown. */
function answerBody(outcome: WebhookOutcome, { logger }: HttpServices): Readonly<Record<string, unknown>> {
  switch (outcome.kind) {
    case "routed":
      return {
        status: "routed",
        tenant_id: outcome.tenantId,
        phone_number: outcome.contact,
        is_new_session: outcome.isNewSession,
      };
    case "duplicate":
    case "unknown_tenant":
      return { status: outcome.kind, tenant_id: outcome.tenantId, phone_number: outcome.contact };
    case "unmapped":
      return { status: "unmapped", phone_number: outcome.contact };
    case "ignored":
      return { status: "ignored", reason: outcome.reason };
    case "unauthorized":
      logger.log("warn", "Refused a webhook whose signature is missing or wrong", {
        event: "webhook.unauthorized",
        reason: outcome.reason,
      });
      throw new HttpError(401, "unauthorized", "The webhook's signature is missing or wrong.");
    case "malformed":
      logger.log("warn", `Refused a webhook: ${outcome.message}`, { event: "webhook.malformed" });
      throw new HttpError(400, "malformed_webhook", `This is not a WAHA event: ${outcome.message}.`);
    case "overloaded":
      throw overloaded();
    case "unavailable":
      throw unavailable("storage_unavailable", "The message can't be made durable just now.");
  }
}

function overloaded(): HttpError {
  return unavailable("overloaded", "The gateway has as many webhooks under way as it can take.");
}
