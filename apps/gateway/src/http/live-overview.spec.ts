import { eventually, ManualClock, RecordingLogger } from "@gateway-router/core/testing";
import { LiveOverview, type OverviewStream } from "./live-overview.js";

function enter(options: { readonly mostStreams?: number } = {}) {
  const clock = new ManualClock();
  const drain = new AbortController();
  const house = { now: "1", reads: 0, fault: undefined as Error | undefined };
  const live = new LiveOverview({
    ...{ clock, logger: new RecordingLogger(), signal: drain.signal, ...options },
    read: async () => {
      house.reads += 1;
      if (house.fault !== undefined) throw house.fault;
      return house.now;
    },
  });
  const listen = (isWelcome = () => true) => {
    const heard: string[] = [];
    let ended = false;
    const stream: OverviewStream = {
      send: (text) => heard.push(text),
      isWelcome: async () => isWelcome(),
      end: () => (ended = true),
    };
    const leave = live.join(stream);
    return {
      heard,
      leave,
      isEnded: () => ended,
      overviews: () => heard.filter((text) => text.includes("overview")),
    };
  };
  /** Lets the next look happen. */
  const look = async () => {
    const before = house.reads;
    await eventually(() => {
      clock.advance(1_000);
      return house.reads > before;
    });
  };
  return { clock, drain, house, live, listen, look };
}

describe("LiveOverview", () => {
  it("tells what there is at once, and again when it changes", async () => {
    const { house, listen, look } = enter();
    const one = listen();
    await eventually(() => one.overviews().length === 1);
    await look();
    expect(one.overviews()).toEqual(["event: overview\ndata: 1\n\n"]);
    const other = listen();
    await eventually(() => other.overviews().length === 1);
    house.now = "2";
    await look();
    await eventually(() => one.overviews().length === 2 && other.overviews().length === 2);
    expect(other.overviews()[1]).toBe("event: overview\ndata: 2\n\n");
  });

  it("reads nothing while nobody listens", async () => {
    const { clock, house, listen } = enter();
    const { heard, leave } = listen();
    await eventually(() => heard.length > 1);
    leave!();
    const { reads } = house;
    clock.advance(60_000);
    await Promise.resolve();
    expect(house.reads).toBe(reads);
  });

  it("has room for so many, and for another when one has left", async () => {
    const { listen, live } = enter({ mostStreams: 2 });
    const first = listen();
    expect(listen().leave).toBeDefined();
    expect(listen().leave).toBeUndefined();
    expect(live.count).toBe(2);
    first.leave!();
    expect(listen().leave).toBeDefined();
  });

  it("says a word now and then, and sends away whose session is over", async () => {
    const { listen, look } = enter();
    let isWelcome = true;
    const guest = listen(() => isWelcome);
    const other = listen();
    await eventually(() => guest.overviews().length === 1);
    for (let count = 0; count < 10; count += 1) await look();
    await eventually(() => guest.heard.includes("event: still-here\ndata: {}\n\n"));
    isWelcome = false;
    for (let count = 0; count < 10; count += 1) await look();
    await eventually(() => guest.isEnded());
    expect(other.isEnded()).toBe(false);
  });

  it("ends with the gateway, and when nothing can be read", async () => {
    const { drain, house, listen, look } = enter();
    const one = listen();
    await eventually(() => one.overviews().length === 1);
    house.fault = new Error("no storage");
    await look();
    await eventually(() => one.isEnded());
    house.fault = undefined;
    const other = listen();
    await eventually(() => other.overviews().length === 1);
    drain.abort();
    expect(other.isEnded()).toBe(true);
    expect(listen().leave).toBeUndefined();
  });
});
