import type { TenantDeepLinkElement } from "@gateway-router/deep-link-card";
import { describeInBrowser } from "./support/browser.js";
import { makeBundle, type Bundle } from "./support/bundle.js";
import { CardPage, LINK } from "./support/card-page.js";
import { readPng } from "./support/read-qr.js";

describeInBrowser("the example pages", (browser) => {
  let bundle: Bundle;
  let cardPage: CardPage | undefined;

  beforeAll(() => {
    bundle = makeBundle();
  });

  afterEach(async () => {
    expect(cardPage?.strangers).toEqual([]);
    expect(cardPage?.errors).toEqual([]);
    await cardPage?.close();
    cardPage = undefined;
  });

  const open = async (example: string): Promise<CardPage> =>
    (cardPage = await CardPage.open({ browser: browser.current, bundle, example }));

  it("shows cards in plain HTML, one of them in Arabic", async () => {
    const { page } = await open("examples/html/index.html");
    const urls = await page
      .locator("tenant-deep-link")
      .evaluateAll((cards) => (cards as TenantDeepLinkElement[]).map((card) => card.url));
    expect(urls).toEqual([LINK, `${LINK}_instagram`, LINK]);
    expect(await page.getByRole("button", { name: "نسخ الرابط" }).isVisible()).toBe(true);
    await page.getByRole("button", { name: "Download SVG" }).first().click();
    await page.getByRole("status").filter({ hasText: 'deep-link-downloaded {"url":' }).waitFor();
  });

  it("shows the React component, which follows its props and tells what happens", async () => {
    const reactPage = await open("examples/react/index.html");
    const { page, card, link } = reactPage;
    await reactPage.allowClipboard();
    expect(await card.evaluate((element) => element.parentElement?.id)).toBe("root");
    expect(await link.inputValue()).toBe(LINK);
    const before = await card.elementHandle();

    await page.getByLabel("Campaign").selectOption("instagram");
    await card.getByRole("heading", { name: "Your link for “instagram”" }).waitFor();
    expect(await link.inputValue()).toBe(`${LINK}_instagram`);
    expect(await before.evaluate((element) => element.isConnected)).toBe(true);

    await reactPage.copyButton.click();
    await page.getByText(`copied ${LINK}_instagram`).waitFor();
    const { name, content } = await reactPage.download("Download PNG");
    expect(readPng(content).text).toBe(`${LINK}_instagram`);
    await page.getByText(`downloaded ${name}`).waitFor();

    await page.getByLabel("Campaign").selectOption("none");
    await card.getByRole("heading", { name: "Your WhatsApp link" }).waitFor();
    expect(await link.inputValue()).toBe(LINK);
  });
});
