import type { Express, Request, Response } from "express";
import helmet from "helmet";
import type { ConsoleSite, SiteFile } from "../console-site.js";
import { HttpError, notFound } from "../http-error.js";
import type { HttpServices } from "../http-services.js";
import { pathParameter } from "../parameters.js";
import { mount } from "../route-table.js";
import { CONSOLE, CONSOLE_FILE, CONSOLE_PAGE } from "./console-operations.js";

/** A year: the name of an asset has a hash of its content in it. */
const ASSET_KEPT = "public, max-age=31536000, immutable";
/** The page names the assets, so that an old one would ask for what is there no more. */
const PAGE_KEPT = "no-cache";

/** `/console`: the admin's pages. Open to whoever asks, for there is nothing in them: what they show needs a session. */
export function consoleRoutes(
  app: Express,
  { consoleSite, isHttps }: Pick<HttpServices, "consoleSite" | "isHttps">,
): void {
  app.use("/console", consoleHeaders(isHttps));
  mount(app, "/console/assets/:file", CONSOLE_FILE, {
    get: (request, response) => {
      const file = consoleSite.asset(pathParameter(request, "file"));
      if (file === undefined) throw notFound();
      send(request, response, file, ASSET_KEPT);
    },
  });
  const page = (request: Request, response: Response): void => sendPage(request, response, consoleSite);
  mount(app, "/console", CONSOLE, { get: page });
  // Its addresses are the page's own business, so that each can be opened by itself.
  mount(app, "/console/*page", CONSOLE_PAGE, { get: page });
}

function consoleHeaders(isHttps: boolean) {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["'none'"],
      },
    },
    crossOriginResourcePolicy: { policy: "same-origin" },
    strictTransportSecurity: isHttps,
  });
}

function sendPage(request: Request, response: Response, site: ConsoleSite): void {
  if (site.page === undefined) {
    throw new HttpError(
      404,
      "console_not_built",
      "The console is not built here: run npm run build, and look again.",
    );
  }
  send(request, response, site.page, PAGE_KEPT);
}

function send(request: Request, response: Response, file: SiteFile, kept: string): void {
  const headers = { "Cache-Control": kept, ETag: file.etag, Vary: "Accept-Encoding" };
  if (request.headers["if-none-match"] === file.etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const isSmall = file.brotli !== undefined && request.acceptsEncodings("br") === "br";
  const content = isSmall ? file.brotli : file.content;
  response
    .writeHead(200, {
      ...headers,
      "Content-Type": file.type,
      "Content-Length": content.length,
      ...(isSmall ? { "Content-Encoding": "br" } : {}),
    })
    .end(content);
}
