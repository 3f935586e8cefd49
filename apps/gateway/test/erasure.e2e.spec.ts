import { cp, readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { runCommand } from "./support/gateway-process.js";
import { House } from "./support/house.js";

const ERASED = "971501234567";
const STAYS = "971509876543";

let house: House;

beforeEach(async () => {
  house = await House.enter();
});

afterEach(() => house.leave(), 30_000);

const command = (...words: string[]) =>
  runCommand(words, { cwd: house.folder, settings: { DATA_DIR: house.dataDir } });

/** What people can read of the data: all but the records themselves. */
async function readableFilesWith(text: string): Promise<string[]> {
  const entries = await readdir(house.dataDir, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("gateway."))
    .map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(paths.map((path) => readFile(path, "utf8")));
  return paths.filter((_path, index) => contents[index]!.includes(text));
}

describe("an erased contact", () => {
  it("is in no file and no backup any more, and neither a restart nor a restore brings it back", async () => {
    house.tenants.isDown = true;
    const gateway = await house.start();
    await gateway.say(ERASED, "start_realty_2", "ERASED_1");
    await gateway.say(STAYS, "start_realty_2", "STAYS_1");
    expect((await command("backup")).code).toBe(0);
    const backups = await readableFilesWith(ERASED);
    expect(backups).not.toEqual([]);
    // As somebody does who keeps them on another machine.
    const elsewhere = join(house.folder, "elsewhere");
    await cp(join(house.dataDir, "backups"), elsewhere, { recursive: true });
    const { body: exported } = await gateway.askAsAdmin(`/api/gateway/user/${ERASED}/export`);
    expect(exported).toMatchObject({ mapping: { tenant_id: 2 }, deliveries: [{ state: "pending" }] });

    const erased = await gateway.askAsAdmin(`/api/gateway/user/${ERASED}/data`, "DELETE");
    expect(erased).toMatchObject({
      status: 200,
      body: { status: "erased", previous_tenant_id: 2, erased: { deliveries: 1 }, unreadable_backups: [] },
    });
    expect(await readableFilesWith(ERASED)).toEqual([]);
    expect(await readableFilesWith(STAYS)).not.toEqual([]);
    expect((await gateway.askAsAdmin("/api/gateway/stats")).body).toMatchObject({
      gateway_stats: { total_users: 1 },
    });

    expect(await gateway.stop()).toBe(0);
    expect(await readableFilesWith(ERASED)).toEqual([]);
    const mapping = backups.find((path) => /mapping_\d{8}/.test(path))!;
    expect((await command("restore", join(elsewhere, basename(mapping)))).code).toBe(0);
    house.tenants.isDown = false;
    const again = await house.start();
    const tenantOf = async (phone: string) =>
      (await again.askAsAdmin(`/api/gateway/user/${phone}/tenant`)).status;
    expect([await tenantOf(ERASED), await tenantOf(STAYS)]).toEqual([404, 200]);
    const { body: after } = await again.say(ERASED, "start_realty_55", "ERASED_2");
    expect(after).toMatchObject({ status: "routed", tenant_id: 55, is_new_session: true });
  }, 60_000);
});
