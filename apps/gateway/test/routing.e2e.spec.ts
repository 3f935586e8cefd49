import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually } from "@gateway-router/core/testing";
import type { Answer } from "./support/gateway-process.js";
import { House } from "./support/house.js";
import { RECORDED_SETTINGS, recordedDelivery } from "./support/recorded-deliveries.js";

const MOHAMED = "971501234567";

let house: House;

beforeEach(async () => {
  house = await House.enter();
});

afterEach(() => house.leave(), 30_000);

describe("deliveries recorded from a real WAHA, over HTTP", () => {
  it("scenario 1, first contact: locked to the link's tenant, which gets the message as a new session", async () => {
    const gateway = await house.start(RECORDED_SETTINGS);
    expect(await gateway.post(recordedDelivery("0004"))).toMatchObject({
      status: 200,
      body: { status: "routed", tenant_id: 2, phone_number: MOHAMED, is_new_session: true },
    });
    await eventually(() => house.tenants.taken.length === 1);
    expect(house.tenants.taken[0]).toMatchObject({
      tenantId: 2,
      phone: MOHAMED,
      text: "start_realty_2",
      isNewSession: true,
    });
    expect(await gateway.askAsAdmin(`/api/gateway/user/+${MOHAMED}/tenant`)).toMatchObject({
      status: 200,
      body: { status: "found", phone_number: MOHAMED, tenant_id: 2 },
    });
    expect(gateway.lines.map((line) => line.message)).toContainEqual(
      expect.stringContaining(`🎯 NEW SESSION: User ${MOHAMED} → Tenant 2`),
    );
  });

  it("scenario 2, ongoing: later messages follow, another tenant's link included; a redelivery is a duplicate", async () => {
    const gateway = await house.start(RECORDED_SETTINGS);
    for (const number of ["0004", "0005", "0008"]) {
      expect((await gateway.post(recordedDelivery(number))).body).toMatchObject({
        status: "routed",
        tenant_id: 2,
      });
    }
    expect((await gateway.post(recordedDelivery("0015"))).body).toEqual({
      status: "duplicate",
      tenant_id: 2,
      phone_number: MOHAMED,
    });
    await eventually(() => house.tenants.taken.length === 3);
    expect(house.tenants.textsOf(MOHAMED)).toEqual([
      "start_realty_2",
      "Hello, I want an apartment",
      "start_realty_55",
    ]);
  });

  it("scenario 3, unmapped: nobody gets it", async () => {
    const gateway = await house.start(RECORDED_SETTINGS);
    expect(await gateway.post(recordedDelivery("0007"))).toMatchObject({
      status: 200,
      body: { status: "unmapped", phone_number: "971509999999" },
    });
    expect((await gateway.askAsAdmin("/api/gateway/stats")).body).toMatchObject({
      gateway_stats: { total_users: 0, total_tenants: 0 },
    });
  });

  it("first words that overtook their link message reach the tenant behind it", async () => {
    const gateway = await house.start(RECORDED_SETTINGS);
    await gateway.post(recordedDelivery("0007"));
    expect((await gateway.post(recordedDelivery("0019"))).body).toMatchObject({
      status: "routed",
      tenant_id: 2,
      is_new_session: true,
    });
    await eventually(() => house.tenants.taken.length === 2);
    expect(house.tenants.textsOf("971509999999")).toEqual(["start_realty_2", "Hello"]);
  });

  it("groups, status, channels and own messages are ignored, a wrong signature is refused", async () => {
    const gateway = await house.start(RECORDED_SETTINGS);
    for (const number of ["0011", "0012", "0013", "0014", "0020"]) {
      expect((await gateway.post(recordedDelivery(number))).body).toMatchObject({ status: "ignored" });
    }
    const { body } = recordedDelivery("0004");
    const { headers } = recordedDelivery("0005");
    expect(await gateway.post({ body, headers })).toMatchObject({
      status: 401,
      body: { status: "error", code: "unauthorized" },
    });
  });
});

describe("the literal example of the specification, without an id", () => {
  it("is routed, and is a duplicate the second time", async () => {
    const gateway = await house.start({ DUPLICATE_MEMORY_DAYS: "36500" });
    const example = {
      body: Buffer.from(
        JSON.stringify({
          event: "message",
          payload: { from: `${MOHAMED}@c.us`, body: "start_realty_2", timestamp: "2025-12-15T08:30:00Z" },
        }),
      ),
      headers: { "Content-Type": "application/json" },
    };
    expect((await gateway.post(example)).body).toMatchObject({ status: "routed", tenant_id: 2 });
    expect((await gateway.post(example)).body).toMatchObject({ status: "duplicate", tenant_id: 2 });
  });
});

describe("a contact", () => {
  it("that sends 500 messages at once with ten links gets one tenant, and all answers agree; kill -9 and restarts keep it", async () => {
    const gateway = await house.start();
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        gateway.say(MOHAMED, `start_realty_${(index % 10) + 1}`, `AT_ONCE_${index}`),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const holders = new Set(answers.map(({ body }) => body["tenant_id"]));
    expect(holders.size).toBe(1);
    expect(answers.filter(({ body }) => body["is_new_session"] === true)).toHaveLength(1);
    const [tenantId] = holders;

    await gateway.kill();
    const afterKill = await house.start();
    const again = await afterKill.say(MOHAMED, "start_realty_77", "AFTER_KILL");
    expect(again.body).toMatchObject({ status: "routed", tenant_id: tenantId, is_new_session: false });

    expect(await afterKill.stop()).toBe(0);
    const file = await readFile(join(house.dataDir, "user_tenant_mapping.json"), "utf8");
    expect(file.trim()).toBe(`{\n  "${MOHAMED}": ${String(tenantId)}\n}`);
    const afterStop = await house.start();
    expect((await afterStop.askAsAdmin(`/api/gateway/user/${MOHAMED}/tenant`)).body).toMatchObject({
      tenant_id: tenantId,
    });
    await eventually(() => house.tenants.taken.length >= 501, 20_000);
    expect(new Set(house.tenants.taken.map((message) => message.tenantId))).toEqual(holders);
  }, 60_000);

  it("whose tenant is down is answered all the same, and the tenant gets everything in order when it is back", async () => {
    const gateway = await house.start();
    house.tenants.isDown = true;
    const texts = ["start_realty_2", "one", "two", "three"];
    for (const [index, text] of texts.entries()) {
      const answer: Answer = await gateway.say(MOHAMED, text, `WHILE_DOWN_${index}`);
      expect(answer).toMatchObject({ status: 200, body: { status: "routed", tenant_id: 2 } });
    }
    await eventually(() => house.tenants.refusedConnections > 0);
    expect((await gateway.askAsAdmin("/api/gateway/deliveries")).body).toMatchObject({
      items: texts.map((): unknown => expect.objectContaining({ tenant_id: 2, phone_number: MOHAMED })),
    });
    house.tenants.isDown = false;
    await eventually(() => house.tenants.taken.length === texts.length, 30_000);
    expect(house.tenants.textsOf(MOHAMED)).toEqual(texts);
  }, 60_000);
});
