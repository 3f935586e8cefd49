import {
  parseCampaign,
  parseContactId,
  type ListContacts,
  type Mapping,
  type Tenant,
} from "@gateway-router/core";
import type { Request, Router } from "express";
import { answer } from "../answer.js";
import { invalidParameter } from "../http-error.js";
import { pageParameters, queryParameter } from "../parameters.js";
import { mount } from "../route-table.js";
import { PHONE_NUMBER_WANTED } from "../rules.dto.js";
import { CONTACTS } from "./tenant-contact-operations.js";

export interface TenantContactServices {
  readonly listContacts: Pick<ListContacts, "list" | "find">;
  /** Whose request it is; it has been authenticated. */
  readonly tenantOf: (request: Request) => Tenant;
}

/** `GET /contacts`: the tenant's own, page by page, of one campaign, or one of them by its number. */
export function tenantContactRoutes(router: Router, { listContacts, tenantOf }: TenantContactServices): void {
  mount(router, "/contacts", CONTACTS, {
    get: async (request, response) => {
      const { id: tenantId } = tenantOf(request);
      const page = pageParameters(request);
      const campaign = campaignOf(request);
      const number = queryParameter(request, "phone_number");
      if (number === undefined) {
        const { items, nextCursor } = await listContacts.list({
          ...{ ...page, tenantId },
          ...(campaign === undefined ? {} : { campaign }),
        });
        answer(response, 200, { items: items.map(contactBody), next_cursor: nextCursor ?? null });
        return;
      }
      const contact = parseContactId(number);
      if (contact === undefined) {
        throw invalidParameter("phone_number", PHONE_NUMBER_WANTED);
      }
      const mapping = await listContacts.find(tenantId, contact);
      const isAskedFor = mapping !== undefined && (campaign === undefined || mapping.campaign === campaign);
      answer(response, 200, { items: isAskedFor ? [contactBody(mapping)] : [], next_cursor: null });
    },
  });
}

function contactBody({ contact, generation, lockedAtMs, campaign }: Mapping) {
  return {
    phone_number: contact,
    contact_id: generation,
    since: new Date(lockedAtMs).toISOString(),
    campaign: campaign ?? null,
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
