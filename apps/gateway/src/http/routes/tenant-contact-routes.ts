import type { ListContacts, Tenant } from "@gateway-router/core";
import type { Request, Router } from "express";
import { answer } from "../answer.js";
import { contactBody } from "../contact-body.js";
import { campaignParameter, contactParameter, pageParameters } from "../parameters.js";
import { mount } from "../route-table.js";
import { CAMPAIGNS, CONTACTS } from "./tenant-contact-operations.js";

export interface TenantContactServices {
  readonly listContacts: Pick<ListContacts, "list" | "find" | "campaigns">;
  /** Whose request it is; it has been authenticated. */
  readonly tenantOf: (request: Request) => Tenant;
}

/**
 * `GET /contacts`: the tenant's own, page by page, of one campaign, or one of them by its number. `GET /campaigns`: how
 * many came by each.
 */
export function tenantContactRoutes(router: Router, { listContacts, tenantOf }: TenantContactServices): void {
  mount(router, "/contacts", CONTACTS, {
    get: async (request, response) => {
      const { id: tenantId } = tenantOf(request);
      const page = pageParameters(request);
      const campaign = campaignParameter(request);
      const contact = contactParameter(request);
      if (contact === undefined) {
        const { items, nextCursor } = await listContacts.list({
          ...{ ...page, tenantId },
          ...(campaign === undefined ? {} : { campaign }),
        });
        answer(response, 200, { items: items.map(contactBody), next_cursor: nextCursor ?? null });
        return;
      }
      const listed = await listContacts.find(tenantId, contact);
      const isAskedFor = listed !== undefined && (campaign === undefined || listed.campaign === campaign);
      answer(response, 200, { items: isAskedFor ? [contactBody(listed)] : [], next_cursor: null });
    },
  });
  mount(router, "/campaigns", CAMPAIGNS, {
    get: async (request, response) => {
      answer(response, 200, { items: await listContacts.campaigns(tenantOf(request).id) });
    },
  });
}
