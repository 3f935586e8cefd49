import type { LeaderLease } from "../ports/leader-lease.js";
import { onlyInstance } from "../ports/leader-lease.js";
import { ManualClock, RecordingLogger } from "../testing/index.js";
import { LEADER_LEASE_MS, LeadersWork, type LeadersTask } from "./leaders-work.js";

class Engine {
  private holder: object | undefined;
  private untilMs = 0;
  isAway = false;

  constructor(private readonly clock: ManualClock) {}

  lease(): LeaderLease {
    const holder = {};
    return {
      take: async (leaseMs) => {
        if (this.isAway) throw new Error("away");
        const nowMs = this.clock.nowMs();
        if (this.holder !== undefined && this.holder !== holder && this.untilMs > nowMs) return false;
        this.holder = holder;
        this.untilMs = nowMs + leaseMs;
        return true;
      },
      giveUp: async () => {
        if (this.holder === holder) this.holder = undefined;
      },
    };
  }
}

class Task implements LeadersTask {
  readonly log: string[] = [];

  start(): void {
    this.log.push("start");
  }

  async stop(): Promise<void> {
    this.log.push("stop");
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const clock = new ManualClock();
  const engine = new Engine(clock);
  const logger = new RecordingLogger();
  const instance = (lease: LeaderLease = engine.lease()) => {
    const task = new Task();
    return { task, work: new LeadersWork({ lease, tasks: [task], clock, logger }) };
  };
  const pass = async (byMs: number) => {
    for (let passed = 0; passed < byMs; passed += 1_000) {
      clock.advance(1_000);
      await settled();
    }
  };
  return { clock, engine, logger, instance, pass };
}

describe("LeadersWork", () => {
  it("says who leads where several may, and makes no news of it where there is but one", async () => {
    const { logger, instance } = setUp();
    const alone = instance(onlyInstance);
    await alone.work.start();
    await alone.work.stop(0);
    expect(logger.messages("info")).toEqual([]);
    const oneOfSeveral = instance();
    await oneOfSeveral.work.start();
    await oneOfSeveral.work.stop(0);
    expect(logger.messages("info")).toEqual(["👑 This instance leads", "👑 This instance leads no more"]);
  });

  it("storage that one process has to itself: it leads from its start to its stop", async () => {
    const { instance, pass } = setUp();
    const { task, work } = instance(onlyInstance);
    await work.start();
    expect(work.isLeading).toBe(true);
    await pass(60_000);
    await work.stop(0);
    expect([task.log, work.isLeading]).toEqual([["start", "stop"], false]);
  });

  it("of two instances one does it, and the other goes on at once when it stops", async () => {
    const { instance, pass } = setUp();
    const [one, other] = [instance(), instance()];
    await one.work.start();
    await other.work.start();
    await pass(60_000);
    expect([one.task.log, other.task.log]).toEqual([["start"], []]);
    await one.work.stop(0);
    await pass(5_000);
    expect([one.task.log, other.task.log]).toEqual([["start", "stop"], ["start"]]);
    await other.work.stop(0);
  });

  it("stops leading before another one may begin, where the engine is away for longer than the lease", async () => {
    const { engine, instance, pass } = setUp();
    const { task, work } = instance();
    await work.start();
    engine.isAway = true;
    await pass(LEADER_LEASE_MS - 1_000);
    expect(work.isLeading).toBe(true);
    await pass(1_000);
    expect([work.isLeading, task.log]).toEqual([false, ["start", "stop"]]);
    engine.isAway = false;
    await pass(5_000);
    expect([work.isLeading, task.log]).toEqual([true, ["start", "stop", "start"]]);
    await work.stop(0);
  });

  it("starts though the engine is away, and leads when it is back", async () => {
    const { engine, instance, pass } = setUp();
    engine.isAway = true;
    const { task, work } = instance();
    await work.start();
    expect(task.log).toEqual([]);
    engine.isAway = false;
    await pass(5_000);
    expect(task.log).toEqual(["start"]);
    await work.stop(0);
  });

  it("a task that can't start fails the start, and is told where that happens later", async () => {
    const { clock, logger } = setUp();
    const failing: LeadersTask = {
      start: () => Promise.reject(new Error("no state")),
      stop: () => Promise.resolve(),
    };
    const work = new LeadersWork({ lease: onlyInstance, tasks: [failing], clock, logger });
    await expect(work.start()).rejects.toThrow("no state");
    expect(logger.messages("error")).toHaveLength(1);
    await work.stop(0);
    expect(clock.waiting).toBe(0);
  });
});
