import { EXAMPLE, NUMBER_UNKNOWN, STORAGE_UNAVAILABLE } from "../openapi/common.js";
import { TENANT_ID, aUrl } from "../openapi/json-schema.js";
import {
  answersFile,
  refuses,
  refusesParameter,
  type Operation,
  type Parameter,
} from "../openapi/operation.js";

/** Of one path of links: the link itself, and its QR codes. */
export interface LinkOperations {
  readonly link: { readonly get: Operation };
  readonly svg: { readonly get: Operation };
  readonly png: { readonly get: Operation };
}

const REFUSALS = [
  refuses(404, "unknown_tenant", "This link belongs to nobody."),
  refuses(429, "too_many_requests", "Too many requests come from this address."),
  STORAGE_UNAVAILABLE,
];

const SIZE: Parameter = {
  in: "query",
  name: "size",
  description: "The picture's width in pixels.",
  schema: { type: "integer", minimum: 128, maximum: 2048, default: 512 },
};

function linkOperations(suffix: string, ofWhat: string, parameters: readonly Parameter[]): LinkOperations {
  const image = (type: string, mediaType: string): Operation => ({
    id: `get${type}Of${suffix}`,
    access: "open",
    summary: `Get ${ofWhat} as QR code, ${type.toUpperCase()}`,
    parameters: [...parameters, SIZE],
    answers: [
      answersFile(200, "The picture, of level M, with white of at least four modules around.", mediaType),
    ],
    refusals: [...REFUSALS, refusesParameter("size", "must be a whole number of pixels from 128 to 2048")],
  });
  const link: Operation = {
    id: `follow${suffix}`,
    access: "open",
    summary: `Follow ${ofWhat} to WhatsApp`,
    parameters,
    answers: [
      {
        status: 302,
        description: "On to WhatsApp, with the link code filled in.",
        headers: {
          Location: {
            description: "Such as `https://wa.me/971557357753?text=start_realty_2`.",
            schema: aUrl("The tenant's link."),
          },
        },
      },
    ],
    refusals: [...REFUSALS, NUMBER_UNKNOWN],
  };
  return {
    link: { get: link },
    svg: { get: image("Svg", "image/svg+xml") },
    png: { get: image("Png", "image/png") },
  };
}

const TENANT: Parameter = {
  in: "path",
  name: "tenantId",
  description: "The tenant's id.",
  schema: TENANT_ID,
  example: EXAMPLE.tenantId,
};

const CAMPAIGN: Parameter = {
  in: "path",
  name: "campaign",
  description: "The campaign's name: 1 to 32 letters, digits or -, in any case.",
  schema: { type: "string", pattern: "^[A-Za-z0-9-]{1,32}$" },
  example: EXAMPLE.campaign,
};

export const TENANT_LINK = linkOperations("Link", "a tenant's link", [TENANT]);
export const CAMPAIGN_LINK = linkOperations("CampaignLink", "a campaign's link", [TENANT, CAMPAIGN]);
