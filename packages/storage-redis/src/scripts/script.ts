/** A Lua script that the engine runs as one step: nobody sees it half done, and it either begins or is refused whole. */
export interface RedisScript {
  readonly name: string;
  /**
   * `writes`: refused before it begins where the engine has no memory left. `frees`: runs even then, for it makes room, or
   * is needed so that others can. `reads`: changes nothing.
   */
  readonly kind: "writes" | "frees" | "reads";
  /** What stands before `text`: functions that several scripts share. */
  readonly uses: readonly string[];
  readonly text: string;
}

const FLAGS: Readonly<Record<RedisScript["kind"], string>> = {
  writes: "",
  frees: " flags=allow-oom",
  reads: " flags=no-writes",
};

/** The whole text, as the engine gets it. `clock` defines `now_ms()`. */
export function scriptText({ kind, uses, text }: RedisScript, clock: string): string {
  return [`#!lua${FLAGS[kind]}`, clock, COMMON, ...uses, text].join("\n");
}

/** The engine's own time, so that instances need not agree on theirs. */
export const ENGINE_CLOCK = `
local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end`;

/** All keys stand under one prefix, the only key that is declared. Ids of tenants are texts here: they may have 16 digits. */
const COMMON = `
local call = redis.call
local function key(name) return KEYS[1] .. name end
local function text_of(number) return string.format('%.0f', number) end
-- Two parts of a text, the first of which has no line break.
local function split(text)
  local at = string.find(text, '\\n', 1, true)
  return string.sub(text, 1, at - 1), string.sub(text, at + 1)
end`;
