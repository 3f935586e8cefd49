import { eventually } from "@gateway-router/core/testing";
import { describeInBrowser } from "../../../packages/deep-link-card/test/support/browser.js";
import { ConsoleHouse } from "./support/console-house.js";

const CONTACTS = ["+971501234561", "+971501234562", "+971501234563"];

describeInBrowser("dead letters in the console", (browser) => {
  let house: ConsoleHouse;

  beforeAll(async () => {
    house = await ConsoleHouse.enter(browser.current, { tenants: [{ id: 2, name: "Agent 2" }] });
    for (const from of CONTACTS) house.waha.waha.contactSends({ from, text: "start_realty_2" });
    await eventually(() => house.waha.tenants.taken.length === CONTACTS.length);
    house.waha.tenants.isRefusing = true;
    for (const from of CONTACTS) house.waha.waha.contactSends({ from, text: "Is it still free?" });
    await eventually(async () => {
      const { items } = await house.asAdmin("GET", "/deliveries?state=dead");
      return (items as unknown[]).length === CONTACTS.length;
    }, 40_000);
    house.waha.tenants.isRefusing = false;
  }, 90_000);

  afterAll(() => house.leave(), 30_000);

  it("are as old as they are, also where nothing that grows older was shown for long", async () => {
    const page = await house.openSignedIn("/explain");
    await page.clock.install();
    await page.reload();
    await page.getByRole("button", { name: "Explain" }).waitFor();
    await page.clock.fastForward("02:30:00");
    await page.getByRole("link", { name: "Deliveries", exact: false }).click();
    await page.getByRole("radio", { name: "Dead letters" }).click();
    expect(
      await page.getByRole("table", { name: "Dead letters" }).locator("time").first().textContent(),
    ).toBe("2 hours ago");
  });

  it("are told of at the tenant's handler, with what was wrong", async () => {
    const page = await house.openSignedIn("/tenants/2");
    const handler = page.getByRole("region", { name: "Handler" });
    await handler.getByText("Messages for it were given up.", { exact: false }).waitFor();
    await handler.getByText("HTTP 422").waitFor();
    await handler.getByRole("link", { name: "replay them" }).click();
    await page.getByRole("button", { name: "Replay all of tenant 2" }).waitFor();
  });

  it("are found in the other direction where there are none in this one", async () => {
    const page = await house.openSignedIn("/deliveries?state=dead&direction=out");
    await page.getByText("No dead letters.").waitFor();
    await page.getByRole("link", { name: "3 to tenants" }).click();
    await page.getByRole("table", { name: "Dead letters" }).waitFor();
  });

  it("are replayed as they are chosen, and what nobody can take stays and says why", async () => {
    const page = await house.openSignedIn("/deliveries?state=dead");
    const dead = page.getByRole("table", { name: "Dead letters" });
    const choose = (contact: string) => dead.getByRole("checkbox", { name: contact, exact: false });
    await choose("+971 50 123 4561").check();
    expect(await page.getByRole("checkbox", { name: "All that are shown" }).isChecked()).toBe(false);
    await choose("+971 50 123 4562").check();
    await house.asAdmin("DELETE", "/user/971501234562/mapping", { reason: "It asked for it." });
    await page.getByRole("button", { name: "Replay 2 chosen" }).click();
    await page.getByText("1 replayed. 1 stayed: No tenant holds the contact", { exact: false }).waitFor();
    await eventually(() => house.waha.tenants.taken.filter(({ isReplayed }) => isReplayed).length === 1);
    expect(house.waha.tenants.taken.at(-1)).toMatchObject({ phone: "971501234561", isReplayed: true });
    await choose("+971 50 123 4561").waitFor({ state: "detached" });

    await page.getByRole("checkbox", { name: "All that are shown" }).check();
    await page.getByRole("button", { name: "Replay 2 chosen" }).click();
    await eventually(() =>
      house.waha.tenants.taken.some(({ phone, isReplayed }) => isReplayed && phone.endsWith("563")),
    );
    expect(house.complaints).toEqual([]);
  });
});
