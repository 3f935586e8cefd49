import { describeInBrowser } from "./support/browser.js";
import { makeBundle, type Bundle } from "./support/bundle.js";
import { CardPage, GOOD, LINK, type CardPageOptions } from "./support/card-page.js";
import { readPng, readSvg } from "./support/read-qr.js";

const PRINT_SIZE_PX = 1_181;

describeInBrowser("the card in a browser", (browser) => {
  let bundle: Bundle;
  let opened: CardPage[];

  beforeAll(() => {
    bundle = makeBundle();
  });

  beforeEach(() => {
    opened = [];
  });

  afterEach(async () => {
    for (const cardPage of opened) {
      expect(cardPage.strangers).toEqual([]);
      await cardPage.close();
    }
  });

  const open = async (options: Omit<CardPageOptions, "browser" | "bundle"> = {}): Promise<CardPage> => {
    const cardPage = await CardPage.open({ browser: browser.current, bundle, ...options });
    opened.push(cardPage);
    return cardPage;
  };

  it("shows the link in a field that can't be changed, and whose messages they will be", async () => {
    const cardPage = await open();
    const { card, link, errors } = cardPage;
    expect(await link.inputValue()).toBe(LINK);
    expect(await link.isEditable()).toBe(false);
    expect(
      await card.getByText("All messages from people who use this link go to this tenant.").isVisible(),
    ).toBe(true);
    expect(await cardPage.onCard((element) => element.url)).toBe(LINK);
    expect(errors).toEqual([]);
  });

  it("copies the link, says so and tells the page", async () => {
    const cardPage = await open();
    await cardPage.allowClipboard();
    const told = cardPage.page.evaluate(
      () =>
        new Promise((resolve) =>
          document.addEventListener("deep-link-copied", (event) => resolve((event as CustomEvent).detail)),
        ),
    );
    await cardPage.copyButton.click();
    expect(await told).toEqual({ url: LINK });
    expect(await cardPage.clipboard()).toBe(LINK);
    expect(await cardPage.status.textContent()).toBe("Link copied");

    // The same words again would not be read out again.
    await cardPage.copyButton.click();
    await cardPage.status.filter({ hasText: /^Link copied\u00a0$/ }).waitFor();
  });

  it.each([
    ["a page that must not use the clipboard", { headers: { "permissions-policy": "clipboard-write=()" } }],
    ["a page without https", { origin: "http://dashboard.example" }],
  ])("selects the link for %s", async (_where, options) => {
    const cardPage = await open(options);
    const copied = await cardPage.onCard((element) => element.copy());
    expect(copied).toBe(false);
    await cardPage.copyButton.click();
    await cardPage.status.filter({ hasText: "The browser did not allow copying" }).waitFor();
    expect(await cardPage.selection()).toBe(LINK);
    expect(await cardPage.onCard((element) => element.shadowRoot?.activeElement?.id)).toBe("link");
  });

  it("selects the whole link when it is clicked", async () => {
    const cardPage = await open();
    await cardPage.link.click();
    expect(await cardPage.selection()).toBe(LINK);
  });

  it("gives the QR code as SVG and PNG, both with the very link, and tells the page", async () => {
    const link = `${LINK}_instagram`;
    const cardPage = await open({
      body: `<tenant-deep-link ${GOOD} campaign="Instagram"></tenant-deep-link>`,
    });
    await cardPage.page.evaluate(() => {
      const told: unknown[] = [];
      Object.assign(window, { told });
      document.addEventListener("deep-link-downloaded", (event) => told.push((event as CustomEvent).detail));
    });

    const svg = await cardPage.download("Download SVG");
    expect(svg.name).toBe("whatsapp-link-2-instagram.svg");
    expect(await readSvg(browser.current, svg.content)).toMatchObject({ text: link });

    const png = await cardPage.download("Download PNG");
    expect(png.name).toBe("whatsapp-link-2-instagram.png");
    const { text, widthPx, heightPx } = readPng(png.content);
    expect(text).toBe(link);
    expect(widthPx).toBe(heightPx);
    expect(widthPx).toBeGreaterThanOrEqual(PRINT_SIZE_PX);

    expect(await cardPage.page.evaluate(() => (window as unknown as { told: unknown }).told)).toEqual([
      { url: link, format: "svg", fileName: "whatsapp-link-2-instagram.svg" },
      { url: link, format: "png", fileName: "whatsapp-link-2-instagram.png" },
    ]);
    expect(await cardPage.status.textContent()).toBe("Downloading whatsapp-link-2-instagram.png");
  });

  it("shows a QR code that can be read off the screen", async () => {
    const cardPage = await open({ context: { deviceScaleFactor: 2 } });
    expect(readPng(await cardPage.card.getByRole("img").screenshot())).toMatchObject({ text: LINK });
  });

  it("offers the SVG where the browser hands out noise for a canvas", async () => {
    const cardPage = await open();
    await cardPage.page.evaluate(() => {
      CanvasRenderingContext2D.prototype.getImageData = (_x, _y, width, height) =>
        new ImageData(width, height);
    });
    await cardPage.card.getByRole("button", { name: "Download PNG" }).click();
    await cardPage.status.filter({ hasText: "Download the SVG instead" }).waitFor();
  });

  it("follows its attributes, and keeps the focus meanwhile", async () => {
    const cardPage = await open();
    const { card, link, copyButton, alert } = cardPage;
    await copyButton.focus();
    const qrBefore = await card.getByRole("img").innerHTML();

    await cardPage.onCard((element) => {
      element.setAttribute("tenant-id", "55");
      element.setAttribute("prefix", "agent_");
    });
    expect(await link.inputValue()).toBe("https://wa.me/971557357753?text=agent_55");
    expect(await card.getByRole("img").innerHTML()).not.toBe(qrBefore);
    expect(
      await cardPage.onCard((element) => element.shadowRoot?.activeElement?.classList.contains("copy")),
    ).toBe(true);

    await cardPage.onCard((element) => element.setAttribute("short-url", "https://gateway.example/l/55"));
    expect(await link.inputValue()).toBe("https://gateway.example/l/55");

    await cardPage.onCard((element) => {
      element.removeAttribute("short-url");
      element.setAttribute("tenant-id", "0");
    });
    await alert.waitFor();
    await cardPage.onCard((element) => (element.tenantId = 7));
    await alert.waitFor({ state: "hidden" });
    expect(await link.inputValue()).toBe("https://wa.me/971557357753?text=agent_7");
  });

  it("has a property for each attribute, `prefix` too, also when they were set before the script ran", async () => {
    const cardPage = await open({ body: "" });
    const values = await cardPage.page.evaluate(async () => {
      const element = document.createElement("tenant-deep-link");
      Object.assign(element, { gatewayPhone: "00971557357753", tenantId: 2, campaign: "web", prefix: "go_" });
      const url = element.url;
      element.prefix = null;

      // An element that is not defined yet keeps what it is given as properties of its own.
      const early = document.createElement("tenant-deep-link");
      for (const [name, value] of Object.entries({
        gatewayPhone: "971557357753",
        tenantId: 3,
        texts: { copy: "Go" },
      })) {
        Object.defineProperty(early, name, { value, configurable: true, writable: true, enumerable: true });
      }
      document.body.append(early);
      await Promise.resolve();
      return [url, element.url, early.url, early.shadowRoot?.querySelector(".copy")?.textContent];
    });
    expect(values).toEqual([
      "https://wa.me/971557357753?text=go_2_web",
      "https://wa.me/971557357753?text=start_realty_2_web",
      "https://wa.me/971557357753?text=start_realty_3",
      "Go",
    ]);
  });

  it.each([
    ["nothing at all", "", ["gateway-phone", "tenant-id"]],
    ["a national number", 'gateway-phone="0557357753" tenant-id="2"', ["gateway-phone"]],
    ["nonsense", 'gateway-phone="<b>" tenant-id="two"', ["gateway-phone", "tenant-id"]],
    ["a bad campaign", `${GOOD} campaign="a b"`, ["campaign"]],
    ["an endless prefix", `${GOOD} prefix="${"x".repeat(600)}"`, ["prefix"]],
    ["a short link that is a script", `${GOOD} short-url="javascript:alert(1)"`, ["short-url"]],
  ])("says in place of the link what is wrong with %s", async (_what, attributes, names) => {
    const cardPage = await open({ body: `<tenant-deep-link ${attributes}></tenant-deep-link>` });
    const { card, alert, link, errors } = cardPage;
    expect(await alert.innerText()).toContain("This link cannot be shown");
    const named = (await alert.getByRole("listitem").allInnerTexts()).map(
      (text) => /“(.+?)”/.exec(text)?.[1],
    );
    expect(named).toEqual(names);
    expect(await link.count()).toBe(0);
    expect(await card.getByRole("button").count()).toBe(0);
    const calls = await cardPage.onCard(async (element) => [
      element.url,
      await element.copy(),
      await element.download("png"),
    ]);
    expect(calls).toEqual([undefined, false, false]);
    expect(errors).toEqual([]);
  });

  it("takes other texts by attribute, by property and by slot", async () => {
    const cardPage = await open({
      body:
        `<tenant-deep-link ${GOOD} text-copy="Kopieren" text-download-svg="SVG laden">` +
        `<b slot="heading">Ihr Link</b><span slot="note">Alles kommt zu Ihnen.</span></tenant-deep-link>`,
    });
    const { card } = cardPage;
    await cardPage.onCard((element) => (element.texts = { downloadSvg: "SVG speichern" }));
    expect(await card.getByRole("button", { name: "Kopieren" }).isVisible()).toBe(true);
    expect(await card.getByRole("button", { name: "SVG speichern" }).isVisible()).toBe(true);
    expect(await card.getByRole("heading", { name: "Ihr Link", level: 2 }).isVisible()).toBe(true);
    expect(await card.getByText("Alles kommt zu Ihnen.").isVisible()).toBe(true);
    expect(await card.getByText("All messages").isVisible()).toBe(false);
    expect(await card.getByRole("group", { name: "Ihr Link" }).isVisible()).toBe(true);
  });

  it("works under a strict Content-Security-Policy with Trusted Types, style and downloads too", async () => {
    const cardPage = await open({
      headers: {
        "content-security-policy":
          "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; " +
          "require-trusted-types-for 'script'; trusted-types 'none'",
      },
    });
    await cardPage.allowClipboard();
    await cardPage.copyButton.click();
    expect(await cardPage.clipboard()).toBe(LINK);
    expect(readPng((await cardPage.download("Download PNG")).content).text).toBe(LINK);
    expect(await readSvg(browser.current, (await cardPage.download("Download SVG")).content)).toMatchObject({
      text: LINK,
    });
    expect(await colour(cardPage, ".copy", "backgroundColor")).toBe("rgb(11, 107, 79)");
    // A breach of the policy is an error on the console.
    expect(cardPage.errors).toEqual([]);
  });

  it("is dark where the system is, or as its theme says", async () => {
    const light = await open({ context: { colorScheme: "light" } });
    const dark = await open({ context: { colorScheme: "dark" } });
    const lightCard = await colour(light, ".card", "backgroundColor");
    const darkCard = await colour(dark, ".card", "backgroundColor");
    expect(lightCard).toBe("rgb(255, 255, 255)");
    expect(darkCard).toBe("rgb(23, 32, 28)");
    await dark.onCard((element) => (element.theme = "light"));
    expect(await colour(dark, ".card", "backgroundColor")).toBe(lightCard);
    await light.onCard((element) => (element.theme = "dark"));
    expect(await colour(light, ".card", "backgroundColor")).toBe(darkCard);
    // Readers want dark squares on white.
    expect(readPng(await dark.card.getByRole("img").screenshot()).text).toBe(LINK);
  });

  it("takes colours by custom properties, and rules by its parts", async () => {
    const cardPage = await open({
      body:
        "<style>tenant-deep-link { --tenant-deep-link-accent-color: rgb(1, 2, 3); }" +
        "tenant-deep-link::part(note) { color: rgb(4, 5, 6); }</style>" +
        `<tenant-deep-link ${GOOD}></tenant-deep-link>`,
    });
    expect(await colour(cardPage, ".copy", "backgroundColor")).toBe("rgb(1, 2, 3)");
    expect(await colour(cardPage, ".note", "color")).toBe("rgb(4, 5, 6)");
  });

  it("goes from right to left with its page, the link apart", async () => {
    const cardPage = await open({ dir: "rtl" });
    const { link, copyButton } = cardPage;
    const [linkBox, buttonBox] = [await link.boundingBox(), await copyButton.boundingBox()];
    expect(buttonBox!.x).toBeLessThan(linkBox!.x);
    expect(await link.evaluate((field) => getComputedStyle(field).direction)).toBe("ltr");
    expect(await cardPage.onCard((element) => getComputedStyle(element).direction)).toBe("rtl");
  });

  it("is not in the way of a second copy of its script", async () => {
    const cardPage = await open();
    await cardPage.page.addScriptTag({ content: bundle.script });
    expect(await cardPage.link.inputValue()).toBe(LINK);
    expect(cardPage.errors).toEqual([]);
  });
});

function colour(
  { card }: CardPage,
  selector: string,
  property: "color" | "backgroundColor",
): Promise<string> {
  return card.locator(selector).evaluate((element, name) => getComputedStyle(element)[name], property);
}
