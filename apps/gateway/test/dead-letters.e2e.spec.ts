import { eventually } from "@gateway-router/core/testing";
import type { GatewayProcess } from "./support/gateway-process.js";
import { House } from "./support/house.js";

interface Listed {
  readonly id: string;
  readonly tenant_id: number;
  readonly phone_number: string;
}

let house: House;

beforeEach(async () => {
  house = await House.enter();
});

afterEach(() => house.leave(), 30_000);

async function deadLetters(gateway: GatewayProcess): Promise<readonly Listed[]> {
  const { body } = await gateway.askAsAdmin("/api/gateway/deliveries?state=dead");
  return body["items"] as readonly Listed[];
}

describe("dead letters", () => {
  it("survive a crash, and are replayed after it: one, and after a restart the rest of its tenant", async () => {
    house.tenants.isRefusing = true;
    const beforeCrash = await house.start();
    await beforeCrash.say("971501234567", "start_realty_2", "REFUSED_1");
    await beforeCrash.say("971501234568", "start_realty_2", "REFUSED_2");
    await beforeCrash.say("971501234569", "start_realty_55", "REFUSED_3");
    await eventually(async () => (await deadLetters(beforeCrash)).length === 3, 60_000);
    const dead = await deadLetters(beforeCrash);
    for (const letter of dead) {
      expect(letter).toMatchObject({
        ...{ state: "dead", direction: "in", reason: "refused", attempts: 3, replayed: false },
        last_error: expect.stringContaining("422") as unknown,
      });
    }
    await beforeCrash.kill();

    house.tenants.isRefusing = false;
    const afterCrash = await house.start();
    expect(await deadLetters(afterCrash)).toEqual(dead);
    const one = dead.find((letter) => letter.phone_number === "971501234568")!;
    expect(await afterCrash.askAsAdmin(`/api/gateway/deliveries/${one.id}/replay`, "POST")).toMatchObject({
      status: 200,
      body: { status: "replayed", id: one.id, tenant_id: 2 },
    });
    await eventually(() => house.tenants.taken.length === 1);
    expect(house.tenants.taken[0]).toEqual({
      ...{ tenantId: 2, phone: "971501234568", text: "start_realty_2", webhookId: one.id },
      ...{ isNewSession: true, isReplayed: true },
    });
    expect(await afterCrash.askAsAdmin(`/api/gateway/deliveries/${one.id}/replay`, "POST")).toMatchObject({
      status: 404,
    });
    expect(await afterCrash.stop()).toBe(0);

    const afterStop = await house.start();
    const rest = dead.filter((letter) => letter !== one);
    expect(await deadLetters(afterStop)).toEqual(rest);
    expect(await afterStop.askAsAdmin("/api/gateway/deliveries/replay?tenant_id=2", "POST")).toMatchObject({
      status: 200,
      body: { status: "replayed", tenant_id: 2, replayed: 1, without_holder: 0 },
    });
    await eventually(() => house.tenants.taken.length === 2);
    expect(house.tenants.textsOf("971501234567")).toEqual(["start_realty_2"]);
    expect(await deadLetters(afterStop)).toEqual(rest.filter((letter) => letter.tenant_id === 55));
    expect(await afterStop.stop()).toBe(0);
    // Nobody replayed the other tenant's, so nobody got it.
    expect(house.tenants.taken.map((message) => message.tenantId)).toEqual([2, 2]);
  }, 120_000);
});
