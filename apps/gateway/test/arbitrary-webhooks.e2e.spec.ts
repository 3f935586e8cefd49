import { Agent, request as httpRequest } from "node:http";
import fc from "fast-check";
import { House } from "./support/house.js";
import { recordedDelivery } from "./support/recorded-deliveries.js";

const ROUNDS = 1_000;
/** Posted at once, so a hundred thousand in all: far below what the gateway turns away for want of room. */
const ARBITRARY_AT_ONCE = 80;
const MUTATED_AT_ONCE = 20;

type Container = Record<string, unknown>;

const RECORDINGS = [
  "0001",
  "0004",
  "0007",
  "0009",
  "0010",
  "0011",
  "0014",
  "0016",
  "0017",
  "0018",
  "0021",
].map((number) => JSON.parse(recordedDelivery(number).body.toString("utf8")) as Container);

const json = fc.oneof(fc.jsonValue(), fc.jsonValue({ stringUnit: "binary" }));
const aMutation = fc.record({ place: fc.nat(), value: fc.option(json, { nil: undefined }) });
const aMutatedDelivery = fc
  .tuple(fc.constantFrom(...RECORDINGS), fc.array(aMutation, { minLength: 1, maxLength: 3 }))
  .map(([recording, mutations]) => {
    const delivery = structuredClone(recording);
    for (const { place, value } of mutations) {
      const places = placesIn(delivery);
      const { holder, name } = places[place % places.length]!;
      // JSON leaves out what is undefined, and makes null of it in a list.
      holder[name] = value;
    }
    return delivery;
  });

/** Every place of the value that holds another, lists' included. */
function placesIn(holder: Container): { readonly holder: Container; readonly name: string }[] {
  return Object.entries(holder).flatMap(([name, value]) => [
    { holder, name },
    ...(typeof value === "object" && value !== null ? placesIn(value as Container) : []),
  ]);
}

let house: House;
let agent: Agent;

beforeEach(async () => {
  house = await House.enter();
  agent = new Agent({ keepAlive: true, maxSockets: ARBITRARY_AT_ONCE + MUTATED_AT_ONCE });
});

afterEach(async () => {
  agent.destroy();
  await house.leave();
}, 30_000);

interface Answered {
  readonly status: number;
  readonly text: string;
}

function post(url: string, value: unknown): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${url}/api/gateway/waha`, {
      ...{ agent, method: "POST" },
      headers: { "Content-Type": "application/json" },
    });
    request.on("error", reject).on("response", (response) => {
      let text = "";
      response
        .setEncoding("utf8")
        .on("error", reject)
        .on("data", (chunk: string) => (text += chunk))
        .on("end", () => resolve({ status: response.statusCode!, text }));
    });
    request.end(JSON.stringify(value));
  });
}

describe("webhooks whose body is any JSON at all", () => {
  it("100,000 of them, and recorded deliveries with something changed: each is taken or refused, nothing breaks", async () => {
    const gateway = await house.start({ LOG_LEVEL: "error", DUPLICATE_MEMORY_DAYS: "36500" });
    const told = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(json, { minLength: ARBITRARY_AT_ONCE, maxLength: ARBITRARY_AT_ONCE }),
        fc.array(aMutatedDelivery, { minLength: MUTATED_AT_ONCE, maxLength: MUTATED_AT_ONCE }),
        async (arbitrary, mutated) => {
          const answers = await Promise.all(
            [...arbitrary, ...mutated].map((value) => post(gateway.url, value)),
          );
          expect(answers.filter(({ status }) => status !== 200 && status !== 400)).toEqual([]);
          for (const { text } of answers) told.add((JSON.parse(text) as { status: string }).status);
        },
      ),
      { numRuns: ROUNDS },
    );
    // The changed ones came all the way through to every kind of answer.
    expect([...told]).toEqual(
      expect.arrayContaining(["error", "ignored", "unmapped", "routed", "duplicate"]),
    );
    expect(gateway.errors).toBe("");
    expect(gateway.lines.filter((line) => line["level"] === "error")).toEqual([]);
    expect(await gateway.ask("/readyz")).toMatchObject({ status: 200, body: { status: "ready" } });
    expect((await gateway.say("971401234567", "start_realty_2", "AFTERWARDS")).body).toMatchObject({
      status: "routed",
    });
    expect(await gateway.stop()).toBe(0);
  }, 180_000);
});
