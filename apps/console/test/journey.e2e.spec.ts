import { eventually } from "@gateway-router/core/testing";
import type { Page } from "playwright-core";
import { describeInBrowser } from "../../../packages/deep-link-card/test/support/browser.js";
import { ConsoleHouse } from "./support/console-house.js";

const MOHAMED = "+971501234567";

describeInBrowser("the console, from signing in to signing out", (browser) => {
  let house: ConsoleHouse;

  afterEach(() => house.leave(), 30_000);

  it("adds a tenant, hands out its link, and shows whoever comes by it", async () => {
    house = await ConsoleHouse.enter(browser.current);
    const page = await house.openSignedIn();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByText("Connected to WhatsApp", { exact: true }).waitFor();
    await page.getByText("+971 55 735 7753").first().waitFor();

    await page.getByRole("link", { name: "Add the first tenant" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Id").fill("2");
    await dialog.getByLabel("Name").fill("Agent 2");
    await dialog.getByLabel("Handler URL").fill(house.handlerUrl(2));
    await dialog.getByRole("button", { name: "Add tenant" }).click();
    await dialog.getByText("These are shown once.").waitFor();
    await dialog.getByRole("button", { name: "Copy the signing secret" }).click();
    await dialog.getByText("the signing secret copied").waitFor();
    expect(await clipboard(page)).toMatch(/^whsec_/);
    await dialog.getByRole("button", { name: "I have kept both: to the tenant" }).click();
    await page.getByRole("heading", { name: "Agent 2 (2)" }).waitFor();

    await page.getByRole("button", { name: "Copy the link straight to WhatsApp" }).click();
    await page.getByText("the link straight to WhatsApp copied").waitFor();
    const link = new URL(await clipboard(page));
    expect(link.href).toBe("https://wa.me/971557357753?text=start_realty_2");

    const contacts = page.getByRole("region", { name: "Contacts" });
    await contacts.getByText("No contact yet.").waitFor();
    house.waha.waha.contactSends({ from: MOHAMED, text: link.searchParams.get("text")! });
    // Nobody reloads anything.
    await contacts.getByText("+971 50 123 4567").waitFor();
    await eventually(() => house.waha.tenants.taken.length === 1);

    house.waha.tenants.isRefusing = true;
    house.waha.waha.contactSends({ from: MOHAMED, text: "Is it still free?" });
    await page.getByRole("link", { name: "Deliveries 1 dead" }).click();
    await page.getByRole("radio", { name: "Dead letters" }).click();
    const dead = page.getByRole("table", { name: "Dead letters" });
    await dead.getByText("the handler refused it").waitFor();
    await dead.getByText("HTTP 422").waitFor();
    house.waha.tenants.isRefusing = false;
    await dead.getByRole("button", { name: "Replay" }).click();
    await page.getByText("No dead letters.").waitFor();
    await eventually(() => house.waha.tenants.taken.some(({ isReplayed }) => isReplayed));

    await page.getByRole("link", { name: "Contacts" }).click();
    await page.getByLabel("Phone number").fill("00971 50-123 4567");
    await page.getByRole("button", { name: "Find" }).click();
    await page.getByRole("link", { name: "Agent 2 (2)" }).waitFor();
    await page.getByRole("button", { name: "Remove from its tenant" }).click();
    const confirmation = page.getByRole("alertdialog");
    await confirmation
      .getByText("What still waits for tenant 2 becomes dead letters.", { exact: false })
      .waitFor();
    const remove = confirmation.getByRole("button", { name: "Remove it from its tenant" });
    expect(await remove.isEnabled()).toBe(false);
    await confirmation.getByLabel("Reason").fill("It asked for it.");
    await remove.click();
    await page.getByText("No tenant has this contact.").waitFor();
    const history = page.getByRole("table", { name: "What was done" });
    await history.getByText("It asked for it.").waitFor();

    await page.getByRole("link", { name: "Overview" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Admin key").waitFor();
    await page.reload();
    await page.getByLabel("Admin key").waitFor();
    expect(house.complaints).toEqual([]);
    expect(house.strangers).toEqual([]);
  }, 120_000);
});

function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}
