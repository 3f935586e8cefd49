import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ManualClock } from "@gateway-router/core/testing";
import { checkClock } from "./check-clock.js";

const THEIRS_MS = Date.UTC(2026, 10, 23, 16, 46);

let server: Server;
let url: string;
let date: string | undefined;

beforeEach(async () => {
  date = new Date(THEIRS_MS).toUTCString();
  server = createServer((_request, response) => {
    response.sendDate = false;
    if (date !== undefined) response.setHeader("Date", date);
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** With this machine's clock so much ahead of theirs. */
const checkAhead = (seconds: number) => {
  const clock = new ManualClock(THEIRS_MS + seconds * 1_000);
  return checkClock({ check: "waha_clock", whose: "WAHA", url, clock });
};

describe("checkClock", () => {
  it.each([
    [0, "fine"],
    [29, "fine"],
    [-29, "fine"],
    [32, "warning"],
    [-32, "warning"],
    [299, "warning"],
    [302, "broken"],
    [-302, "broken"],
  ])("clocks %i s apart are %s", async (seconds, verdict) => {
    expect(await checkAhead(seconds)).toMatchObject({ check: "waha_clock", verdict });
  });

  it("warns where no time is told", async () => {
    for (const none of [undefined, "soon"]) {
      date = none;
      expect(await checkAhead(0)).toMatchObject({ verdict: "warning" });
    }
  });

  it("leaves it to others to tell that nobody answers", async () => {
    url = "http://127.0.0.1:9/";
    expect(await checkAhead(0)).toBeUndefined();
  });
});
