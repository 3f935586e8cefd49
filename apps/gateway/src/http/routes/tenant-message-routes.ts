import { createHash } from "node:crypto";
import type {
  Clock,
  FindReplyStatus,
  ReplyStatus,
  SendReply,
  Tenant,
  TenantId,
  Tracer,
} from "@gateway-router/core";
import type { Request, Response, Router } from "express";
import { answer } from "../answer.js";
import { causeOf } from "../cause-of.js";
import type { Drain } from "../drain.js";
import { HttpError, unavailable } from "../http-error.js";
import { InFlightLimit } from "../in-flight-limit.js";
import { pathParameter } from "../parameters.js";
import { withJsonBody } from "../read-json-body.js";
import { mount } from "../route-table.js";
import { MESSAGE, MESSAGES } from "./tenant-message-operations.js";
import { readTenantMessage, type TenantMessage } from "./tenant-message.dto.js";

export interface TenantMessageServices {
  readonly sendReply: Pick<SendReply, "execute">;
  readonly findReplyStatus: Pick<FindReplyStatus, "execute">;
  readonly drain: Drain;
  readonly clock: Clock;
  readonly tracer: Tracer;
}

/** The longest text there is, each unit of it escaped, and room around it. */
const BODY_LIMIT_BYTES = 512 * 1024;
const IN_FLIGHT = { requests: 200, bytes: 16 * 1024 * 1024 };
/** What the gateway makes of ids fits in there; longer ones, or others, are nobody's. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;
const MESSAGE_ID = /^[\w-]{1,200}$/;

/** What a tenant says by itself, and what became of what it said. Mounted behind the tenant's authentication. */
export function tenantMessageRoutes(
  router: Router,
  services: TenantMessageServices,
  tenantOf: (request: Request) => Tenant,
): void {
  const inFlight = new InFlightLimit(IN_FLIGHT);
  const { clock, findReplyStatus } = services;
  mount(router, "/messages", MESSAGES, {
    post: async (request, response) => {
      if (services.drain.isDraining) throw unavailable("draining", "The gateway is going down.");
      const options = { limitBytes: BODY_LIMIT_BYTES, inFlight, clock };
      const tenant = tenantOf(request);
      const key = idempotencyKeyOf(request);
      await services.tracer.trace(
        {
          ...{ name: "tenant message", kind: "server", cause: causeOf(request.headers) },
          attributes: { "gateway.tenant_id": tenant.id },
        },
        () =>
          withJsonBody(request, response, options, (body) =>
            send({ body, tenantId: tenant.id, key }, response, services),
          ),
      );
    },
  });
  mount(router, "/messages/:id", MESSAGE, {
    get: async (request, response) => {
      const id = pathParameter(request, "id");
      const tenantId = tenantOf(request).id;
      const status = MESSAGE_ID.test(id) ? await findReplyStatus.execute({ tenantId, id }) : undefined;
      if (status === undefined) {
        throw new HttpError(404, "message_not_found", "There is no message of yours with this id.");
      }
      answer(response, 200, statusBody(status));
    },
  });
}

/** Whatever is in the header, so that no slip of a client sends a message twice. */
function idempotencyKeyOf(request: Request): string | undefined {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key === "string" && IDEMPOTENCY_KEY.test(key)) return key;
  throw new HttpError(
    400,
    "invalid_idempotency_key",
    "The Idempotency-Key must be 1 to 255 visible ASCII characters; spaces may stand between them.",
  );
}

async function send(
  {
    body,
    tenantId,
    key,
  }: { readonly body: unknown; readonly tenantId: TenantId; readonly key: string | undefined },
  response: Response,
  { sendReply }: TenantMessageServices,
): Promise<void> {
  const reading = readTenantMessage(body);
  if (reading.kind === "invalid") {
    const { details } = reading;
    throw new HttpError(400, "invalid_message", "The message can't be sent as it stands.", { details });
  }
  const outcome = await sendReply.execute({
    ...{ tenantId, ...reading.message },
    ...(key === undefined ? {} : { idempotency: { key, fingerprint: fingerprintOf(reading.message) } }),
  });
  switch (outcome.kind) {
    case "queued":
      answer(response, 202, { status: "queued", id: outcome.id });
      return;
    case "not_your_contact":
      throw new HttpError(403, "not_your_contact", "This is not one of your contacts.");
    case "opted_out":
      throw new HttpError(
        409,
        "opted_out",
        "This contact asked for no more messages. It can be written to again when it has written an opt-in word, such as START.",
      );
    case "key_reused":
      throw new HttpError(
        409,
        "idempotency_key_reused",
        "This Idempotency-Key was used for another message; a new message needs a new one.",
      );
    case "too_many_waiting":
      throw unavailable("too_many_waiting", "Too many messages wait to be sent.");
  }
}

/** The message as it was understood, so that its writing does not matter. */
function fingerprintOf({ contact, content }: TenantMessage): string {
  return createHash("sha256")
    .update(JSON.stringify([contact, content]))
    .digest("hex");
}

function statusBody({ id, contact, status, changedAtMs, reason, error }: ReplyStatus) {
  return {
    ...{ status, id, phone_number: contact, updated_at: new Date(changedAtMs).toISOString() },
    ...(reason === undefined ? {} : { reason }),
    ...(error === undefined ? {} : { error }),
  };
}
