import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import type { TenantDeepLinkElement } from "@gateway-router/deep-link-card";
import { PACKAGE, type Bundle } from "./bundle.js";

export const LINK = "https://wa.me/971557357753?text=start_realty_2";
export const GOOD = 'gateway-phone="+971 55 735 7753" tenant-id="2"';

export interface CardPageOptions {
  readonly browser: Browser;
  readonly bundle: Bundle;
  /** What is in the page's body; left out, one good card. */
  readonly body?: string;
  readonly dir?: "ltr" | "rtl";
  readonly headers?: Readonly<Record<string, string>>;
  readonly origin?: string;
  /** A page in `examples`, opened in place of one made of `body`. */
  readonly example?: string;
  readonly context?: BrowserContextOptions;
}

/** A page in a context of its own. All that it asks for is answered here: nothing goes over the network. */
export class CardPage {
  readonly errors: string[] = [];
  /** What was asked for and is no part of the page. */
  readonly strangers: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly options: CardPageOptions,
  ) {}

  static async open(options: CardPageOptions): Promise<CardPage> {
    const { browser, origin = "http://localhost", example = "" } = options;
    const context = await browser.newContext(options.context);
    const cardPage = new CardPage(await context.newPage(), options);
    await cardPage.answerRequests();
    await cardPage.page.goto(`${origin}/${example}`);
    return cardPage;
  }

  get card(): Locator {
    return this.page.locator("tenant-deep-link");
  }

  get link(): Locator {
    return this.card.getByRole("textbox", { name: "Link to share" });
  }

  get copyButton(): Locator {
    return this.card.getByRole("button", { name: "Copy link" });
  }

  get status(): Locator {
    return this.card.getByRole("status");
  }

  get alert(): Locator {
    return this.card.getByRole("alert");
  }

  /** Runs in the page. */
  onCard<Result>(run: (card: TenantDeepLinkElement) => Result): Promise<Awaited<Result>> {
    return this.card.evaluate(run as (element: Element) => Result) as Promise<Awaited<Result>>;
  }

  async allowClipboard(): Promise<void> {
    await this.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  }

  clipboard(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** The text that is selected inside the card. */
  selection(): Promise<string> {
    return this.link.evaluate((field) => {
      const { value, selectionStart, selectionEnd } = field as HTMLTextAreaElement;
      return value.slice(selectionStart, selectionEnd);
    });
  }

  /** Chooses what makes a file, and answers its name and content. */
  async download(name: "Download SVG" | "Download PNG"): Promise<{ name: string; content: Buffer }> {
    const [download] = await Promise.all([
      this.page.waitForEvent("download"),
      this.card.getByRole("button", { name }).click(),
    ]);
    return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
  }

  close(): Promise<void> {
    return this.page.context().close();
  }

  private async answerRequests(): Promise<void> {
    this.page.on("pageerror", (error) => this.errors.push(error.message));
    this.page.on("console", (message) => {
      if (message.type() === "error") this.errors.push(message.text());
    });
    const {
      body = `<tenant-deep-link ${GOOD}></tenant-deep-link>`,
      dir = "ltr",
      headers = {},
      bundle,
    } = this.options;
    await this.page.context().route("**/*", (route) => {
      const { pathname } = new URL(route.request().url());
      switch (pathname) {
        case "/":
          return route.fulfill({
            contentType: "text/html; charset=utf-8",
            headers,
            body:
              `<!doctype html><html lang="en" dir="${dir}"><head><title>Dashboard</title>` +
              `<meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width">` +
              `<script src="/dist/tenant-deep-link.js" defer></script></head>` +
              `<body><main><h1>Dashboard</h1>${body}</main></body></html>`,
          });
        case "/dist/tenant-deep-link.js":
          return route.fulfill({ contentType: "text/javascript", body: bundle.script });
        case "/dist/react-example.js":
          return route.fulfill({ contentType: "text/javascript", body: bundle.reactExample });
        case "/favicon.ico":
          return route.fulfill({ status: 204 });
        default:
          if (pathname.startsWith("/examples/")) return route.fulfill({ path: join(PACKAGE, pathname) });
          this.strangers.push(route.request().url());
          return route.abort();
      }
    });
  }
}
