import type { IncomingMessage, ServerResponse } from "node:http";
import express, { Router, type Express } from "express";
import { withRequestId } from "../logging/request-context.js";
import { authenticateAdmin, refuseChangesByReadKeys } from "./admin-authentication.js";
import { limitPerAddress, refuseKeysInQuery, securityHeaders } from "./doors.js";
import { answerError, errorHandler } from "./error-handler.js";
import { HttpError, notFound } from "./http-error.js";
import type { HttpServices } from "./http-services.js";
import { openApiDocument } from "./openapi/openapi-document.js";
import { requestIdOf } from "./request-id.js";
import { operationsOf } from "./route-table.js";
import { consoleRoutes } from "./routes/console-routes.js";
import { consoleSessionRoutes } from "./routes/console-session-routes.js";
import { auditRoutes } from "./routes/audit-routes.js";
import { contactDataRoutes } from "./routes/contact-data-routes.js";
import { contestedRoutes } from "./routes/contested-routes.js";
import { documentationRoutes } from "./routes/documentation-routes.js";
import { deliveryRoutes } from "./routes/delivery-routes.js";
import { explainRoute } from "./routes/explain-route.js";
import { healthRoutes } from "./routes/health-routes.js";
import { keyRoutes } from "./routes/key-routes.js";
import { linkRoute } from "./routes/link-route.js";
import { mappingRoutes } from "./routes/mapping-routes.js";
import { metricsRoute } from "./routes/metrics-route.js";
import { overviewRoutes } from "./routes/overview-routes.js";
import { replyRoutes } from "./routes/reply-routes.js";
import { tenantRoutes } from "./routes/tenant-routes.js";
import { webhookHandler, webhookRoute } from "./routes/webhook-route.js";
import { tenantRouter } from "./tenant-router.js";

/** Where nearly all requests go. */
const WEBHOOK_PATH = "/api/gateway/waha";

/**
 * What the server calls for each request: the app, and for a webhook a short way round it. The way through the app's
 * layers costs about as much as taking the webhook in; what the app would do to one on its way is done here too.
 */
export function createRequestListener(
  services: HttpServices,
): (request: IncomingMessage, response: ServerResponse) => void {
  const takeWebhook = webhookHandler(services);
  const app = createApp(services, takeWebhook);
  return (request, response) => {
    const isPlainWebhook =
      request.url === WEBHOOK_PATH && request.method === "POST" && request.headers.host !== undefined;
    if (!isPlainWebhook) {
      app(request, response);
      return;
    }
    const requestId = requestIdOf(request.headers);
    response.setHeader("X-Request-Id", requestId);
    void withRequestId(requestId, () =>
      takeWebhook(request, response).catch((error: unknown) =>
        answerError({ request, response, error, logger: services.logger }),
      ),
    );
  };
}

/** Every route of the gateway. No body parser: routes that take a body read it themselves, after all that can be checked without it. */
export function createApp(services: HttpServices, takeWebhook = webhookHandler(services)): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag").set("query parser", "simple");
  app.set("trust proxy", services.trustedProxies);
  app.use((request, response, next) => {
    const requestId = requestIdOf(request.headers);
    response.setHeader("X-Request-Id", requestId);
    withRequestId(requestId, next);
  });
  app.use((request, _response, next) => {
    if (request.headers.host === undefined && request.httpVersion === "1.1") {
      throw new HttpError(400, "bad_request", "The request has no Host header.");
    }
    next();
  });
  const gateway = gatewayRouter(services, takeWebhook);
  const tenant = tenantRouter(services);
  app.use("/api/gateway", gateway);
  app.use(securityHeaders(services), refuseKeysInQuery);
  app.use("/api/tenant", tenant);
  consoleRoutes(app, services);
  healthRoutes(app, services);
  metricsRoute(app, services);
  documentationRoutes(app, services, () =>
    openApiDocument([
      { prefix: "/api/gateway", operations: operationsOf(gateway) },
      { prefix: "/api/tenant", operations: operationsOf(tenant) },
      { prefix: "", operations: operationsOf(app) },
    ]),
  );
  app.use("/l", limitPerAddress(services.doors.links));
  linkRoute(app, services);
  app.use(() => {
    throw notFound();
  });
  app.use(errorHandler(services.logger));
  return app;
}

/** `/api/gateway`: the webhook, and what is the admin's. */
export function gatewayRouter(services: HttpServices, takeWebhook = webhookHandler(services)): Router {
  const router = Router();
  webhookRoute(router, takeWebhook);
  // Behind the webhooks, which no browser reads, and whose URL may have a query of its owner's.
  router.use(securityHeaders(services), refuseKeysInQuery);
  consoleSessionRoutes(router, services);
  // Everything below is the admin's.
  router.use(authenticateAdmin(services));
  // A POST that changes nothing, and so for keys that may only read, too.
  explainRoute(router, services);
  // Of everything below, such keys have the GETs.
  router.use(refuseChangesByReadKeys);
  mappingRoutes(router, services);
  contactDataRoutes(router, services);
  deliveryRoutes(router, services);
  replyRoutes(router, services);
  auditRoutes(router, services);
  contestedRoutes(router, services);
  tenantRoutes(router, services);
  overviewRoutes(router, services);
  keyRoutes(router, services);
  return router;
}
