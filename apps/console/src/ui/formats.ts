import { parsePhoneNumberFromString } from "libphonenumber-js/min";

const NUMBER = new Intl.NumberFormat();
const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const AGO = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** Grouped as the viewer groups them. */
export function grouped(count: number): string {
  return NUMBER.format(count);
}

/** `+971 50 123 4567`. What is no number, such as a LID, stays as it is. */
export function phoneText(digits: string): string {
  if (!/^\d+$/.test(digits)) return digits;
  return parsePhoneNumberFromString(`+${digits}`)?.formatInternational() ?? `+${digits}`;
}

/** In the viewer's time zone. */
export function timeText(iso: string): string {
  return TIME.format(new Date(iso));
}

export function exactTimeText(iso: string): string {
  return EXACT.format(new Date(iso));
}

export function clockText(atMs: number): string {
  return CLOCK.format(new Date(atMs));
}

const STEPS: readonly (readonly [
  limitSeconds: number,
  unit: Intl.RelativeTimeFormatUnit,
  seconds: number,
])[] = [
  [60, "second", 1],
  [3_600, "minute", 60],
  [86_400, "hour", 3_600],
  [86_400 * 30, "day", 86_400],
  [86_400 * 365, "month", 86_400 * 30],
];

/** `3 minutes ago`. */
export function agoText(iso: string, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - Date.parse(iso)) / 1_000);
  const [, unit, size] = STEPS.find(([limit]) => seconds < limit) ?? [0, "year" as const, 86_400 * 365];
  return AGO.format(-Math.floor(seconds / size), unit);
}
