import type { Express } from "express";
import { authenticateAdmin } from "../admin-authentication.js";
import { answer } from "../answer.js";
import type { HttpServices } from "../http-services.js";
import { docsPage, type DocsPage } from "../openapi/docs-page.js";
import type { OpenApiDocument } from "../openapi/openapi-document.js";
import { mount } from "../route-table.js";
import { DOCS, OPENAPI } from "./documentation-operations.js";

const PAGE_KEPT_SECONDS = 300;

/**
 * What the API is, for programs and for people. `describe` is called at the first request, when all is mounted, these
 * two included.
 */
export function documentationRoutes(
  app: Express,
  services: Pick<HttpServices, "adminKeys" | "consoleSessions" | "doors">,
  describe: () => OpenApiDocument,
): void {
  let known: OpenApiDocument | undefined;
  const document = () => (known ??= describe());
  let page: DocsPage | undefined;
  app.use("/openapi.json", authenticateAdmin(services));
  mount(app, "/openapi.json", OPENAPI, { get: (_request, response) => answer(response, 200, document()) });
  mount(app, "/docs", DOCS, {
    get: (_request, response) => {
      const { html, styleHash } = (page ??= docsPage(document()));
      response
        .writeHead(200, {
          "Content-Type": "text/html; charset=utf-8",
          "Content-Length": Buffer.byteLength(html),
          "Cache-Control": `public, max-age=${PAGE_KEPT_SECONDS}`,
          // Its one style element, and nothing else.
          "Content-Security-Policy": `default-src 'none'; style-src '${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
        })
        .end(html);
    },
  });
}
