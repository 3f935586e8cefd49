import type { ServerResponse } from "node:http";
import { parseCampaign, parseTenantId } from "@gateway-router/core";
import type { Express, Request } from "express";
import { shortUrl, whatsAppUrl, type LinkTarget } from "../deep-links.js";
import { HttpError, invalidParameter } from "../http-error.js";
import type { HttpServices } from "../http-services.js";
import { pathParameter, queryParameter } from "../parameters.js";
import { qrPng, qrSvg } from "../qr-image.js";
import { mount } from "../route-table.js";
import { CAMPAIGN_LINK, TENANT_LINK } from "./link-operations.js";

const SMALLEST_IMAGE = 128;
const LARGEST_IMAGE = 2_048;
const DEFAULT_IMAGE = 512;
const IMAGE_KEPT_SECONDS = 3_600;

const LINKS = [
  ["/l/:tenantId", TENANT_LINK],
  ["/l/:tenantId/:campaign", CAMPAIGN_LINK],
] as const;

/**
 * `GET /l/{tenant_id}`, with a campaign's name behind it or without: the short link that people open, on to
 * WhatsApp. Its QR code is behind it, as `qr.svg` and `qr.png`. All open to whoever asks.
 */
export function linkRoute(app: Express, services: HttpServices): void {
  for (const [path, { svg, png }] of LINKS) {
    mount(app, `${path}/qr.svg`, svg, {
      get: async (request, response) => {
        const text = shortUrl(request, await targetOf(request, services), services);
        sendImage(response, "image/svg+xml", Buffer.from(qrSvg(text, sizeOf(request))));
      },
    });
    mount(app, `${path}/qr.png`, png, {
      get: async (request, response) => {
        const text = shortUrl(request, await targetOf(request, services), services);
        sendImage(response, "image/png", await qrPng(text, sizeOf(request)));
      },
    });
  }
  for (const [path, { link }] of LINKS) {
    mount(app, path, link, {
      get: async (request, response) => {
        const location = whatsAppUrl(await targetOf(request, services), services);
        response
          .writeHead(302, { Location: location, "Cache-Control": "no-store", "Content-Length": 0 })
          .end();
      },
    });
  }
}

async function targetOf(request: Request, { tenants }: HttpServices): Promise<LinkTarget> {
  const tenantId = parseTenantId(pathParameter(request, "tenantId"));
  const tenant = tenantId === undefined ? undefined : await tenants.find(tenantId);
  const name = pathParameter(request, "campaign");
  const campaign = parseCampaign(name);
  // An inactive tenant takes no new contacts: its link would lead them to nobody.
  if (tenant?.active !== true || (name !== "" && campaign === undefined)) {
    throw new HttpError(404, "unknown_tenant", "This link belongs to nobody.");
  }
  return { tenantId: tenant.id, campaign };
}

function sizeOf(request: Request): number {
  const text = queryParameter(request, "size") ?? String(DEFAULT_IMAGE);
  const size = /^[1-9][0-9]{0,3}$/.test(text) ? Number(text) : 0;
  if (size >= SMALLEST_IMAGE && size <= LARGEST_IMAGE) return size;
  throw invalidParameter(
    "size",
    `must be a whole number of pixels from ${SMALLEST_IMAGE} to ${LARGEST_IMAGE}`,
  );
}

function sendImage(response: ServerResponse, type: string, image: Buffer): void {
  response.writeHead(200, {
    "Content-Type": type,
    "Content-Length": image.length,
    "Cache-Control": `public, max-age=${IMAGE_KEPT_SECONDS}`,
    "X-Content-Type-Options": "nosniff",
    // An SVG that is opened by itself is a page of this origin: it may do nothing.
    "Content-Security-Policy": "default-src 'none'; sandbox",
  });
  response.end(image);
}
