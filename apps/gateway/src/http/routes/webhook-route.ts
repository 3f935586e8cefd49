import type { IncomingMessage, ServerResponse } from "node:http";
import type { Span } from "@gateway-router/core";
import type { SignatureFault, WebhookOutcome } from "@gateway-router/waha";
import type { Router } from "express";
import { answer, sendErrorAndClose } from "../answer.js";
import { causeOf } from "../cause-of.js";
import { HttpError, unavailable } from "../http-error.js";
import type { HttpServices } from "../http-services.js";
import { secondsSince } from "../../metrics/measured.js";
import { InFlightLimit, type InFlightPlace } from "../in-flight-limit.js";
import { readRawBody } from "../read-raw-body.js";
import { requireJson } from "../require-json.js";
import { mount } from "../route-table.js";
import { WAHA_WEBHOOK } from "./webhook-operations.js";

export const WEBHOOK_BODY_LIMIT_BYTES = 1024 * 1024;

/** Takes one webhook and answers it. Rejects with the error to be answered. */
export type WebhookHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * The checks come cheapest first: going down or no room (503), content type (415), size (413), then the signature
 * over the bytes (401), and only what is signed is parsed (400) and routed.
 */
export function webhookHandler(services: HttpServices): WebhookHandler {
  const limit = new InFlightLimit(services.webhookLimits);
  return async (request, response) =>
    services.tracer.trace(
      { name: "webhook", kind: "server", cause: causeOf(request.headers) },
      async (span) => {
        const startedMs = performance.now();
        let outcome = "internal_error";
        try {
          outcome = await takeWebhook({ request, response, span }, limit, services);
        } catch (error) {
          if (error instanceof HttpError) outcome = error.code;
          throw error;
        } finally {
          services.metrics.webhookAnswered(outcome, secondsSince(startedMs));
          span.set({ "gateway.outcome": outcome });
        }
      },
    );
}

/** `POST /waha`. */
export function webhookRoute(router: Router, handler: WebhookHandler): void {
  mount(router, "/waha", WAHA_WEBHOOK, { post: handler });
}

interface ReceivedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly span: Span;
}

/** Answers in one word what became of it: the answer's status, or the code of its error. */
async function takeWebhook(
  { request, response, span }: ReceivedRequest,
  limit: InFlightLimit,
  services: HttpServices,
): Promise<string> {
  if (services.drain.isDraining) throw unavailable("draining", "The gateway is going down.");
  const place = limit.enter();
  if (place === undefined) throw overloaded();
  try {
    const taken = await takeBody(request, response, { place, clock: services.clock });
    if (!Buffer.isBuffer(taken)) return taken;
    const outcome = await receive(request, taken, services);
    if ("tenantId" in outcome) span.set({ "gateway.tenant_id": outcome.tenantId });
    if (outcome.kind === "ignored") span.set({ "gateway.reason": outcome.reason });
    answer(response, 200, answerBody(outcome, services));
    return outcome.kind;
  } finally {
    place.leave();
  }
}

/** The whole body; or why there is none to go on with, and what there is to answer was answered. */
async function takeBody(
  request: IncomingMessage,
  response: ServerResponse,
  { place, clock }: { readonly place: InFlightPlace } & Pick<HttpServices, "clock">,
): Promise<Buffer | string> {
  requireJson(request, "A webhook");
  const result = await readRawBody(request, { limitBytes: WEBHOOK_BODY_LIMIT_BYTES, place });
  switch (result.kind) {
    case "complete":
      return result.body;
    case "cut_off":
      return result.kind;
    case "too_large":
    case "no_room": {
      const error = result.kind === "no_room" ? overloaded() : tooLarge();
      sendErrorAndClose({ request, response, clock }, error);
      return error.code;
    }
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

/** The sender learns only that it was refused; whoever minds the gateway learns what to mend. */
const SIGNATURE_FAULTS: Readonly<Record<SignatureFault, string>> = {
  missing: "it carries no signature; is WAHA told the key of WAHA_HMAC_KEY?",
  unsupported_algorithm: "its signature is not of sha512",
  wrong_form: "its signature is not 128 hexadecimal digits in lower case",
  mismatch: "its signature was made with another key than WAHA_HMAC_KEY, or its body was changed on the way",
};

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
      logger.log("warn", `Refused a webhook: ${SIGNATURE_FAULTS[outcome.reason]}`, {
        event: "webhook.unauthorized",
        reason: outcome.reason,
      });
      throw new HttpError(401, "unauthorized", "The webhook's signature is missing or wrong.");
    case "malformed":
      logger.log("warn", `Refused a webhook: ${outcome.message}`, { event: "webhook.malformed" });
      throw new HttpError(400, "malformed_webhook", `This is not a WAHA event: ${outcome.message}.`);
    case "early":
      throw unavailable("early_change", "The message that this is about has not come yet.");
    case "overloaded":
      throw overloaded();
    case "unavailable":
      throw unavailable("storage_unavailable", "The message can't be made durable just now.");
  }
}

function tooLarge(): HttpError {
  return new HttpError(413, "payload_too_large", "A webhook has at most 1 MiB.");
}

function overloaded(): HttpError {
  return unavailable("overloaded", "The gateway has as many webhooks under way as it can take.");
}
