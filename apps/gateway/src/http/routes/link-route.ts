import { deepLinkUrl, parseTenantId } from "@gateway-router/core";
import type { Express } from "express";
import { HttpError, unavailable } from "../http-error.js";
import type { HttpServices } from "../http-services.js";
import { pathParameter } from "../parameters.js";
import { mount } from "../route-table.js";

/** `GET /l/{tenant_id}`: the short link that people open, on to WhatsApp. */
export function linkRoute(app: Express, { tenants, number, linkPrefix }: HttpServices): void {
  mount(app, "/l/:tenantId", {
    get: async (request, response) => {
      const tenantId = parseTenantId(pathParameter(request, "tenantId"));
      const tenant = tenantId === undefined ? undefined : await tenants.find(tenantId);
      // An inactive tenant takes no new contacts: its link would lead them to nobody.
      if (tenant?.active !== true) {
        throw new HttpError(404, "unknown_tenant", "This link belongs to nobody.");
      }
      const { phoneNumber } = number;
      if (phoneNumber === undefined) {
        throw unavailable("phone_number_unknown", "The gateway's WhatsApp number is not known yet.");
      }
      const location = deepLinkUrl({ phoneNumber, prefix: linkPrefix, tenantId: tenant.id });
      response.writeHead(302, { Location: location, "Cache-Control": "no-store", "Content-Length": 0 }).end();
    },
  });
}
