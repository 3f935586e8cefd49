import { setTimeout as sleep } from "node:timers/promises";
import { StepFailed } from "./step-failed.js";

/** Longer than any step takes on a slow machine. */
export const STEP_MS = 15_000;
const LOOK_AGAIN_MS = 25;

/** The result, or a failure that says what did not happen in time. */
export async function within<Result>(ms: number, what: string, result: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new StepFailed(`${what}: not within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([result, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Looks until there is something to see. */
export async function eventually<Seen>(
  ms: number,
  what: string,
  look: () => Promise<Seen | undefined>,
): Promise<Seen> {
  const untilMs = performance.now() + ms;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > untilMs) throw new StepFailed(`${what}: not within ${ms / 1000} s`);
    await sleep(LOOK_AGAIN_MS);
  }
}
