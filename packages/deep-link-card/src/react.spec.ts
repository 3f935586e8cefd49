import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { TenantDeepLink } from "./react.js";

describe("TenantDeepLink", () => {
  it("renders on a server, as the element with its attributes and nothing around it", () => {
    const props = {
      gatewayPhone: "+971 55 735 7753",
      tenantId: 2,
      campaign: "instagram",
      prefix: "go_",
      shortUrl: "https://gateway.example/l/2",
      texts: { copy: "Kopieren" },
      theme: "dark",
      headingLevel: 3,
      className: "wide",
      id: "link",
      onCopied: () => undefined,
    } as const;
    const slotted = createElement("span", { slot: "note" }, "Yours.");
    expect(renderToStaticMarkup(createElement(TenantDeepLink, props, slotted))).toBe(
      '<tenant-deep-link text-copy="Kopieren" id="link" class="wide" gateway-phone="+971 55 735 7753" tenant-id="2" ' +
        'campaign="instagram" prefix="go_" short-url="https://gateway.example/l/2" theme="dark" heading-level="3">' +
        '<span slot="note">Yours.</span></tenant-deep-link>',
    );
  });

  it("leaves out what it is not told", () => {
    expect(renderToStaticMarkup(createElement(TenantDeepLink, { gatewayPhone: "971557357753" }))).toBe(
      '<tenant-deep-link gateway-phone="971557357753"></tenant-deep-link>',
    );
  });
});
