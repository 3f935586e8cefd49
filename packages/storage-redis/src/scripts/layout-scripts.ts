import type { RedisScript } from "./script.js";

/** `layout` → the layout of the keys, which is this one where there were none */
export const OPEN_LAYOUT: RedisScript = {
  name: "open-layout",
  kind: "frees",
  uses: [],
  text: `
call('SET', key('layout'), ARGV[1], 'NX')
return { call('GET', key('layout')) }`,
};

/** `holder, lease in ms` → whether the holder leads from now on. Keys: `leader`: holder and when its lease ends */
export const TAKE_LEAD: RedisScript = {
  name: "take-lead",
  kind: "frees",
  uses: [],
  text: `
local now, lead = now_ms(), call('HMGET', key('leader'), 'holder', 'until')
if lead[1] and lead[1] ~= ARGV[1] and tonumber(lead[2]) > now then return 0 end
call('HSET', key('leader'), 'holder', ARGV[1], 'until', text_of(now + tonumber(ARGV[2])))
return 1`,
};

/** `holder` */
export const GIVE_UP_LEAD: RedisScript = {
  name: "give-up-lead",
  kind: "frees",
  uses: [],
  text: `if call('HGET', key('leader'), 'holder') == ARGV[1] then call('DEL', key('leader')) end`,
};
