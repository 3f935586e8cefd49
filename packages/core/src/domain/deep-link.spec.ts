import { deepLinkUrl, LinkCodeFinder } from "./deep-link.js";
import { parsePhoneNumber } from "./phone-number.js";
import { parseTenantId } from "./tenant.js";

const finder = new LinkCodeFinder("start_realty_");

describe("LinkCodeFinder", () => {
  it.each([
    ["start_realty_2", 2, undefined],
    ["Hi, start_realty_2 please", 2, undefined],
    ["START_REALTY_2_instagram", 2, "instagram"],
    ["start_realty_2_Spring-Sale", 2, "spring-sale"],
    ["https://wa.me/971557357753?text=start_realty_55", 55, undefined],
    ["I found you by start_realty_2.", 2, undefined],
    ["start_realty_2, hello", 2, undefined],
    ["start_realty_2.Hello", 2, undefined],
    ["start_realty_2,hello", 2, undefined],
    ["start_realty_2.start_realty_3", 2, undefined],
    ["https://wa.me/1?text=Hi%20start_realty_2%20please", 2, undefined],
    ["(start_realty_2)", 2, undefined],
    ["«start_realty_2»", 2, undefined],
    ["start_realty_2!", 2, undefined],
    ["start_realty_2?", 2, undefined],
    ["👋start_realty_2👋", 2, undefined],
    ["مرحبا start_realty_2 شكرا", 2, undefined],
    ["start_realty_9007199254740991", Number.MAX_SAFE_INTEGER, undefined],
    ["start_realty_2 start_realty_55", 2, undefined],
    ["start_realty_0 start_realty_55", 55, undefined],
    ["start_realty_2\nhello", 2, undefined],
    [`start_realty_2_${"a".repeat(32)}`, 2, "a".repeat(32)],
  ])("finds the code in %j", (text, tenantId, campaign) => {
    expect(finder.find(text)).toEqual(campaign === undefined ? { tenantId } : { tenantId, campaign });
  });

  it.each([
    "",
    "hello",
    "start_realty_",
    "start_realty_2x",
    "xstart_realty_2",
    "éstart_realty_2",
    "_start_realty_2",
    "start_realty_0",
    "start_realty_02",
    "start_realty_-1",
    "start_realty_+1",
    "start_realty_2.5",
    "start_realty_2,5",
    "20start_realty_2",
    "start_realty_2_",
    "start_realty_2_a_b",
    "start_realty_2é",
    "start_realty_2-",
    "start_realty_9007199254740992",
    "start_realty_99999999999999999999",
    "start_realty_٢",
    "ſtart_realty_2",
    "start realty 2",
    `start_realty_2_${"a".repeat(33)}`,
  ])("finds none in %j", (text) => {
    expect(finder.find(text)).toBeUndefined();
  });

  it("takes the prefix literally", () => {
    expect(new LinkCodeFinder("go.").find("gox2")).toBeUndefined();
    expect(new LinkCodeFinder("go.").find("go.2")).toEqual({ tenantId: 2 });
  });

  it("reads a text of a megabyte that is nearly all codes", () => {
    expect(finder.find("start_realty_0 ".repeat(70_000) + "start_realty_7")).toEqual({ tenantId: 7 });
  });
});

describe("deepLinkUrl", () => {
  it("is the link of the specification", () => {
    const phoneNumber = parsePhoneNumber("+971 55 735 7753")!;
    const tenantId = parseTenantId("2")!;
    expect(deepLinkUrl({ phoneNumber, tenantId, prefix: "start_realty_" })).toBe(
      "https://wa.me/971557357753?text=start_realty_2",
    );
    expect(deepLinkUrl({ phoneNumber, tenantId, prefix: "start_realty_", campaign: "instagram" })).toBe(
      "https://wa.me/971557357753?text=start_realty_2_instagram",
    );
  });
});
