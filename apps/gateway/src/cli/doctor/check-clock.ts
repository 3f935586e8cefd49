import type { Clock } from "@gateway-router/core";
import { broken, fine, warning, type Finding } from "./finding.js";

export interface ClockToCheck {
  readonly check: "gateway_clock" | "waha_clock";
  /** Whose clock it is. */
  readonly whose: string;
  /** What answers with a `Date`. */
  readonly url: string;
  readonly clock: Clock;
}

const ANSWERS_WITHIN_MS = 5_000;
const NOTED_MS = 30_000;
const BROKEN_MS = 5 * 60_000;
/** `Date` names the second only: on average it is that far in. */
const HALF_A_SECOND_MS = 500;

/**
 * How far another machine's clock is from this one's. Signatures hold for minutes, and what is old is judged by
 * these clocks. `undefined` where nobody answers, which other checks tell.
 */
export async function checkClock({ check, whose, url, clock }: ClockToCheck): Promise<Finding | undefined> {
  const sentAtMs = clock.nowMs();
  const response = await fetch(url, {
    redirect: "manual",
    signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
  }).catch(() => undefined);
  if (response === undefined) return undefined;
  const answeredAtMs = clock.nowMs();
  await response.body?.cancel();
  const theirsMs = Date.parse(response.headers.get("date") ?? "") + HALF_A_SECOND_MS;
  if (Number.isNaN(theirsMs)) {
    return warning(check, `${whose} does not say what time it is`, "compare the clocks by hand: date -u");
  }
  const offMs = Math.abs(theirsMs - (sentAtMs + answeredAtMs) / 2);
  const seconds = Math.round(offMs / 1_000);
  const text = `${whose} and this machine are ${seconds} s apart`;
  const mend = "let both machines keep time by NTP, for example: timedatectl set-ntp true";
  if (offMs > BROKEN_MS) return broken(check, text, mend);
  return offMs > NOTED_MS ? warning(check, text, mend) : fine(check, text);
}
