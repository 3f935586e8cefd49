import type { ContactId } from "@gateway-router/core";
import { aContact, eventually, ManualClock, RecordingLogger } from "@gateway-router/core/testing";
import { BoundedCache } from "./bounded-cache.js";
import type { WahaServerAnswer } from "./testing/scripted-waha-server.js";
import { TEST_API_KEY, WahaUnderTest } from "./testing/waha-under-test.js";
import { WahaContactLookup } from "./waha-contact-lookup.js";

const lid = aContact("99112233445566@lid");
const phone = aContact("971501234567");

let waha: WahaUnderTest;
let clock: ManualClock;
let logger: RecordingLogger;
let lookup: WahaContactLookup;

beforeEach(async () => {
  waha = await WahaUnderTest.open();
  clock = new ManualClock();
  logger = new RecordingLogger();
  lookup = new WahaContactLookup({ client: waha.client({ clock }), clock, logger });
  answer({ status: 200, json: { lid, pn: `${phone}@c.us` } });
});

afterEach(() => waha.close());

function answer(reply: WahaServerAnswer): void {
  waha.server.answer = () => reply;
}

const asked = (): number => waha.server.requests.length;

describe("WahaContactLookup", () => {
  it("asks WAHA, and remembers the answer for a day", async () => {
    expect(await lookup.phoneOf(lid)).toBe(phone);
    clock.advance(24 * 3_600_000 - 1);
    expect(await lookup.phoneOf(lid)).toBe(phone);
    expect(asked()).toBe(1);
    clock.advance(1);
    expect(await lookup.phoneOf(lid)).toBe(phone);
    expect(asked()).toBe(2);
    expect(clock.waiting).toBe(0);
  });

  it.each<[string, WahaServerAnswer]>([
    ["no phone number", { status: 200, json: { lid, pn: null } }],
    ["what is no phone number", { status: 200, json: { lid, pn: "hello" } }],
    ["no such LID", { status: 404 }],
  ])("remembers for ten minutes that there is %s", async (_, reply) => {
    answer(reply);
    expect(await lookup.phoneOf(lid)).toBeUndefined();
    answer({ status: 200, json: { lid, pn: `${phone}@c.us` } });
    clock.advance(10 * 60_000 - 1);
    expect(await lookup.phoneOf(lid)).toBeUndefined();
    expect(asked()).toBe(1);
    clock.advance(1);
    expect(await lookup.phoneOf(lid)).toBe(phone);
  });

  it("waits half a second and no longer", async () => {
    answer("hang");
    const arrival = waha.server.nextRequest();
    let isDone = false;
    const asking = lookup.phoneOf(lid).finally(() => (isDone = true));
    await arrival;
    clock.advance(499);
    expect(isDone).toBe(false);
    clock.advance(1);
    expect(await asking).toBeUndefined();
    expect(clock.waiting).toBe(0);
  });

  it("asks once for all that want to know at the same time", async () => {
    const asking = Array.from({ length: 20 }, () => lookup.phoneOf(lid));
    expect(new Set(await Promise.all(asking))).toEqual(new Set([phone]));
    expect(asked()).toBe(1);
  });

  it("asks about so many at a time and no more", async () => {
    answer("hang");
    const lids = Array.from({ length: 150 }, (_, index) => aContact(`${index + 1}@lid`));
    const asking = Promise.all(lids.map((each) => lookup.phoneOf(each)));
    await eventually(() => asked() === 100);
    clock.advance(500);
    expect(await asking).toEqual(lids.map(() => undefined));
    expect(asked()).toBe(100);
  });

  it("spares a WAHA that fails three times for half a minute, and says so once", async () => {
    answer({ status: 500 });
    for (const each of [1, 2, 3, 4, 5]) expect(await lookup.phoneOf(aContact(`${each}@lid`))).toBeUndefined();
    expect(asked()).toBe(3);
    expect(logger.messages("warn")).toEqual([
      "Phone numbers behind LIDs are not looked up for 30 s: WAHA answered 500",
    ]);
    answer({ status: 200, json: { lid, pn: `${phone}@c.us` } });
    clock.advance(30_000 - 1);
    expect(await lookup.phoneOf(lid)).toBeUndefined();
    clock.advance(1);
    expect(await lookup.phoneOf(lid)).toBe(phone);
  });

  it("knows what it knew while WAHA is away", async () => {
    await lookup.phoneOf(lid);
    answer("reset");
    for (const each of [1, 2, 3]) await lookup.phoneOf(aContact(`${each}@lid`));
    expect(await lookup.phoneOf(lid)).toBe(phone);
  });

  it("counts failures in a row only, and does not take one for an answer", async () => {
    for (const each of [1, 2, 3, 4]) {
      answer({ status: 500 });
      await lookup.phoneOf(lid);
      answer({ status: 200, json: { pn: null } });
      await lookup.phoneOf(aContact(`${each}@lid`));
    }
    expect(asked()).toBe(8);
    expect(logger.lines).toEqual([]);
  });

  it("says once that the store is off, and tries now and then", async () => {
    answer({ status: 400, json: { message: "Enable NOWEB store" } });
    for (let round = 0; round < 3; round += 1) {
      await lookup.phoneOf(lid);
      await lookup.phoneOf(lid);
      clock.advance(30_000);
    }
    expect(asked()).toBe(3);
    expect(logger.messages("warn")).toEqual([
      "WAHA does not look up phone numbers behind LIDs: on NOWEB its store must be on (WAHA answered 400: Enable NOWEB store)",
    ]);
  });

  it.each<[string, WahaServerAnswer]>([
    ["another key", { status: 401 }],
    ["a broken connection", "reset"],
    ["nonsense", { status: 200, text: "<html>" }],
  ])("never rejects, nor tells the key: %s", async (_, reply) => {
    answer(reply);
    for (const each of [1, 2, 3]) expect(await lookup.phoneOf(aContact(`${each}@lid`))).toBeUndefined();
    expect(JSON.stringify(logger.lines)).not.toContain(TEST_API_KEY);
  });

  it("tells a fault of its own house at once, and does not reject for it", async () => {
    const client = { phoneOfLid: () => Promise.reject<ContactId>(new TypeError("not WAHA's")) };
    const broken = new WahaContactLookup({ client, clock, logger });
    expect(await broken.phoneOf(lid)).toBeUndefined();
    expect(logger.messages("warn")).toEqual([
      "Phone numbers behind LIDs are not looked up for 30 s: not WAHA's",
    ]);
  });
});

describe("a bounded cache", () => {
  it("forgets what was used longest ago", () => {
    const cache = new BoundedCache<string, number | undefined>(2);
    cache.keep("a", 1, 100);
    cache.keep("b", undefined, 100);
    expect(cache.find("a", 0)).toMatchObject({ value: 1 });
    cache.keep("c", 3, 100);
    expect(cache.find("b", 0)).toBeUndefined();
    expect(cache.find("a", 0)).toMatchObject({ value: 1 });
    cache.keep("a", 4, 100);
    expect(cache.size).toBe(2);
    expect(cache.find("a", 99)).toMatchObject({ value: 4 });
    expect(cache.find("a", 100)).toBeUndefined();
    expect(cache.size).toBe(1);
  });
});
