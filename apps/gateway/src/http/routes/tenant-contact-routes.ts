import { parseCampaign, type ListContacts, type ListedContact, type Tenant } from "@gateway-router/core";
import type { Request, Router } from "express";
import { answer } from "../answer.js";
import { invalidParameter } from "../http-error.js";
import { contactParameter, pageParameters, queryParameter } from "../parameters.js";
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
      const campaign = campaignOf(request);
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

function contactBody({ contact, generation, lockedAtMs, campaign, optedOut }: ListedContact) {
  return {
    phone_number: contact,
    contact_id: generation,
    since: new Date(lockedAtMs).toISOString(),
    campaign: campaign ?? null,
    opted_out: optedOut,
  };
}

function campaignOf(request: Request): string | undefined {
  const text = queryParameter(request, "campaign");
  if (text === undefined) return undefined;
  const campaign = parseCampaign(text);
  if (campaign === undefined) {
    throw invalidParameter("campaign", "must be 1 to 32 letters, digits or -");
  }
  return campaign;
}
