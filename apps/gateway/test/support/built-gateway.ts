import { join } from "node:path";
import { fileURLToPath } from "node:url";

const APP = fileURLToPath(new URL("../..", import.meta.url));

/** What is compiled; the test runner's global set-up sees to that. */
export const MAIN = join(APP, "dist/main.js");
export const BIN = join(APP, "bin/gateway.js");
