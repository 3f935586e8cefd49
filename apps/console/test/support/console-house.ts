import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { Settings } from "../../../gateway/test/support/gateway-process.js";
import { WahaHouse } from "../../../gateway/test/support/waha-house.js";

export interface ConsoleHouseOptions {
  readonly settings?: Settings;
  /** Left out, a phone is paired. */
  readonly isPaired?: boolean;
  /** Those that are written down when the gateway starts. */
  readonly tenants?: readonly { readonly id: number; readonly name?: string }[];
}

const LONGEST_WAIT_MS = 20_000;

/** A gateway with its simulated WAHA, and browsers that look at its console. */
export class ConsoleHouse {
  /** What a page complained of: scripts' faults, what the content security policy forbade. */
  readonly complaints: string[] = [];
  /** What a page asked of anybody but the gateway. */
  readonly strangers: string[] = [];

  private constructor(
    readonly waha: WahaHouse,
    private readonly browser: Browser,
  ) {}

  static async enter(browser: Browser, options: ConsoleHouseOptions = {}): Promise<ConsoleHouse> {
    // Tenants are those that are written down.
    const settings = { TENANT_URL_TEMPLATE: "", ...options.settings };
    const waha = await WahaHouse.enter({ settings });
    const house = new ConsoleHouse(waha, browser);
    if (options.tenants !== undefined) {
      await mkdir(waha.dataDir, { recursive: true });
      const entries = options.tenants.map((tenant) => ({ url: house.handlerUrl(tenant.id), ...tenant }));
      await writeFile(join(waha.dataDir, "tenants.json"), JSON.stringify(entries));
    }
    if (options.isPaired === false) {
      await waha.startWaha();
      await waha.startGateway();
    } else {
      await waha.open();
    }
    house.url = waha.gateway.url;
    return house;
  }

  /** The same also while the gateway is down. */
  url = "";

  async adminKey(): Promise<string> {
    return (await readFile(join(this.waha.dataDir, "admin-api-key"), "utf8")).trim();
  }

  async asAdmin(method: string, path: string, body?: object): Promise<Readonly<Record<string, unknown>>> {
    const response = await fetch(`${this.url}/api/gateway${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${await this.adminKey()}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Readonly<Record<string, unknown>>;
  }

  /** Where the tenant's messages go. */
  handlerUrl(tenantId: number): string {
    return this.waha.tenants.urlTemplate.replace("{tenant_id}", String(tenantId));
  }

  async openPage(path = "", context: BrowserContextOptions = {}): Promise<Page> {
    const opened = await this.browser.newContext({ locale: "en-GB", timezoneId: "Asia/Dubai", ...context });
    const page = await opened.newPage();
    // Sooner than the test gives up, so that it is told what was waited for.
    page.setDefaultTimeout(LONGEST_WAIT_MS);
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      // That an answer was no 200 is told by what the page makes of it.
      const isOfAnswer = /Failed to load resource/.test(message.text());
      if (message.type() === "error" && !isOfAnswer) this.complaints.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(this.url) && !/^(data|blob):/.test(request.url())) {
        this.strangers.push(request.url());
      }
    });
    await page.goto(`${this.url}/console${path}`);
    return page;
  }

  async signIn(page: Page, key?: string): Promise<void> {
    await page.getByLabel("Admin key").fill(key ?? (await this.adminKey()));
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator("#menu").waitFor({ state: "attached" });
  }

  async openSignedIn(path = "", context: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.openPage(path, context);
    await this.signIn(page);
    return page;
  }

  async leave(): Promise<void> {
    for (const context of this.browser.contexts()) await context.close();
    await this.waha.leave();
  }
}
