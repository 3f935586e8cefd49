import { execFileSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StorageUnavailableError } from "@gateway-router/core";
import type { LmdbDatabase } from "./lmdb-database.js";
import { LmdbEnvironment, type LmdbFaults } from "./lmdb-environment.js";

let folder: string;
let environment: LmdbEnvironment;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lmdb-environment-"));
});

afterEach(async () => {
  await environment.close();
  rmSync(folder, { recursive: true });
});

function openEnvironment(faults: LmdbFaults = {}): LmdbDatabase<number> {
  environment = LmdbEnvironment.open({ path: join(folder, "test.mdb"), faults });
  return environment.database<number>("numbers");
}

async function reopen(): Promise<LmdbDatabase<number>> {
  await environment.close();
  return openEnvironment();
}

describe("LmdbEnvironment", () => {
  it("keeps what was written", async () => {
    const numbers = openEnvironment();
    expect(await environment.write(() => (numbers.put("one", 1), "done"))).toBe("done");
    expect(numbers.get("one")).toBe(1);
    expect((await reopen()).get("one")).toBe(1);
  });

  it("reads inside a write what it wrote", async () => {
    const numbers = openEnvironment();
    const seen = await environment.write(() => {
      numbers.put("one", 1);
      numbers.put("two", 2);
      numbers.remove("one");
      return [numbers.get("one"), numbers.get("two"), [...numbers.keys()]];
    });
    expect(seen).toEqual([undefined, 2, ["two"]]);
  });

  it("runs writes in order, each seeing those before it", async () => {
    const numbers = openEnvironment();
    const add = () => environment.write(() => numbers.put("sum", (numbers.get("sum") ?? 0) + 1));
    await Promise.all(Array.from({ length: 2500 }, add));
    expect(numbers.get("sum")).toBe(2500);
  });

  it("undoes work that throws, and that alone", async () => {
    const numbers = openEnvironment();
    const outcomes = await Promise.allSettled([
      environment.write(() => numbers.put("before", 1)),
      environment.write(() => {
        numbers.put("before", 99);
        numbers.put("never", 99);
        throw new RangeError("no");
      }),
      environment.write(() => numbers.put("after", numbers.get("before")! + 1)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(outcomes[1]).toMatchObject({ reason: new RangeError("no") });
    const again = await reopen();
    expect([...again.range()]).toEqual([
      { key: "after", value: 2 },
      { key: "before", value: 1 },
    ]);
  });

  it("tells all writes of a batch of their commit, though what one does on it throws", async () => {
    const numbers = openEnvironment();
    const seen: number[] = [];
    const outcomes = await Promise.allSettled([
      environment.write(() => numbers.put("one", 1)),
      environment.write(
        () => numbers.put("two", 2),
        () => {
          throw new RangeError("no");
        },
      ),
      environment.write(
        () => (numbers.put("three", 3), 3),
        (result) => seen.push(result),
      ),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(outcomes[1]).toMatchObject({ reason: new RangeError("no") });
    expect(seen).toEqual([3]);
    expect(numbers.get("two")).toBe(2);
    expect(environment.isIdle).toBe(true);
  });

  it("changes nothing outside of a write", () => {
    const numbers = openEnvironment();
    expect(() => numbers.put("one", 1)).toThrow("changes inside a write only");
    expect(numbers.has("one")).toBe(false);
  });

  it("keeps a snapshot as it was, in several databases at once", async () => {
    const numbers = openEnvironment();
    const words = environment.database<string, [number, string]>("words");
    await environment.write(() => {
      numbers.put("one", 1);
      words.put([1, "a"], "x");
    });
    const snapshot = environment.snapshot();
    await environment.write(() => {
      numbers.put("one", 11);
      words.remove([1, "a"]);
    });
    expect(snapshot.get(numbers, "one")).toBe(1);
    expect([...snapshot.range(words)]).toEqual([{ key: [1, "a"], value: "x" }]);
    expect(numbers.get("one")).toBe(11);
    snapshot.close();
    expect(() => snapshot.get(numbers, "one")).toThrow(StorageUnavailableError);
  });

  it("turns away more writes than may wait", async () => {
    openEnvironment();
    await environment.close();
    environment = LmdbEnvironment.open({ path: join(folder, "test.mdb"), maxWaitingWrites: 2 });
    const outcomes = await Promise.allSettled([1, 2, 3].map((value) => environment.write(() => value)));
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(outcomes[2]).toMatchObject({ reason: { code: "storage_unavailable" } });
  });

  it("commits what waits when it is closed, and takes no more", async () => {
    const numbers = openEnvironment();
    const write = environment.write(() => numbers.put("one", 1));
    const closed = environment.close();
    await expect(environment.write(() => numbers.put("two", 2))).rejects.toThrow(StorageUnavailableError);
    await Promise.all([write, closed]);
    expect(() => numbers.get("one")).toThrow(StorageUnavailableError);
    const again = await reopen();
    expect([again.get("one"), again.get("two")]).toEqual([1, undefined]);
  });
});

describe("LmdbEnvironment when a commit fails", () => {
  let isFailing = false;
  let isBroken = false;
  const faults: LmdbFaults = {
    beforeCommit: () => {
      if (isFailing) throw new Error("I/O error");
    },
    isBroken: () => isBroken,
  };

  beforeEach(() => {
    isFailing = true;
    isBroken = false;
  });

  it("rejects the whole batch, of which nothing appears later", async () => {
    const numbers = openEnvironment(faults);
    const outcomes = await Promise.allSettled(
      ["one", "two"].map((key) => environment.write(() => numbers.put(key, 1))),
    );
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "storage_unavailable" } });
    }
    expect([...numbers.keys()]).toEqual([]);
    isFailing = false;
    await environment.write(() => numbers.put("three", 3));
    expect([...numbers.keys()]).toEqual(["three"]);
    expect([...(await reopen()).keys()]).toEqual(["three"]);
  });

  it("opens LMDB anew where it is broken, behind the same databases, and ends snapshots", async () => {
    isFailing = false;
    const numbers = openEnvironment(faults);
    await environment.write(() => numbers.put("one", 1));
    const snapshot = environment.snapshot();
    isFailing = true;
    isBroken = true;
    await expect(environment.write(() => numbers.put("two", 2))).rejects.toThrow(StorageUnavailableError);
    expect(numbers.get("one")).toBe(1);
    expect(() => snapshot.get(numbers, "one")).toThrow(StorageUnavailableError);
    isFailing = false;
    await environment.write(() => numbers.put("three", 3));
    expect([...numbers.keys()]).toEqual(["one", "three"]);
  });

  it("rejects while LMDB can't be opened, and recovers when it can", async () => {
    const file = join(folder, "test.mdb");
    const away = join(folder, "away.mdb");
    const numbers = openEnvironment({
      ...faults,
      isBroken: () => {
        renameSync(file, away);
        return true;
      },
    });
    await expect(environment.write(() => numbers.put("one", 1))).rejects.toThrow(StorageUnavailableError);
    expect(() => numbers.get("one")).toThrow(StorageUnavailableError);
    await expect(environment.write(() => numbers.put("two", 2))).rejects.toThrow(StorageUnavailableError);
    isFailing = false;
    renameSync(away, file);
    await environment.write(() => numbers.put("three", 3));
    expect([...numbers.keys()]).toEqual(["three"]);
  });
});

describe("LmdbEnvironment on a full disk", () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);

  it("rejects, leaves no unhandled rejection, and works again when there is room", async () => {
    if (!tryMount(folder, "1m")) {
      process.stderr.write("Skipped: a small tmpfs can't be mounted here\n");
      openEnvironment();
      return;
    }
    process.on("unhandledRejection", note);
    try {
      openEnvironment();
      const texts = environment.database<string>("texts");
      const acknowledged: string[] = [];
      const failures: unknown[] = [];
      for (let i = 0; failures.length < 3; i += 1) {
        const key = `text-${i}`;
        await environment
          .write(() => texts.put(key, key.repeat(3000)))
          .then(
            () => acknowledged.push(key),
            (error: unknown) => failures.push(error),
          );
      }
      for (const failure of failures) expect(failure).toBeInstanceOf(StorageUnavailableError);
      expect(new Set(texts.keys())).toEqual(new Set(acknowledged));

      execFileSync("mount", ["-o", "remount,size=16m", folder]);
      await environment.write(() => texts.put("again", "x".repeat(30_000)));
      await environment.close();
      openEnvironment();
      expect(new Set(environment.database<string>("texts").keys())).toEqual(
        new Set([...acknowledged, "again"]),
      );
      expect(unhandled).toEqual([]);
    } finally {
      process.off("unhandledRejection", note);
      await environment.close();
      execFileSync("umount", [folder]);
    }
  });
});

function tryMount(path: string, size: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
