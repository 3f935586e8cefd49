import { deepLinkUrl, type PhoneNumber, type TenantId } from "@gateway-router/core";
import type { Request } from "express";
import { unavailable } from "./http-error.js";
import type { HttpServices } from "./http-services.js";
import { campaignParameter } from "./parameters.js";

type LinkServices = Pick<HttpServices, "number" | "linkPrefix" | "publicUrl">;

export interface LinkTarget {
  readonly tenantId: TenantId;
  readonly campaign: string | undefined;
}

/** Where a tenant's link leads: WhatsApp, with the link code filled in. */
export function whatsAppUrl({ tenantId, campaign }: LinkTarget, services: LinkServices): string {
  return deepLinkUrl({
    ...{ phoneNumber: numberOf(services), prefix: services.linkPrefix, tenantId },
    ...(campaign === undefined ? {} : { campaign }),
  });
}

/** The gateway's own link on to WhatsApp. It goes on working when the shared number changes, so it is what is printed. */
export function shortUrl(
  request: Request,
  { tenantId, campaign }: LinkTarget,
  services: LinkServices,
): string {
  const url = `${services.publicUrl(request.socket.localPort ?? 0)}/l/${tenantId}`;
  return campaign === undefined ? url : `${url}/${campaign}`;
}

/** A tenant's links, for the campaign that the request names if it does. */
export function deepLinkBody(request: Request, tenantId: TenantId, services: LinkServices) {
  const target = { tenantId, campaign: campaignParameter(request) };
  const short = shortUrl(request, target, services);
  return {
    tenant_id: tenantId,
    ...(target.campaign === undefined ? {} : { campaign: target.campaign }),
    url: whatsAppUrl(target, services),
    short_url: short,
    qr_svg_url: `${short}/qr.svg`,
    qr_png_url: `${short}/qr.png`,
  };
}

function numberOf({ number }: LinkServices): PhoneNumber {
  if (number.phoneNumber !== undefined) return number.phoneNumber;
  throw unavailable("phone_number_unknown", "The gateway's WhatsApp number is not known yet.");
}
