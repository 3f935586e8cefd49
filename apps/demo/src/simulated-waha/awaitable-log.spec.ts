import { AwaitableLog } from "./awaitable-log.js";

describe("a log that can be waited for", () => {
  it("hands out each entry once, in order, whether it came before the call or after", async () => {
    const log = new AwaitableLog<string>();
    log.add("first");
    const taken = [log.next(), log.next(), log.next()];
    log.add("second");
    log.add("third");
    await expect(Promise.all(taken)).resolves.toEqual(["first", "second", "third"]);
    expect(log.all).toEqual(["first", "second", "third"]);
  });

  it("gives an entry to the call it matches, and keeps the others for later calls", async () => {
    const log = new AwaitableLog<number>();
    const even = log.next((entry) => entry % 2 === 0);
    log.add(1);
    log.add(2);
    await expect(even).resolves.toBe(2);
    await expect(log.next()).resolves.toBe(1);
  });

  it("forgets the oldest rather than grow without end", () => {
    const log = new AwaitableLog<number>();
    for (let entry = 0; entry < 10_001; entry += 1) log.add(entry);
    expect(log.all).toHaveLength(10_000);
    expect(log.all[0]).toBe(1);
  });
});
