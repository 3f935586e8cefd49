import axe from "axe-core";
import type { TenantDeepLinkElement } from "@gateway-router/deep-link-card";
import { describeInBrowser } from "./support/browser.js";
import { makeBundle, type Bundle } from "./support/bundle.js";
import { CardPage, GOOD, LINK, type CardPageOptions } from "./support/card-page.js";
import { readPng } from "./support/read-qr.js";

const NARROW = { context: { viewport: { width: 320, height: 640 } } };
const LONG_TEXTS =
  'text-copy="Den Verknüpfungslink in die Zwischenablage kopieren" text-heading="Donaudampfschifffahrtsgesellschaftskapitän"';

describeInBrowser("the card for everybody", (browser) => {
  let bundle: Bundle;
  let opened: CardPage[];

  beforeAll(() => {
    bundle = makeBundle();
  });

  beforeEach(() => {
    opened = [];
  });

  afterEach(async () => {
    for (const cardPage of opened) await cardPage.close();
  });

  const open = async (options: Omit<CardPageOptions, "browser" | "bundle"> = {}): Promise<CardPage> => {
    const cardPage = await CardPage.open({ browser: browser.current, bundle, ...options });
    opened.push(cardPage);
    return cardPage;
  };

  it.each([
    ["light", {}],
    ["dark", { context: { colorScheme: "dark" } }],
    ["from right to left", { dir: "rtl" }],
    ["narrow", NARROW],
    ["in forced colours", { context: { forcedColors: "active" } }],
    ["faulty", { body: "<tenant-deep-link></tenant-deep-link>" }],
    ["faulty and dark", { body: "<tenant-deep-link></tenant-deep-link>", context: { colorScheme: "dark" } }],
    [
      "with another heading",
      { body: `<tenant-deep-link ${GOOD}><b slot="heading">Mine</b></tenant-deep-link>` },
    ],
  ] satisfies [string, Omit<CardPageOptions, "browser" | "bundle">][])(
    "has nothing that axe finds fault with: %s",
    async (_how, options) => {
      const cardPage = await open(options);
      expect(await faultsFound(cardPage)).toEqual([]);
      // What is said after an action is judged too, contrast included.
      await cardPage.onCard((card) => card.copy());
      await cardPage.onCard((card) => card.download("svg"));
      expect(await faultsFound(cardPage)).toEqual([]);
    },
  );

  it("does everything by keyboard alone, in the order of reading, with a focus that is seen", async () => {
    const cardPage = await open();
    const { page } = cardPage;
    await cardPage.allowClipboard();

    await page.keyboard.press("Tab");
    expect(await focused(cardPage)).toEqual({ part: "link", outline: "solid 3px" });
    expect(await cardPage.selection()).toBe(LINK);

    await page.keyboard.press("Tab");
    expect(await focused(cardPage)).toEqual({ part: "button copy", outline: "solid 3px" });
    await page.keyboard.press("Enter");
    await cardPage.status.filter({ hasText: "Link copied" }).waitFor();
    expect(await cardPage.clipboard()).toBe(LINK);

    for (const [format, key] of [
      ["svg", "Space"],
      ["png", "Enter"],
    ] as const) {
      await page.keyboard.press("Tab");
      expect(await focused(cardPage)).toEqual({
        part: `button download download-${format}`,
        outline: "solid 3px",
      });
      const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press(key)]);
      expect(download.suggestedFilename()).toBe(`whatsapp-link-2.${format}`);
    }
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe("TENANT-DEEP-LINK");
  });

  it("tells a screen reader what is there and what happens", async () => {
    const cardPage = await open({ body: `<tenant-deep-link ${GOOD} heading-level="3"></tenant-deep-link>` });
    expect(await cardPage.card.ariaSnapshot()).toBe(
      [
        '- group "Your WhatsApp link":',
        '  - heading "Your WhatsApp link" [level=3]',
        "  - text: Link to share",
        `  - textbox "Link to share": ${LINK}`,
        '  - button "Copy link"',
        "  - status",
        '  - img "QR code of the link"',
        "  - paragraph: All messages from people who use this link go to this tenant.",
        '  - group "QR code of the link":',
        '    - button "Download SVG"',
        '    - button "Download PNG"',
      ].join("\n"),
    );
    // The region is there before it speaks, without which it would not be heard.
    expect(await cardPage.status.evaluate((status) => status.getAttribute("aria-live"))).toBe("polite");
  });

  it.each([
    [
      "a link with a campaign",
      `<tenant-deep-link ${GOOD} campaign="open-house-in-spring"></tenant-deep-link>`,
    ],
    ["long texts", `<tenant-deep-link ${GOOD} ${LONG_TEXTS}></tenant-deep-link>`],
    ["faults", "<tenant-deep-link></tenant-deep-link>"],
  ])("fits into 320 pixels with %s", async (_what, body) => {
    const { page } = await open({ ...NARROW, body });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    const sticksOut = await page.locator("tenant-deep-link").evaluate((card) => {
      const right = card.getBoundingClientRect().right;
      const parts = [...(card as TenantDeepLinkElement).shadowRoot!.querySelectorAll("[part]")];
      return parts.filter((part) => part.getBoundingClientRect().right > right).map((part) => part.className);
    });
    expect(sticksOut).toEqual([]);
  });

  it("shows the whole link however long it is", async () => {
    const { link } = await open({
      ...NARROW,
      body: `<tenant-deep-link ${GOOD} campaign="${"long-".repeat(6)}"></tenant-deep-link>`,
    });
    const { scrollHeight, clientHeight, scrollWidth, clientWidth } = await link.evaluate((field) => ({
      scrollHeight: field.scrollHeight,
      clientHeight: field.clientHeight,
      scrollWidth: field.scrollWidth,
      clientWidth: field.clientWidth,
    }));
    expect([scrollHeight, scrollWidth]).toEqual([clientHeight, clientWidth]);
  });

  it("has its borders and a readable QR code in forced colours", async () => {
    const { card } = await open({ context: { forcedColors: "active", colorScheme: "dark" } });
    const [button, page] = await card.locator(".copy").evaluate((element) => {
      const { borderTopColor, borderTopStyle } = getComputedStyle(element);
      return [`${borderTopStyle} ${borderTopColor}`, getComputedStyle(document.body).backgroundColor];
    });
    expect(button).toMatch(/^solid /);
    expect(button).not.toContain(page);
    expect(readPng(await card.getByRole("img").screenshot()).text).toBe(LINK);
  });
});

async function faultsFound({ page }: CardPage): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(() => axe.run(document));
  // If it saw into the card at all, it judged contrast.
  expect(passes.map(({ id }) => id)).toContain("color-contrast");
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
  );
}

function focused({ card }: CardPage): Promise<{ part: string | null; outline: string } | undefined> {
  return card.evaluate((element) => {
    const active = element.shadowRoot?.activeElement;
    if (!active) return undefined;
    const { outlineStyle, outlineWidth } = getComputedStyle(active);
    return { part: active.getAttribute("part"), outline: `${outlineStyle} ${outlineWidth}` };
  });
}
