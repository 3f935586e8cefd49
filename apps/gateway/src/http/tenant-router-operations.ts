import {
  CAMPAIGN_IN_QUERY,
  INVALID_CAMPAIGN,
  NUMBER_UNKNOWN,
  STORAGE_UNAVAILABLE,
} from "./openapi/common.js";
import { DEEP_LINK, DEEP_LINK_EXAMPLE } from "./openapi/deep-link.js";
import { answersOneOf, type Operation } from "./openapi/operation.js";

const GET_DEEP_LINK: Operation = {
  id: "getDeepLink",
  access: "tenant",
  summary: "Get your links",
  parameters: [CAMPAIGN_IN_QUERY],
  answers: [answersOneOf(200, "Your links, and your QR codes.", DEEP_LINK, DEEP_LINK_EXAMPLE)],
  refusals: [INVALID_CAMPAIGN, NUMBER_UNKNOWN, STORAGE_UNAVAILABLE],
};

export const OWN_DEEP_LINK = { get: GET_DEEP_LINK };
