import { readdir } from "node:fs/promises";
import { eventually } from "@gateway-router/core/testing";
import { runCommand, type GatewayProcess, type Settings } from "./gateway-process.js";
import { House } from "./house.js";
import { WahaHouse } from "./waha-house.js";

const MOHAMED = "+971501234567";
const PHONE = "971501234567";
export const SECRETS: Settings = {
  ADMIN_API_KEY: "admin-key-of-a-test",
  TENANT_SIGNING_SECRET: "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
};

/** An engine that gateways share, started for these specs alone. */
export interface SharedEngine {
  /** As `STORAGE` does. */
  readonly storage: string;
  readonly urlSetting: string;
  /** The URL of a database that nobody used yet. */
  newDatabase(): string | Promise<string>;
  /** Ends it as a crash does. */
  crash(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
  /** Where there is none, with a password in it; and what is said of that. */
  readonly away: { readonly url: string; readonly said: RegExp };
  /** Commands that the engine's own tools do in the gateway's place, and the tool that each names. */
  readonly left: readonly (readonly [words: readonly string[], tool: string])[];
}

/** The gateway as a process on an engine that several share. */
export function gatewayOnSharedEngine(engine: SharedEngine): void {
  let leave: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const each of leave) await each();
    leave = [];
  }, 60_000);

  afterAll(() => engine.remove());

  const settingsOfNewDatabase = async (): Promise<Settings> => ({
    ...{ STORAGE: engine.storage, ...SECRETS },
    [engine.urlSetting]: await engine.newDatabase(),
  });

  async function enterHouse(): Promise<House> {
    const house = await House.enter();
    leave.push(() => house.leave());
    return house;
  }

  it("locks, delivers, replies, and goes on after a crash; nothing is in the data folder", async () => {
    const settings = await settingsOfNewDatabase();
    const house = await WahaHouse.enter({ settings });
    leave.push(() => house.leave());
    house.tenants.answer = ({ type, data }) =>
      type === "message.received" ? { reply: `re: ${data.message?.text ?? ""}` } : undefined;
    await house.open();
    house.waha.contactSends({ from: MOHAMED, text: "start_realty_2" });
    await eventually(() => house.whatsApp.sent.length === 1, 30_000);
    // What a crash cuts off is another instance's when its lease has run out, a minute later.
    await eventually(async () => {
      const { body } = await house.gateway.askAsAdmin("/readyz");
      const { replies } = body["details"] as { readonly replies: { readonly pending: number } };
      return replies.pending === 0;
    });
    await house.killGateway();
    house.waha.contactSends({ from: MOHAMED, text: "Are you there?" });
    const gateway = await house.startGateway();
    await eventually(() => house.whatsApp.sent.length === 2, 60_000);
    expect(house.whatsApp.sent.map(({ text }) => text)).toEqual(["re: start_realty_2", "re: Are you there?"]);
    expect(house.tenants.taken.map(({ isNewSession }) => isNewSession)).toEqual([true, false]);
    const { body } = await gateway.askAsAdmin(`/api/gateway/user/${PHONE}/tenant`);
    expect(body).toEqual({ status: "found", phone_number: PHONE, tenant_id: 2 });
    const { body: stats } = await gateway.askAsAdmin("/api/gateway/stats");
    expect(stats["gateway_stats"]).toMatchObject({ total_users: 1, users_per_tenant: { "2": 1 } });
    await expect(readdir(house.dataDir)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await gateway.stop()).toBe(0);
  }, 120_000);

  it("two gateways: a contested contact gets one tenant, all agree, and each contact's order holds", async () => {
    const settings = await settingsOfNewDatabase();
    const house = await enterHouse();
    const gateways = [await house.start(settings), await house.start(settings)];
    const phones = Array.from({ length: 30 }, (_, index) => String(971_500_000_000 + index));
    const holders = new Map<string, unknown>();
    await Promise.all(
      phones.map(async (phone) => {
        const answers = await Promise.all(
          [2, 3, 4, 5].map((tenant, index) =>
            gateways[index % 2]!.say(phone, `start_realty_${tenant}`, `L${tenant}${phone}`),
          ),
        );
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
        const tenants = new Set(answers.map(({ body }) => body["tenant_id"]));
        expect(tenants.size).toBe(1);
        expect(answers.filter(({ body }) => body["is_new_session"] === true)).toHaveLength(1);
        holders.set(phone, [...tenants][0]);
      }),
    );
    const texts = Array.from({ length: 8 }, (_, index) => `message ${index}`);
    await Promise.all(
      phones.map(async (phone) => {
        for (const [index, text] of texts.entries()) {
          await gateways[index % 2]!.say(phone, text, `M${index}${phone}`);
        }
      }),
    );
    await eventually(() => house.tenants.taken.length === phones.length * 12, 60_000);
    for (const phone of phones) {
      const taken = house.tenants.taken.filter((message) => message.phone === phone);
      expect(new Set(taken.map(({ tenantId }) => tenantId))).toEqual(new Set([holders.get(phone)]));
      expect(taken.slice(4).map(({ text }) => text)).toEqual(texts);
      expect(taken.map(({ isNewSession }) => isNewSession).filter(Boolean)).toHaveLength(1);
      for (const gateway of gateways) {
        const { body } = await gateway.askAsAdmin(`/api/gateway/user/${phone}/tenant`);
        expect(body["tenant_id"]).toBe(holders.get(phone));
      }
    }
    const leaders = () => gateways.filter((gateway) => leads(gateway));
    expect(leaders()).toHaveLength(1);
    const [leader] = leaders();
    expect(await leader!.stop()).toBe(0);
    const other = gateways.find((gateway) => gateway !== leader)!;
    await eventually(() => leads(other), 30_000);
  }, 120_000);

  it("while the engine is away: 503, never a false 200; when it is back, as before", async () => {
    const settings = await settingsOfNewDatabase();
    const house = await enterHouse();
    const gateway = await house.start(settings);
    expect((await gateway.say(PHONE, "start_realty_2", "A1")).body["status"]).toBe("routed");
    await engine.crash();
    const refused = await gateway.say(PHONE, "Hello", "A2");
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toMatch(/^[0-9]+$/);
    expect((await gateway.ask("/readyz")).status).toBe(503);
    expect((await gateway.ask("/healthz")).status).toBe(200);
    await engine.start();
    await eventually(async () => (await gateway.say(PHONE, "Hello", "A2")).status === 200, 30_000);
    await eventually(() => house.tenants.textsOf(PHONE).length === 2, 60_000);
    expect(house.tenants.textsOf(PHONE)).toEqual(["start_realty_2", "Hello"]);
    expect((await gateway.ask("/readyz")).status).toBe(200);
  }, 120_000);

  it("tells what is missing, and never a password", async () => {
    const house = await enterHouse();
    const start = (settings: Settings) => runCommand(["start"], { cwd: house.folder, settings });
    const missing = await start({ STORAGE: engine.storage });
    expect(missing.code).toBe(2);
    for (const name of [engine.urlSetting, "ADMIN_API_KEY", "TENANT_SIGNING_SECRET"]) {
      expect(missing.stderr).toMatch(
        new RegExp(`^  ${name} must be set while STORAGE is ${engine.storage}`, "m"),
      );
    }
    const away = await start({
      ...{ STORAGE: engine.storage, ...SECRETS, LOG_FORMAT: "json" },
      [engine.urlSetting]: engine.away.url,
    });
    expect(away.code).toBe(1);
    expect(away.stderr).toMatch(engine.away.said);
    expect(away.stderr + away.stdout).not.toContain("hush");
  }, 60_000);

  it("commands work on the engine, beside a gateway that runs, or say who does it instead", async () => {
    const settings = await settingsOfNewDatabase();
    const house = await enterHouse();
    const gateway = await house.start({ ...settings, TENANT_URL_TEMPLATE: "" });
    const { port } = new URL(gateway.url);
    const command = (...words: string[]) =>
      runCommand(words, { cwd: house.folder, settings: { ...settings, PORT: port } });
    const url = house.tenants.urlTemplate.replace("{tenant_id}", "2");
    const added = await command("tenants", "add", "2", "--url", url, "--json");
    expect(added.code).toBe(0);
    expect((await gateway.say(PHONE, "start_realty_2", "C1")).body["status"]).toBe("routed");
    await eventually(() => house.tenants.taken.length === 1, 30_000);
    const explained = await command("explain", PHONE, "Hello", "--json");
    expect(JSON.parse(explained.stdout)).toMatchObject({ outcome: { status: "routed", tenant_id: 2 } });
    const { stdout } = await command("status", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ gateway: { status: "ready" }, deliveries: { pending: 0 } });
    const examined = await command("doctor", "--json");
    const { checks } = JSON.parse(examined.stdout) as { checks: { check: string; verdict: string }[] };
    // The specs' own engines are set up to be quick, of which there is something to say.
    expect(checks).toContainEqual(expect.objectContaining({ check: "engine", verdict: "warning" }));
    expect(checks).toContainEqual(expect.objectContaining({ check: "gateway", verdict: "fine" }));
    for (const [words, tool] of engine.left) {
      const { code, stderr } = await command(...words);
      expect(code).toBe(1);
      expect(stderr).toContain(tool);
    }
  }, 120_000);
}

/** Whether the gateway's last word on it is that it leads. */
function leads({ lines }: GatewayProcess): boolean {
  const last = lines.findLast(({ event }) => event === "leader.began" || event === "leader.ended");
  return last?.["event"] === "leader.began";
}
