import type { WahaError } from "@gateway-router/waha";
import type { GatewayConfig } from "../config/gateway-config.js";
import { isLoopback } from "../config/parse-settings.js";

type AdviceConfig = Pick<GatewayConfig, "waha">;

/** What to do about what WAHA did not do, and which setting to look at; `undefined` where nobody can tell. */
export function wahaAdvice({ code }: WahaError, config: AdviceConfig): string | undefined {
  return ADVICE[code]?.(config);
}

const ADVICE: Partial<Record<WahaError["code"], (config: AdviceConfig) => string>> = {
  waha_unreachable: ({ waha }) => `Is WAHA running there? WAHA_URL is ${waha.url}.`,
  waha_timeout: ({ waha }) => `Is WAHA running there? WAHA_URL is ${waha.url}.`,
  waha_unreadable_answer: ({ waha }) => `WAHA_URL is ${waha.url}: does it name WAHA, or something else?`,
  waha_unauthorized: ({ waha }) =>
    waha.apiKey === undefined
      ? "Set WAHA_API_KEY to the key that WAHA was started with."
      : "WAHA_API_KEY is not the key that WAHA was started with.",
  waha_not_found: ({ waha }) =>
    `WAHA_SESSION is ${waha.session}: a WAHA before 2026.6.1 without a licence has no session but default.`,
  waha_config_not_kept: () => "Look into WAHA's log, update WAHA, then run the command again.",
  waha_failed: () => "Look into WAHA's log, then run the command again.",
  waha_refused: () =>
    "Does this version of WAHA know such a configuration? Update WAHA, then run the command again.",
};

/** A WAHA on another machine, or in a container, has a loopback of its own. */
export function isHardlyReached(way: { readonly webhookUrl: string; readonly wahaUrl: string }): boolean {
  return isLoopback(hostOf(way.webhookUrl)) && !isLoopback(hostOf(way.wahaUrl));
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, "");
}
