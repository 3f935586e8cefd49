import { ManualClock } from "../testing/manual-clock.js";
import { sendBudgetContract } from "../testing/send-budget-contract.js";
import { InProcessSendBudget } from "./in-process-send-budget.js";

describe("InProcessSendBudget", () => {
  sendBudgetContract({
    test: it,
    async open(limits) {
      const clock = new ManualClock();
      return {
        budget: new InProcessSendBudget({ clock, limits }),
        nowMs: () => clock.nowMs(),
        advance: (byMs) => clock.advance(byMs),
        close: () => Promise.resolve(),
      };
    },
  });
});
