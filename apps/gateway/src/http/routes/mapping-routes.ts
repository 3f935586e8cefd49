import type { ContactId, Mapping, MappingStats } from "@gateway-router/core";
import type { Response, Router } from "express";
import { answer } from "../answer.js";
import type { HttpServices } from "../http-services.js";
import { contactOf } from "../parameters.js";
import { mount } from "../route-table.js";

/** Who belongs to whom: numbers, look-up and removal. */
export function mappingRoutes(router: Router, { mappings, removeMapping }: HttpServices): void {
  mount(router, "/stats", {
    get: async (_request, response) => {
      answer(response, 200, { status: "success", gateway_stats: statsBody(await mappings.stats()) });
    },
  });
  mount(router, "/user/:phone/tenant", {
    get: async (request, response) => {
      const contact = contactOf(request);
      const mapping = await mappings.find(contact);
      if (mapping === undefined) sendNotFound(response, contact);
      else answer(response, 200, foundBody(mapping));
    },
  });
  mount(router, "/user/:phone/mapping", {
    delete: async (request, response) => {
      const contact = contactOf(request);
      const removed = await removeMapping.execute(contact);
      if (removed === undefined) {
        sendNotFound(response, contact);
        return;
      }
      answer(response, 200, {
        status: "deleted",
        phone_number: removed.contact,
        previous_tenant_id: removed.tenantId,
      });
    },
  });
}

/** Under its canonical name, whichever it was asked for by. */
function foundBody({ contact, tenantId }: Mapping) {
  return { status: "found", phone_number: contact, tenant_id: tenantId };
}

function sendNotFound(response: Response, contact: ContactId): void {
  answer(response, 404, { status: "not_found", phone_number: contact });
}

function statsBody({ contacts, contactsPerTenant, lastChangedAtMs }: MappingStats) {
  return {
    total_users: contacts,
    total_tenants: contactsPerTenant.size,
    users_per_tenant: Object.fromEntries(contactsPerTenant),
    last_updated: lastChangedAtMs === undefined ? null : wholeSeconds(lastChangedAtMs),
  };
}

function wholeSeconds(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d{3}Z$/, "Z");
}
