import { ManualClock } from "../testing/manual-clock.js";
import { consoleSessionStoreContract } from "../testing/console-session-store-contract.js";
import { InProcessConsoleSessions } from "./in-process-console-sessions.js";

describe("InProcessConsoleSessions", () => {
  consoleSessionStoreContract({
    test: it,
    async open() {
      const clock = new ManualClock();
      return {
        sessions: new InProcessConsoleSessions({ clock }),
        nowMs: () => clock.nowMs(),
        advance: (byMs) => clock.advance(byMs),
        close: () => Promise.resolve(),
      };
    },
  });
});
