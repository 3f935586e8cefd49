import type { TenantEntry } from "@gateway-router/storage-file";
import { isLoopback } from "../../config/parse-settings.js";
import { fine, warning, type Finding } from "./finding.js";

export interface HandlersToCheck {
  readonly tenants: readonly TenantEntry[];
  readonly urlTemplate: string | undefined;
}

/** Named one by one; of more, how many. */
const NAMED = 10;

/** What contacts write to a handler by plain HTTP can be read by whoever is between. */
export function checkHandlers({ tenants, urlTemplate }: HandlersToCheck): Finding {
  const urls: readonly (readonly [of: string, url: string])[] = [
    ...(urlTemplate === undefined ? [] : [["TENANT_URL_TEMPLATE", urlTemplate] as const]),
    ...tenants.flatMap(({ id, url, removed }) =>
      url === undefined || removed === true ? [] : [[`tenant ${id}`, url] as const],
    ),
  ];
  const open = urls.filter(([, url]) => isOpenToReaders(url)).map(([of]) => of);
  if (open.length === 0) return fine("handlers", "those on other machines are asked by https");
  const more = open.length > NAMED ? ` and ${open.length - NAMED} more` : "";
  return warning(
    "handlers",
    `not by https to another machine: ${open.slice(0, NAMED).join(", ")}${more}`,
    "give the handler a https:// URL, unless only you are on the way there",
  );
}

function isOpenToReaders(url: string): boolean {
  const { protocol, hostname } = new URL(url.replaceAll("{tenant_id}", "1"));
  const host = hostname.replace(/^\[|\]$/g, "");
  return protocol === "http:" && !isLoopback(host) && !host.endsWith(".localhost");
}
