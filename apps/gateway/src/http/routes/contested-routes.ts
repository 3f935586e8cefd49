import type { ContestedContact } from "@gateway-router/core";
import type { Router } from "express";
import { answer } from "../answer.js";
import type { HttpServices } from "../http-services.js";
import { pageParameters, tenantIdParameter } from "../parameters.js";
import { mount } from "../route-table.js";
import { CONTESTED } from "./contested-operations.js";

/** Contacts that used another tenant's link, the last ones first: all, or those that a tenant kept or missed. */
export function contestedRoutes(router: Router, { contested }: Pick<HttpServices, "contested">): void {
  mount(router, "/contested", CONTESTED, {
    get: async (request, response) => {
      const tenantId = tenantIdParameter(request);
      const { items, nextCursor } = await contested.list({
        ...pageParameters(request),
        ...(tenantId === undefined ? {} : { tenantId }),
      });
      answer(response, 200, { items: items.map(contestedBody), next_cursor: nextCursor ?? null });
    },
  });
}

export function contestedBody({
  contact,
  heldBy,
  linkOf,
  campaign,
  times,
  firstAtMs,
  lastAtMs,
}: ContestedContact) {
  return {
    phone_number: contact,
    tenant_id: heldBy,
    link_tenant_id: linkOf,
    campaign: campaign ?? null,
    times,
    first_at: new Date(firstAtMs).toISOString(),
    last_at: new Date(lastAtMs).toISOString(),
  };
}
