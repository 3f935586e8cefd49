import { runCommand } from "./support/gateway-process.js";
import { House } from "./support/house.js";

let house: House;

beforeEach(async () => {
  house = await House.enter();
});

afterEach(() => house.leave(), 30_000);

const explain = (...words: string[]) =>
  runCommand(["explain", ...words], { cwd: house.folder, settings: { DATA_DIR: house.dataDir } });

describe("gateway explain", () => {
  it("says what would become of a message while the gateway runs, and nothing comes of it", async () => {
    const gateway = await house.start();
    const link = ["+971 50-123 4567", "Hi, start_realty_2_instagram please"];
    const before = await explain(...link);
    expect(before).toMatchObject({ code: 0, stderr: "" });
    expect(before.stdout).toBe(
      [
        "Contact    971501234567",
        "Link code  tenant 2, campaign instagram (active)",
        "Mapping    none: nobody has this contact",
        "Outcome    locks the contact to tenant 2, for good, and goes to it as a new session",
        "",
      ].join("\n"),
    );
    expect(await gateway.say("971501234567", "Hello", "ONE")).toMatchObject({ body: { status: "unmapped" } });

    await gateway.say("971501234567", link[1]!, "TWO");
    const after = await explain("971501234567", "start_realty_55", "--json");
    expect(JSON.parse(after.stdout)).toMatchObject({
      status: "explained",
      link_code: { tenant_id: 55, campaign: null },
      mapping: { tenant_id: 2, campaign: "instagram" },
      outcome: { status: "routed", tenant_id: 2, locks: false },
    });
  });

  it("says what is wrong with a number, and that a gateway must run: exit 1", async () => {
    const nobody = await explain("971501234567", "Hello");
    expect(nobody).toMatchObject({ code: 1, stdout: "" });
    expect(nobody.stderr).toContain("No gateway runs on");
    await house.start();
    const faulty = await explain("0501234567", "Hello");
    expect(faulty).toMatchObject({ code: 1, stdout: "" });
    expect(faulty.stderr).toContain("must be a phone number with its country code, such as +971501234567");
  });
});
