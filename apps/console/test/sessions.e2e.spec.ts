import { describeInBrowser } from "../../../packages/deep-link-card/test/support/browser.js";
import { ConsoleHouse } from "./support/console-house.js";

const SESSION = "/api/gateway/console/session";

describeInBrowser("who is signed in to the console", (browser) => {
  let house: ConsoleHouse;

  beforeAll(async () => {
    house = await ConsoleHouse.enter(browser.current, { tenants: [{ id: 2, name: "Agent 2" }] });
  }, 60_000);

  afterAll(() => house.leave(), 30_000);

  it("is nobody with a wrong key, and is told what to do", async () => {
    const page = await house.openPage();
    await page.getByLabel("Admin key").fill("not-the-key");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("This is no admin key.").waitFor();
    await page.getByText("Look whether the key was copied whole", { exact: false }).waitFor();
    await house.signIn(page);
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    const [cookie] = await page.context().cookies(`${house.url}/api/gateway`);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/api/gateway" });
    expect(await page.evaluate(() => document.cookie)).toBe("");
  });

  it("signs in again over the page when the session has ended, and nothing that was typed is lost", async () => {
    const page = await house.openSignedIn("/explain");
    await page.getByLabel("Number of the contact").fill("+971 50 123 4567");
    await page.getByLabel("What it writes").fill("start_realty_2");
    const cookies = await page.context().cookies(`${house.url}/api/gateway`);
    const headers = { Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") };
    const { csrf_token: csrfToken } = (await (await fetch(house.url + SESSION, { headers })).json()) as {
      readonly csrf_token: string;
    };
    await fetch(house.url + SESSION, {
      method: "DELETE",
      headers: { ...headers, "X-CSRF-Token": csrfToken },
    });

    await page.getByRole("button", { name: "Explain" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Your session has ended.", { exact: false }).waitFor();
    await page.keyboard.press("Escape");
    await dialog.getByLabel("Admin key").fill(await house.adminKey());
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    expect(await page.getByLabel("What it writes").inputValue()).toBe("start_realty_2");
    await page.getByRole("button", { name: "Explain" }).click();
    await page.getByText("The contact would belong to tenant 2 from then on", { exact: false }).waitFor();
  });

  it("with a key that may only read sees everything and changes nothing", async () => {
    const { key } = await house.asAdmin("POST", "/keys", { name: "reader", role: "read" });
    const page = await house.openPage("/tenants/2");
    await house.signIn(page, String(key));
    await page.getByRole("heading", { name: "Agent 2 (2)" }).waitFor();
    await page.getByText("read only", { exact: true }).waitFor();
    for (const name of ["Edit", "Deactivate", "New secret and token", "Send a test event"]) {
      expect([name, await page.getByRole("button", { name }).isEnabled()]).toEqual([name, false]);
    }
    await page.getByRole("link", { name: "Audit" }).click();
    await page.getByRole("cell", { name: "made an admin key", exact: false }).waitFor();
  });

  it("stays signed in while the gateway restarts under the open page, which says so and takes up again", async () => {
    const page = await house.openSignedIn("/tenants/2");
    const contacts = page.getByRole("region", { name: "Contacts" });
    await contacts.getByText("No contact yet.").waitFor();
    await house.waha.killGateway();
    await page.getByText("The connection to the gateway is gone.").waitFor();
    await page.getByText("Not connected").waitFor();
    await house.waha.startGateway();
    await page.getByText("The connection to the gateway is gone.").waitFor({ state: "detached" });
    await page.getByText("Live", { exact: true }).waitFor();
    house.waha.waha.contactSends({ from: "+971501234567", text: "start_realty_2" });
    await contacts.getByText("+971 50 123 4567").waitFor();
  });

  it("asks again where the gateway takes the question and never answers", async () => {
    const page = await house.openSignedIn("/explain");
    await page.getByText("Live", { exact: true }).waitFor();
    let unanswered = 0;
    await page.route(
      `**${SESSION}`,
      () => {
        unanswered += 1;
      },
      { times: 1 },
    );
    await house.waha.killGateway();
    await page.getByText("Not connected").waitFor();
    await house.waha.startGateway();
    await page.getByText("Live", { exact: true }).waitFor();
    expect(unanswered).toBe(1);
  }, 60_000);

  it("gets pages that load nothing from elsewhere and break no policy", async () => {
    const { headers } = await fetch(`${house.url}/console/tenants/2`);
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';base-uri 'none';" +
        "form-action 'none';frame-ancestors 'none';require-trusted-types-for 'script';trusted-types 'none'",
    );
    expect(headers.get("cache-control")).toBe("no-cache");
    expect(house.complaints).toEqual([]);
    expect(house.strangers).toEqual([]);
  });
});
