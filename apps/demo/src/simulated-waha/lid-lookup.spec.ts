import { ManualClock } from "@gateway-router/core/testing";
import { callWaha } from "../testing/call-waha.js";
import { SimulatedWaha } from "./simulated-waha.js";
import { QUICK_TIMINGS } from "./waha-timings.js";

const ACCOUNT = { phone: "971557357753" };
const STORE = { noweb: { store: { enabled: true, fullSync: true } } };

describe("the look-up of phone numbers behind LIDs", () => {
  let clock: ManualClock;
  let waha: SimulatedWaha;
  beforeEach(async () => {
    clock = new ManualClock();
    waha = await SimulatedWaha.start({ apiKey: "key", timings: QUICK_TIMINGS, clock });
  });
  afterEach(() => waha.stop());

  const lookUp = (lid: string) => callWaha(waha, "GET", `/api/default/lids/${lid}`);

  it.each([{}, { noweb: { store: { enabled: true } } }])("needs the store, filled: %j", async (config) => {
    await waha.pairAtOnce(ACCOUNT, config);
    expect((await lookUp("123@lid")).status).toBe(400);
  });

  it("finds those that showed themselves, and null for the rest", async () => {
    await waha.pairAtOnce(ACCOUNT, STORE);
    waha.contactSends({ from: "+971 50 777 1234", lid: "88112233445566@lid", text: "x" });
    expect((await lookUp("88112233445566@lid")).body).toEqual({
      lid: "88112233445566@lid",
      pn: "971507771234@c.us",
    });
    waha.learnLid("77@lid", "971500000001");
    expect((await lookUp("77")).body["pn"]).toBe("971500000001@c.us");
    expect((await lookUp("99@lid")).body).toEqual({ lid: "99@lid", pn: null });
    expect((await lookUp("971500000001@c.us")).status).toBe(422);
  });

  it("is counted, whatever it comes to", async () => {
    await waha.pairAtOnce(ACCOUNT);
    expect((await lookUp("1@lid")).status).toBe(400);
    waha.lidLookup = { status: 503 };
    expect((await lookUp("2")).status).toBe(503);
    expect((await lookUp("2@lid")).status).toBe(503);
    expect(waha.lidLookups).toEqual(["1@lid", "2@lid", "2@lid"]);
  });

  it("can be slow", async () => {
    await waha.pairAtOnce(ACCOUNT, STORE);
    waha.lidLookup = { delayMs: 5_000 };
    let isOver = false;
    const answer = lookUp("77@lid").finally(() => (isOver = true));
    while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(4_999);
    await callWaha(waha, "GET", "/api/version");
    expect(isOver).toBe(false);
    clock.advance(1);
    expect((await answer).status).toBe(200);
  });

  it("can be broken, until it is mended", async () => {
    await waha.pairAtOnce(ACCOUNT, STORE);
    waha.lidLookup = { status: 500 };
    expect((await lookUp("77@lid")).status).toBe(500);
    waha.lidLookup = {};
    expect((await lookUp("77@lid")).status).toBe(200);
  });
});
