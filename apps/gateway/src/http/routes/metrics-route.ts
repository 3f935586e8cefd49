import type { Express } from "express";
import { authenticateAdmin } from "../admin-authentication.js";
import type { HttpServices } from "../http-services.js";
import { mount } from "../route-table.js";
import { METRICS } from "./metrics-operations.js";

/** `GET /metrics`, for a Prometheus that carries an admin key. */
export function metricsRoute(
  app: Express,
  services: Pick<HttpServices, "metrics" | "adminKeys" | "consoleSessions" | "doors">,
): void {
  app.use("/metrics", authenticateAdmin(services));
  mount(app, "/metrics", METRICS, {
    get: async (_request, response) => {
      const text = await services.metrics.text();
      response
        .writeHead(200, {
          "Content-Type": services.metrics.contentType,
          "Content-Length": Buffer.byteLength(text),
          "Cache-Control": "no-store",
        })
        .end(text);
    },
  });
}
