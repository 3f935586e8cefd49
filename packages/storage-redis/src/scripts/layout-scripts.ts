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
