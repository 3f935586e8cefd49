import { Chance } from "./support/random-requests/chance.js";
import { RandomRun } from "./support/random-requests/random-run.js";

const REQUESTS = 100_000;
const MOST_TOLD = 20;
/** Every kind of answer that there is to give. */
const STATUSES = [200, 201, 202, 302, 400, 401, 403, 404, 405, 409, 413, 415, 429, 431];

describe("requests of any kind to every route", () => {
  it("100,000 of them: each is answered in the one format, nothing tells of the insides, and no secret comes out", async () => {
    const seed = Number(process.env["RANDOM_REQUESTS_SEED"] ?? Date.now() % 2 ** 31);
    process.stderr.write(`RANDOM_REQUESTS_SEED=${seed} repeats these requests\n`);
    const run = new RandomRun({ chance: new Chance(seed), requests: REQUESTS, rounds: 50, atOnce: 32 });
    await run.run();
    expect({ seed, faults: run.faults.slice(0, MOST_TOLD) }).toEqual({ seed, faults: [] });
    expect({ seed, leaks: run.secrets.leaks().slice(0, MOST_TOLD) }).toEqual({ seed, leaks: [] });
    expect(run.sent).toBe(REQUESTS);
    // They came all the way through: to every kind of answer, and to what each route is for.
    expect(STATUSES.filter((status) => !run.statuses.has(status))).toEqual([]);
    expect([...run.routes].filter((route) => !run.succeeded.has(route))).toEqual([]);
  }, 600_000);
});
