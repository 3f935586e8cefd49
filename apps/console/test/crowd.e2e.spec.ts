import axe from "axe-core";
import { eventually } from "@gateway-router/core/testing";
import type { Page } from "playwright-core";
import { describeInBrowser } from "../../../packages/deep-link-card/test/support/browser.js";
import { ConsoleHouse } from "./support/console-house.js";

const TENANTS = 5_000;
const PAGES = [
  "",
  "/tenants",
  "/tenants/2",
  "/contacts",
  "/contacts?phone=971501234567",
  "/deliveries",
].concat([...["/deliveries?state=dead", "/explain", "/audit", "/nowhere"]]);

describeInBrowser("the console with 5,000 tenants", (browser) => {
  let house: ConsoleHouse;

  beforeAll(async () => {
    const tenants = Array.from({ length: TENANTS }, (_, index) => ({
      id: index + 1,
      name: index + 1 === 4_711 ? "Harbour Flats" : `Agent ${index + 1}`,
    }));
    house = await ConsoleHouse.enter(browser.current, { tenants });
    house.waha.tenants.isRefusing = true;
    house.waha.waha.contactSends({ from: "+971501234567", text: "start_realty_2" });
    await eventually(async () => {
      const { items } = await house.asAdmin("GET", "/deliveries?state=dead");
      return (items as unknown[]).length === 1;
    }, 40_000);
  }, 90_000);

  afterAll(() => house.leave(), 30_000);

  it("pages through them, and finds the one by its name or its id", async () => {
    const page = await house.openSignedIn();
    await page.getByRole("link", { name: "Active tenants 5,000 of 5,000" }).click();
    await page.getByRole("link", { name: "Agent 50 (50)" }).waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("Page 2").waitFor();
    await page.getByRole("link", { name: "Agent 51 (51)" }).waitFor();
    await page.getByRole("button", { name: "Previous" }).click();
    await page.getByRole("link", { name: "Agent 1 (1)" }).waitFor();

    await page.getByLabel("Find a tenant").fill("471");
    await page.getByRole("link", { name: "Agent 471 (471)" }).waitFor();
    await page.getByRole("link", { name: "Tenants", exact: true }).click();
    await page.getByRole("link", { name: "Agent 1 (1)" }).waitFor();
    expect(await page.getByLabel("Find a tenant").inputValue()).toBe("");
    // The name is rare: what was looked through without finding it is a page, too.
    await page.getByLabel("Find a tenant").fill("harbour");
    const found = page.getByRole("link", { name: "Harbour Flats (4711)" });
    const none = page.getByText("None on this page.");
    while (!(await found.isVisible())) {
      await found.or(none).waitFor();
      if (await none.isVisible()) await page.getByRole("button", { name: "Next" }).click();
    }
    await found.click();
    await page.getByRole("heading", { name: "Harbour Flats (4711)" }).waitFor();
    expect(house.complaints).toEqual([]);
  });

  it.each([
    ["light", { width: 1280, height: 900 }],
    ["dark", { width: 1280, height: 900 }],
    ["light", { width: 390, height: 844 }],
    ["dark", { width: 390, height: 844 }],
  ] as const)("has nothing serious that axe finds on any page: %s, %j", async (colorScheme, viewport) => {
    // The policy of the pages is not axe's, which is put into them from outside.
    const page = await house.openPage("", { colorScheme, viewport, bypassCSP: true });
    await page.getByLabel("Admin key").waitFor();
    expect(await faultsFound(page)).toEqual([]);
    await house.signIn(page);
    for (const path of PAGES) {
      await page.goto(`${house.url}/console${path}`);
      await page.getByText("Live", { exact: true }).waitFor({ state: "attached" });
      await page.locator(".skeleton").first().waitFor({ state: "detached" });
      expect([path, await faultsFound(page), await sticksOut(page)]).toEqual([path, [], false]);
    }
    await page.goto(`${house.url}/console/tenants?add=1`);
    await page.getByRole("dialog").waitFor();
    expect(await faultsFound(page)).toEqual([]);
  });

  it("is used by keyboard alone: past the pages' list, into a dialog and out of it", async () => {
    const page = await house.openSignedIn("/tenants/2");
    await page.getByRole("heading", { name: "Agent 2 (2)" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Edit");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    expect(await dialog.getByLabel("Name").evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await eventually(async () => (await page.evaluate(() => document.activeElement?.textContent)) === "Edit");
  });
});

async function faultsFound(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(() => axe.run(document));
  expect(passes.map(({ id }) => id)).toContain("color-contrast");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}

/** Whether the page is wider than its window. */
function sticksOut(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}
