import { eventually } from "@gateway-router/core/testing";
import { WAHA_KEY, WahaHouse } from "./support/waha-house.js";

const ACCOUNT = { phone: "+971 55 735 7753" };

interface SessionConfig {
  readonly webhooks?: readonly { readonly url: string; readonly events: readonly string[] }[];
  readonly metadata?: object;
}

let house: WahaHouse;

beforeEach(async () => {
  house = await WahaHouse.enter();
});

afterEach(() => house.leave(), 30_000);

const webhooksOf = (): SessionConfig["webhooks"] => (house.waha.config as SessionConfig).webhooks;

describe("gateway deploy", () => {
  it("brings a session from nothing to WORKING, shows the code to scan, and sends an event through", async () => {
    await house.startWaha();
    await house.startGateway();
    const { code, stdout, stderr } = await house.deployAndPair();
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/[█▀▄]{20}/);
    expect(stdout).toContain("WORKING");
    expect(stdout).toContain("971557357753");
    expect(stdout).toContain("test event");
    expect(webhooksOf()).toEqual([expect.objectContaining({ url: `${house.gateway.url}/api/gateway/waha` })]);
    expect(webhooksOf()![0]!.events).toEqual(
      expect.arrayContaining(["message.any", "message.ack", "message.edited", "session.status"]),
    );
    expect(stdout + stderr).not.toContain(WAHA_KEY);
    expect(stdout + stderr).not.toContain("hmac-key-of-a-test");
  }, 60_000);

  it("changes nothing the second time, and says so", async () => {
    await house.open();
    const before = JSON.stringify(house.waha.config);
    const restarts = house.waha.deliveries.length;
    const { code, stdout } = await house.command(["deploy"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Nothing to change");
    expect(JSON.stringify(house.waha.config)).toBe(before);
    expect(house.waha.status).toBe("WORKING");
    expect(house.waha.deliveries.length).toBe(restarts);
  }, 60_000);

  it("leaves foreign webhooks and settings as they are", async () => {
    await house.startWaha();
    await house.startGateway();
    const foreign = { url: "http://127.0.0.1:9/other", events: ["message"] };
    await house.waha.pairAtOnce(ACCOUNT, { webhooks: [foreign], metadata: { owner: "sales" } });
    expect((await house.command(["deploy"])).code).toBe(0);
    expect(webhooksOf()!.map(({ url }) => url)).toEqual([
      foreign.url,
      `${house.gateway.url}/api/gateway/waha`,
    ]);
    expect((house.waha.config as SessionConfig).metadata).toEqual({ owner: "sales" });
  }, 60_000);

  it("says which webhook may be left over from an earlier address", async () => {
    await house.startWaha();
    await house.startGateway();
    const old = { url: "http://127.0.0.1:9/api/gateway/waha", events: ["message"] };
    await house.waha.pairAtOnce(ACCOUNT, { webhooks: [old] });
    const { code, stdout } = await house.command(["deploy"]);
    expect(code).toBe(0);
    expect(stdout).toContain(`${old.url} as well`);
    expect(webhooksOf()).toHaveLength(2);
  }, 60_000);

  it("restarts a session that has failed", async () => {
    await house.open();
    house.waha.failSession();
    const { code, stdout } = await house.command(["deploy"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Restarted");
    expect(house.waha.status).toBe("WORKING");
  }, 60_000);

  it("changes nothing in WAHA where the gateway that runs has another HMAC key", async () => {
    await house.startWaha();
    await house.startGateway();
    const { code, stderr } = await house.command(["deploy"], { WAHA_HMAC_KEY: "another-hmac-key" });
    expect(code).toBe(1);
    expect(stderr).toContain("WAHA_HMAC_KEY");
    expect(stderr).toContain("Nothing was changed in WAHA");
    expect(webhooksOf()).toBeUndefined();
  }, 60_000);

  it("shows a pairing code instead where a phone is given", async () => {
    await house.startWaha();
    await house.startGateway();
    const { code, stdout } = await house.deployAndPair("--pairing-code", "+971 55 735 7753");
    expect(code).toBe(0);
    expect(stdout).toMatch(/[A-Z0-9]{4}-[A-Z0-9]{4}/);
  }, 60_000);

  it("says which key is wrong, and changes nothing", async () => {
    await house.startWaha();
    const { code, stdout, stderr } = await house.command(["deploy"], { WAHA_API_KEY: "a-wrong-key" });
    expect(code).toBe(1);
    expect(stderr).toContain("WAHA_API_KEY");
    expect(stdout + stderr).not.toContain("a-wrong-key");
    expect(webhooksOf()).toBeUndefined();
  }, 60_000);

  it("says where WAHA is not", async () => {
    const { code, stderr } = await house.command(["deploy"], { WAHA_URL: "http://127.0.0.1:9" });
    expect(code).toBe(1);
    expect(stderr).toContain("WAHA_URL");
    expect(stderr).toContain("127.0.0.1:9");
  }, 60_000);

  it("is wrong use with a phone number that is none", async () => {
    expect((await house.command(["deploy", "--pairing-code", "12"])).code).toBe(2);
  }, 60_000);
});

describe("gateway status", () => {
  it("shows session, number, webhook, queue and last message at a glance", async () => {
    await house.open();
    house.waha.contactSends({ from: "+971501234567", text: "start_realty_2" });
    await eventually(() => house.tenants.taken.length === 1);
    const { code, stdout } = await house.command(["status"]);
    expect(code).toBe(0);
    for (const part of ["WORKING", "971557357753", "webhook", "waiting", "last message"]) {
      expect(stdout.toLowerCase()).toContain(part.toLowerCase());
    }
    const json = JSON.parse((await house.command(["status", "--json"])).stdout) as object;
    expect(json).toMatchObject({ gateway: { status: "ready" }, waha: { session: "WORKING" } });
  }, 60_000);

  it("tells a session that failed, and a gateway that does not run: exit 1", async () => {
    await house.open();
    house.waha.failSession();
    await eventually(async () => (await house.command(["status"])).stdout.includes("FAILED"), 30_000);
    await house.killGateway();
    const { code, stdout } = await house.command(["status"]);
    expect(code).toBe(1);
    expect(stdout).toContain("does not run");
  }, 90_000);
});

describe("a WAHA session that forgets", () => {
  it("is configured again when WAHA restarted without its configuration, and what was missed is caught up", async () => {
    await house.open();
    house.waha.contactSends({ from: "+971501234567", text: "start_realty_2" });
    await eventually(() => house.tenants.taken.length === 1);
    await house.killWaha();
    house.whatsApp.contactSends({ from: "+971501234567", text: "Are you there?" });
    await house.startWaha();
    expect(house.waha.config).toEqual({});
    await eventually(() => house.tenants.textsOf("971501234567").includes("Are you there?"), 60_000);
    expect(house.waha.status).toBe("WORKING");
    house.waha.contactSends({ from: "+971501234567", text: "Good" });
    await eventually(() => house.tenants.taken.length === 3);
    expect(house.tenants.textsOf("971501234567")).toEqual(["start_realty_2", "Are you there?", "Good"]);
  }, 90_000);

  it("is told loudly when it is logged out, in the log and in readyz", async () => {
    await house.open();
    house.waha.failSession();
    await eventually(
      () => house.gateway.lines.some(({ level, message }) => level === "error" && message.includes("FAILED")),
      30_000,
    );
    const { status, body } = await house.gateway.askAsAdmin("/readyz");
    expect(status).toBe(200);
    expect(body).toMatchObject({ details: { waha: { session: "FAILED" } } });
  }, 60_000);
});
