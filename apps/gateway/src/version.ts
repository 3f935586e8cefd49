import { readFileSync } from "node:fs";

/** The gateway's version, as handlers see it in `User-Agent`. */
export const VERSION = (
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string }
).version;
