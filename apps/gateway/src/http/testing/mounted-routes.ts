import type { IRouter } from "express";
import { createApp, gatewayRouter } from "../create-app.js";
import type { HttpServices } from "../http-services.js";
import { tenantRouter } from "../tenant-router.js";

/** More than any path takes. */
const MOST_METHODS = 5;

/** Every route there is, as it is mounted: `GET /api/gateway/stats`. */
export function mountedRoutes(services: HttpServices): string[] {
  return [
    ...routesOf(createApp(services).router, ""),
    ...routesOf(gatewayRouter(services), "/api/gateway"),
    ...routesOf(tenantRouter(services), "/api/tenant"),
  ];
}

function routesOf(router: IRouter, prefix: string): string[] {
  return router.stack.flatMap(({ route }) => {
    // What answers all other methods with 405 is none of its own; the app spells them all out for it.
    const methods =
      route?.stack.map(({ method }) => method).filter((method) => typeof method === "string") ?? [];
    if (route === undefined || methods.length > MOST_METHODS) return [];
    return [...new Set(methods)].map((method) => `${method.toUpperCase()} ${prefix}${route.path}`);
  });
}
