import { TenantDeepLinkElement } from "./tenant-deep-link-element.js";

/** Registers `<tenant-deep-link>`. On a server, and where a page has it already, nothing happens. */
export function defineTenantDeepLink(): void {
  if (typeof customElements === "undefined") return;
  if (customElements.get("tenant-deep-link") === undefined) {
    customElements.define("tenant-deep-link", TenantDeepLinkElement);
  }
}
