/** The last moment whose year has four digits: later ones have another form in ISO 8601, and are nobody's. */
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
/** As milliseconds this is in 1973, as seconds in 5138: below it, a number counts seconds. */
const FEWEST_MILLISECONDS = 100_000_000_000;

const DIGITS = /^[0-9]{1,15}(?:\.[0-9]{1,9})?$/;
const ISO_8601 =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?$/;

/**
 * Whether nothing is said about the time. WAHA's engines write a time they don't know as null, as an empty
 * text or, where their language has no other way, as zero.
 */
export function isAbsentTime(value: unknown): boolean {
  return value === undefined || value === null || value === "" || value === 0 || value === "0";
}

/**
 * A time as WAHA and its engines write it: seconds or milliseconds since the Unix epoch, told apart by their
 * size, as a number or in digits, or a text in ISO 8601, in UTC unless it names a zone. Answers milliseconds,
 * or `undefined` for what is absent or no time.
 */
export function parseTimestampMs(value: unknown): number | undefined {
  if (typeof value === "number") return inRange(fromNumber(value));
  if (typeof value !== "string" || value.length > 40) return undefined;
  if (DIGITS.test(value)) return inRange(fromNumber(Number(value)));
  const iso = ISO_8601.exec(value);
  if (iso === null) return undefined;
  return inRange(Date.parse(iso[1] === undefined ? `${value}Z` : value));
}

function fromNumber(value: number): number {
  return Math.round(value < FEWEST_MILLISECONDS ? value * 1000 : value);
}

function inRange(ms: number): number | undefined {
  // NaN fails both comparisons.
  return ms > 0 && ms <= LATEST_MS ? ms : undefined;
}
