// Builds what is missing or out of date, then runs a built program in this process' place:
// `node scripts/run-built.mjs apps/gateway/dist/main.js [arguments]`.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import build, { root } from "./build.mjs";

const program = resolve(root, process.argv[2]);
await build();
process.argv.splice(1, 2, program);
await import(pathToFileURL(program).href);
