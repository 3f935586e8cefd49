import { ValidateBy } from "class-validator";
import { isAbsentTime, parseTimestampMs } from "./waha-timestamp.js";

const DECIMAL = /^[+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?$/;

/** An id of a message, in either form; empty where there is none. It goes into keys of storage and into logs, so its alphabet and length are bounded. */
export const MESSAGE_ID = /^[\x21-\x7e]{0,256}$/;

/** A time in one of WAHA's forms, or none at all. */
export function IsWahaTimestamp(): PropertyDecorator {
  return ValidateBy({
    name: "isWahaTimestamp",
    validator: {
      validate: (value: unknown) => isAbsentTime(value) || parseTimestampMs(value) !== undefined,
      defaultMessage: () => "$property must be a time",
    },
  });
}

/** Degrees between `-limit` and `limit`, as a number or, as NOWEB sends them, as text. */
export function IsDegrees(limit: number): PropertyDecorator {
  return ValidateBy({
    name: "isDegrees",
    validator: {
      validate: (value: unknown) =>
        (typeof value === "number" || (typeof value === "string" && DECIMAL.test(value))) &&
        Math.abs(Number(value)) <= limit,
      defaultMessage: () => `$property must be at most ${limit} degrees`,
    },
  });
}
