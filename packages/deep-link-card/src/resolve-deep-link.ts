import {
  deepLinkUrl,
  LinkCodeFinder,
  linkCodeText,
  parseCampaign,
  parsePhoneNumber,
  parseTenantId,
  type TenantId,
} from "@gateway-router/core";

/** What the card is told, as attributes are: text, or nothing. */
export interface DeepLinkSettings {
  /** The gateway's number in any usual form: `+971 55 735 7753`, `00971…`, digits. */
  readonly gatewayPhone?: string | null;
  readonly tenantId?: string | null;
  /** 1 to 32 of `a-z 0-9 -`, in any case. */
  readonly campaign?: string | null;
  /** The gateway's `DEEP_LINK_PREFIX`. */
  readonly prefix?: string | null;
  /** The gateway's short link, shown and encoded in place of the wa.me link, which is then not asked for. */
  readonly shortUrl?: string | null;
}

export type DeepLinkFault = "gatewayPhone" | "tenantId" | "campaign" | "prefix" | "shortUrl";

export type DeepLinkResolution =
  | {
      readonly kind: "link";
      readonly url: string;
      /** Name of the QR code's file, without its ending. */
      readonly fileName: string;
    }
  | { readonly kind: "faulty"; readonly faults: readonly DeepLinkFault[] };

const DEFAULT_PREFIX = "start_realty_";
/** Far more than a link needs, and well within what a QR code that phones can read holds. */
const LONGEST_URL = 500;
/** Half a character, which no URL can hold. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** The link that a tenant shares, or all that keeps it from being one. */
export function resolveDeepLink(settings: DeepLinkSettings): DeepLinkResolution {
  const shortUrl = given(settings.shortUrl);
  return shortUrl === undefined ? resolveWaMeLink(settings) : resolveShortLink(shortUrl, settings);
}

function resolveShortLink(shortUrl: string, settings: DeepLinkSettings): DeepLinkResolution {
  const url = parseWebUrl(shortUrl);
  if (url === undefined) return { kind: "faulty", faults: ["shortUrl"] };
  const tenantId = parseTenantId(given(settings.tenantId) ?? "");
  return { kind: "link", url, fileName: fileName(tenantId) };
}

function resolveWaMeLink(settings: DeepLinkSettings): DeepLinkResolution {
  const phoneNumber = parsePhoneNumber(given(settings.gatewayPhone) ?? "");
  const tenantId = parseTenantId(given(settings.tenantId) ?? "");
  const prefix = given(settings.prefix) ?? DEFAULT_PREFIX;
  const campaignText = given(settings.campaign);
  const campaign = campaignText === undefined ? undefined : parseCampaign(campaignText);

  const faults: DeepLinkFault[] = [];
  if (phoneNumber === undefined) faults.push("gatewayPhone");
  if (tenantId === undefined) faults.push("tenantId");
  if (campaign === undefined && campaignText !== undefined) faults.push("campaign");
  if (!isPrefix(prefix)) faults.push("prefix");
  if (phoneNumber === undefined || tenantId === undefined || faults.length > 0) {
    return { kind: "faulty", faults };
  }

  const code = campaign === undefined ? { tenantId } : { tenantId, campaign };
  const url = deepLinkUrl({ phoneNumber, prefix, ...code });
  if (url.length > LONGEST_URL) return { kind: "faulty", faults: ["prefix"] };
  return { kind: "link", url, fileName: fileName(tenantId, campaign) };
}

/** The gateway's own finder says so: a code that it would not find must not be shared. */
function isPrefix(prefix: string): boolean {
  if (LONE_SURROGATE.test(prefix)) return false;
  const tenantId = parseTenantId("1")!;
  return new LinkCodeFinder(prefix).find(linkCodeText({ prefix, tenantId }))?.tenantId === tenantId;
}

function parseWebUrl(text: string): string | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  const isWeb = url.protocol === "https:" || url.protocol === "http:";
  return isWeb && url.href.length <= LONGEST_URL ? url.href : undefined;
}

function fileName(tenantId?: TenantId, campaign?: string): string {
  return ["whatsapp-link", tenantId, campaign].filter((part) => part !== undefined).join("-");
}

/** Templates leave spaces and empty attributes behind; they say nothing. */
function given(text: string | null | undefined): string | undefined {
  return text?.trim() || undefined;
}
