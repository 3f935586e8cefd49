import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LmdbEnvironment } from "./lmdb-environment.js";
import { removeOld } from "./remove-old.js";

describe("removeOld", () => {
  let folder: string;
  let environment: LmdbEnvironment;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "remove-old-"));
    environment = LmdbEnvironment.open({ path: join(folder, "test.mdb") });
  });

  afterEach(async () => {
    await environment.close();
    rmSync(folder, { recursive: true });
  });

  it("removes what is old and nothing else, and lets others have their turn in between", async () => {
    const ages = environment.database<number>("ages");
    const names = Array.from({ length: 2_300 }, (_, i) => `name-${String(i).padStart(5, "0")}`);
    await environment.write(() => names.forEach((name, i) => ages.put(name, i % 3)));
    let turns = 0;
    let looked = 0;
    let mostInOneTurn = 0;
    const count = () => {
      turns += 1;
      mostInOneTurn = Math.max(mostInOneTurn, looked);
      looked = 0;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    const removed = await removeOld({
      environment,
      database: ages,
      isOld: (age) => {
        looked += 1;
        return age > 0;
      },
    });
    clearImmediate(next);
    expect(removed).toBe(names.filter((_, i) => i % 3 > 0).length);
    expect([...ages.keys()]).toEqual(names.filter((_, i) => i % 3 === 0));
    expect(turns).toBeGreaterThanOrEqual(5);
    expect(mostInOneTurn).toBeLessThan(names.length / 2);
  });

  it("keeps what is replaced by something young while it looks", async () => {
    const ages = environment.database<number>("ages");
    await environment.write(() => ages.put("name", 5));
    const [, removed] = await Promise.all([
      environment.write(() => ages.put("name", 0)),
      removeOld({ environment, database: ages, isOld: (age) => age > 0 }),
    ]);
    expect(removed).toBe(0);
    expect(ages.get("name")).toBe(0);
  });
});
