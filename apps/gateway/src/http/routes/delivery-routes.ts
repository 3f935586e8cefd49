import type { ListedDelivery } from "@gateway-router/core";
import type { Request, Response, Router } from "express";
import { adminOf } from "../admin-authentication.js";
import { answer } from "../answer.js";
import { HttpError, invalidParameter } from "../http-error.js";
import type { HttpServices } from "../http-services.js";
import {
  choiceParameter,
  contactParameter,
  pageParameters,
  pathParameter,
  tenantIdParameter,
} from "../parameters.js";
import { mount } from "../route-table.js";
import { DELIVERIES, DELIVERY_REPLAY, TENANT_REPLAY } from "./delivery-operations.js";

/** What waits, what was given up, and the way back for the latter. */
export function deliveryRoutes(router: Router, services: HttpServices): void {
  mount(router, "/deliveries", DELIVERIES, {
    get: async (request, response) => answer(response, 200, await list(request, services)),
  });
  mount(router, "/deliveries/replay", TENANT_REPLAY, {
    post: (request, response) => replayTenant(request, response, services),
  });
  mount(router, "/deliveries/:id/replay", DELIVERY_REPLAY, {
    post: (request, response) => replayOne(request, response, services),
  });
}

async function list(request: Request, { listDeliveries }: Pick<HttpServices, "listDeliveries">) {
  const direction = choiceParameter(request, "direction", ["in", "out"]);
  const state = choiceParameter(request, "state", ["pending", "dead"]);
  const tenantId = tenantIdParameter(request);
  const contact = contactParameter(request);
  const { items, nextCursor } = await listDeliveries.execute({
    ...{ ...pageParameters(request), direction, state },
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(contact === undefined ? {} : { contact }),
  });
  return {
    items: items.map((delivery) => deliveryBody(delivery, state, direction)),
    next_cursor: nextCursor ?? null,
  };
}

/** A delivery without what the contact wrote: an admin minds the post, and does not read it. */
export function deliveryBody(delivery: ListedDelivery, state: "pending" | "dead", direction: "in" | "out") {
  return {
    id: delivery.id,
    state,
    direction,
    tenant_id: delivery.tenantId,
    phone_number: delivery.contact,
    is_new_session: delivery.isFirst,
    replayed: delivery.replayed,
    enqueued_at: new Date(delivery.enqueuedAtMs).toISOString(),
    attempts: delivery.attempts,
    waiting_for: delivery.waitingFor ?? null,
    last_error: delivery.lastError ?? null,
    ...("reason" in delivery
      ? { reason: delivery.reason, died_at: new Date(delivery.diedAtMs).toISOString() }
      : {}),
  };
}

async function replayOne(request: Request, response: Response, services: HttpServices): Promise<void> {
  const outcome = await services.replayDeadLetters.one(pathParameter(request, "id"), adminOf(request).name);
  switch (outcome.kind) {
    case "replayed":
      answer(response, 200, { status: "replayed", id: outcome.id, tenant_id: outcome.tenantId });
      return;
    case "not_found":
      throw new HttpError(404, "dead_letter_not_found", "There is no dead letter with this id.");
    case "no_holder":
      throw new HttpError(
        409,
        "no_holder",
        "No tenant holds the contact, so there is nobody to replay it to: give the contact to a tenant first (reassign).",
      );
  }
}

async function replayTenant(request: Request, response: Response, services: HttpServices): Promise<void> {
  const tenantId = tenantIdParameter(request);
  if (tenantId === undefined) throw invalidParameter("tenant_id", "must say whose dead letters to replay");
  const { replayed, withoutHolder } = await services.replayDeadLetters.ofTenant(
    tenantId,
    adminOf(request).name,
  );
  answer(response, 200, {
    status: "replayed",
    tenant_id: tenantId,
    replayed,
    without_holder: withoutHolder,
  });
}
