import type { Chance } from "./chance.js";

/** Texts that programs stumble over, wherever they stand. */
export const ODD_TEXTS: readonly string[] = [
  ...["", " ", "0", "-1", "1.5", "1e3", "01", "+1", "٢", "9007199254740993", "9".repeat(400)],
  ...["null", "undefined", "NaN", "true", "[object Object]", "__proto__", "constructor", "toString"],
  ...["..", "../../etc/passwd", "/", "\\", "a/b", "*", ":id", "{id}", "$where", "'; DROP TABLE x;--"],
  ...["<script>alert(1)</script>", "%", "%00", "%zz", "%E0%A4%A", "\0", "a\0b", "\r\nX-Injected: 1"],
  ...["\u202egnp.exe", "\ufeff", "é", "日本語", "👩‍👩‍👧‍👦", "\ud800", "a\udfffb", "e\u0301".repeat(50)],
  ...[
    "x".repeat(300),
    "x".repeat(5_000),
    "971501234567",
    "88112233445566@lid",
    "120363@g.us",
    "status@broadcast",
  ],
  ...["http://", "http://127.0.0.1:9/", "javascript:alert(1)", "file:///etc/passwd", "//x", "whsec_", "gwt_"],
  ...[
    "2026-11-23T15:32:41Z",
    "+275760-09-13T00:00:00.001Z",
    "start_realty_2",
    "start_realty_99999999999999999999",
  ],
];

const ODD_NUMBERS: readonly number[] = [
  ...[0, -0, -1, 1.5, 1e21, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 53, -(2 ** 53), 8.64e15, 8.64e15 + 1],
];

const ODD_NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "",
  "length",
  "then",
];

/** A value of any JSON type. */
export function oddValue(chance: Chance): unknown {
  switch (chance.below(8)) {
    case 0:
      return null;
    case 1:
      return chance.happens(0.5);
    case 2:
      return chance.oneOf(ODD_NUMBERS);
    case 3:
      return Array.from({ length: chance.below(4) }, () => oddValue(chance));
    case 4:
      return oddObject(chance);
    default:
      return chance.oneOf(ODD_TEXTS);
  }
}

function oddObject(chance: Chance): object {
  const entries = Array.from({ length: chance.below(4) }, () => [
    chance.happens(0.5) ? chance.oneOf(ODD_NAMES) : chance.oneOf(ODD_TEXTS),
    oddValue(chance),
  ]);
  // Own properties all, `__proto__` too.
  return Object.fromEntries(entries) as object;
}

type Holder = Record<string, unknown>;

/** The value with something changed at some of its places: replaced, left out, or added. */
export function mutated(value: unknown, chance: Chance): unknown {
  const whole: Holder = { value: structuredClone(value) };
  for (let times = 1 + chance.below(3); times > 0; times -= 1) {
    const places = placesIn(whole);
    if (places.length === 0) break;
    const { holder, name } = chance.oneOf(places);
    const inside = holder[name];
    if (chance.happens(0.25)) Reflect.deleteProperty(holder, name);
    else if (typeof inside === "object" && inside !== null && chance.happens(0.3)) {
      define(inside as Holder, chance.oneOf(ODD_NAMES), oddValue(chance));
    } else define(holder, name, oddValue(chance));
  }
  return "value" in whole ? whole["value"] : oddValue(chance);
}

/** As an own property whatever its name: an assignment to `__proto__` would make none. */
function define(holder: Holder, name: string, value: unknown): void {
  if (Array.isArray(holder)) holder.push(value);
  else Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

function placesIn(holder: Holder): { readonly holder: Holder; readonly name: string }[] {
  return Object.entries(holder).flatMap(([name, value]) => [
    { holder, name },
    ...(typeof value === "object" && value !== null ? placesIn(value as Holder) : []),
  ]);
}

const DEEPEST = 10_000;
const PAST_EVERY_LIMIT_BYTES = 1_100_000;

/** A body that is no JSON of the shape asked for, or no JSON at all. */
export function oddBody(chance: Chance, body: Buffer): Buffer {
  switch (chance.below(12)) {
    case 0:
      return Buffer.alloc(0);
    case 1:
      return body.subarray(0, chance.below(body.length));
    case 2:
      return Buffer.concat([Buffer.from("\ufeff"), body]);
    case 3:
      return Buffer.from(`${"[".repeat(DEEPEST)}${"]".repeat(DEEPEST)}`);
    case 4:
      return Buffer.from(`${'{"a":'.repeat(DEEPEST)}1${"}".repeat(DEEPEST)}`);
    case 5:
      return Buffer.concat([body, Buffer.from([0xff, 0xfe, 0xc0, 0x80])]);
    case 6:
      return withBrokenByte(body, chance);
    case 7:
      return Buffer.from(body.toString("utf8"), "utf16le");
    case 8:
      return Buffer.from(`${body.toString("utf8")}${body.toString("utf8")}`);
    case 9:
      return Buffer.from(`{"a":1e999,"a":-1e999,"b":${"9".repeat(1_000)}}`);
    case 10:
      return chance.happens(0.1) ? Buffer.alloc(PAST_EVERY_LIMIT_BYTES, "[") : Buffer.alloc(70_000, " ");
    default:
      return Buffer.from(JSON.stringify(oddValue(chance)));
  }
}

function withBrokenByte(body: Buffer, chance: Chance): Buffer {
  const broken = Buffer.from(body);
  if (broken.length > 0) broken[chance.below(broken.length)] = chance.below(256);
  return broken;
}
