import { resolveDeepLink } from "./resolve-deep-link.js";

const gatewayPhone = "+971 55 735 7753";
const tenantId = "2";

describe("resolveDeepLink", () => {
  it.each(["+971 55 735 7753", "00971557357753", "971557357753", " (+971) 55-735-7753 "])(
    "takes the phone number %j",
    (phone) => {
      expect(resolveDeepLink({ gatewayPhone: phone, tenantId })).toEqual({
        kind: "link",
        url: "https://wa.me/971557357753?text=start_realty_2",
        fileName: "whatsapp-link-2",
      });
    },
  );

  it("takes a campaign, in the case in which gateways tell it", () => {
    expect(resolveDeepLink({ gatewayPhone, tenantId, campaign: "Spring-Sale" })).toEqual({
      kind: "link",
      url: "https://wa.me/971557357753?text=start_realty_2_spring-sale",
      fileName: "whatsapp-link-2-spring-sale",
    });
  });

  it("takes another prefix, encoded as URLs want it", () => {
    expect(resolveDeepLink({ gatewayPhone, tenantId, prefix: "go & see " })).toMatchObject({
      url: "https://wa.me/971557357753?text=go%20%26%20see2",
    });
  });

  it("takes empty attributes for missing ones", () => {
    expect(
      resolveDeepLink({ gatewayPhone, tenantId, campaign: " ", prefix: "", shortUrl: "" }),
    ).toMatchObject({ url: "https://wa.me/971557357753?text=start_realty_2" });
  });

  it("shows a short link in place of all else", () => {
    expect(resolveDeepLink({ shortUrl: " https://gateway.example/l/2 " })).toEqual({
      kind: "link",
      url: "https://gateway.example/l/2",
      fileName: "whatsapp-link",
    });
    expect(
      resolveDeepLink({ gatewayPhone: "nonsense", tenantId, shortUrl: "https://gateway.example/l/2" }),
    ).toEqual({ kind: "link", url: "https://gateway.example/l/2", fileName: "whatsapp-link-2" });
  });

  it.each([
    [{}, ["gatewayPhone", "tenantId"]],
    [{ gatewayPhone: null, tenantId: null }, ["gatewayPhone", "tenantId"]],
    [{ gatewayPhone: "0557357753", tenantId }, ["gatewayPhone"]],
    [{ gatewayPhone: "call me", tenantId, campaign: "a b" }, ["gatewayPhone", "campaign"]],
    [{ gatewayPhone, tenantId: "0" }, ["tenantId"]],
    [{ gatewayPhone, tenantId: "-2" }, ["tenantId"]],
    [{ gatewayPhone, tenantId: "2.5" }, ["tenantId"]],
    [{ gatewayPhone, tenantId: "9007199254740992" }, ["tenantId"]],
    [{ gatewayPhone, tenantId, campaign: "open_house" }, ["campaign"]],
    [{ gatewayPhone, tenantId, campaign: "été" }, ["campaign"]],
    [{ gatewayPhone, tenantId, campaign: "a".repeat(33) }, ["campaign"]],
    [{ gatewayPhone, tenantId, prefix: "\ud800" }, ["prefix"]],
    [{ gatewayPhone, tenantId, prefix: "a".repeat(500) }, ["prefix"]],
    [{ gatewayPhone, tenantId, shortUrl: "/l/2" }, ["shortUrl"]],
    [{ gatewayPhone, tenantId, shortUrl: "javascript:alert(1)" }, ["shortUrl"]],
    [{ gatewayPhone, tenantId, shortUrl: `https://gateway.example/${"a".repeat(500)}` }, ["shortUrl"]],
  ])("names what is wrong in %j", (settings, faults) => {
    expect(resolveDeepLink(settings)).toEqual({ kind: "faulty", faults });
  });
});
