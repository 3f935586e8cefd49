import { EXAMPLE } from "./common.js";
import { CAMPAIGN, TENANT_ID, anObject, aUrl, type JsonSchema } from "./json-schema.js";
import type { Examples } from "./operation.js";

/** A tenant's links, as admin and tenant are told them. */
export const DEEP_LINK: JsonSchema = anObject(
  {
    tenant_id: TENANT_ID,
    campaign: CAMPAIGN,
    url: aUrl("On to WhatsApp, with the link code filled in."),
    short_url: aUrl("The gateway's own, which outlives a change of the number: the one to print."),
    qr_svg_url: aUrl("The short link as QR code."),
    qr_png_url: aUrl("The same as PNG."),
  },
  { title: "DeepLink", optional: ["campaign"] },
);

export const DEEP_LINK_EXAMPLE: Examples = {
  plain: {
    tenant_id: EXAMPLE.tenantId,
    url: "https://wa.me/971557357753?text=start_realty_2",
    short_url: "https://gateway.example/l/2",
    qr_svg_url: "https://gateway.example/l/2/qr.svg",
    qr_png_url: "https://gateway.example/l/2/qr.png",
  },
  of_a_campaign: {
    tenant_id: EXAMPLE.tenantId,
    campaign: EXAMPLE.campaign,
    url: "https://wa.me/971557357753?text=start_realty_2_flyer",
    short_url: "https://gateway.example/l/2/flyer",
    qr_svg_url: "https://gateway.example/l/2/flyer/qr.svg",
    qr_png_url: "https://gateway.example/l/2/flyer/qr.png",
  },
};
