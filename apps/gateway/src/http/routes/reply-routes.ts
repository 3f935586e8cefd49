import type { ListedReply } from "@gateway-router/core";
import type { Router } from "express";
import { answer } from "../answer.js";
import type { HttpServices } from "../http-services.js";
import {
  contactParameter,
  optionalChoiceParameter,
  pageParameters,
  tenantIdParameter,
} from "../parameters.js";
import { mount } from "../route-table.js";
import { REPLIES } from "./reply-operations.js";

const STATES = ["queued", "sending", "sent", "delivered", "read", "failed"] as const;

/** What goes out through the number and what became of it, the newest first. */
export function replyRoutes(router: Router, { listReplies }: Pick<HttpServices, "listReplies">): void {
  mount(router, "/replies", REPLIES, {
    get: async (request, response) => {
      const state = optionalChoiceParameter(request, "state", STATES);
      const tenantId = tenantIdParameter(request);
      const contact = contactParameter(request);
      const { items, nextCursor } = await listReplies.execute({
        ...pageParameters(request),
        ...(state === undefined ? {} : { state }),
        ...(tenantId === undefined ? {} : { tenantId }),
        ...(contact === undefined ? {} : { contact }),
      });
      answer(response, 200, { items: items.map(replyBody), next_cursor: nextCursor ?? null });
    },
  });
}

/** A reply without what it says, which its record does not have; what the gateway said by itself is no tenant's. */
export function replyBody(reply: ListedReply) {
  return {
    id: reply.id,
    tenant_id: reply.tenantId ?? null,
    phone_number: reply.contact,
    state: reply.state,
    reason: reply.reason ?? null,
    error: reply.error ?? null,
    queued_at: new Date(reply.queuedAtMs).toISOString(),
    changed_at: new Date(reply.changedAtMs).toISOString(),
  };
}
