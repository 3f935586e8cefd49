import { Router } from "express";
import { tenantContactRoutes } from "./routes/tenant-contact-routes.js";
import { tenantMediaRoutes } from "./routes/tenant-media-routes.js";
import { tenantMessageRoutes } from "./routes/tenant-message-routes.js";
import { answer } from "./answer.js";
import { deepLinkBody } from "./deep-links.js";
import type { HttpServices } from "./http-services.js";
import { mount } from "./route-table.js";
import { authenticateTenant, tenantOf } from "./tenant-authentication.js";
import { OWN_DEEP_LINK } from "./tenant-router-operations.js";

/** `/api/tenant`: what a tenant may ask and do, each by its own token and for itself alone. */
export function tenantRouter(services: HttpServices): Router {
  const router = Router();
  router.use(authenticateTenant(services));
  mount(router, "/deep-link", OWN_DEEP_LINK, {
    get: (request, response) => answer(response, 200, deepLinkBody(request, tenantOf(request).id, services)),
  });
  tenantMessageRoutes(router, services, tenantOf);
  tenantContactRoutes(router, { listContacts: services.listContacts, tenantOf });
  tenantMediaRoutes(router, { media: services.media, tenantOf });
  return router;
}
