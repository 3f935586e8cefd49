// Builds what is missing or out of date, then runs a built program in this process' place:
// `node scripts/run-built.mjs apps/gateway/dist/main.js [arguments]`.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [program] = process.argv.slice(2);

const build = spawnSync(
  process.execPath,
  [createRequire(import.meta.url).resolve("typescript/bin/tsc"), "-b", root],
  { stdio: ["ignore", 2, 2] },
);
if (build.status !== 0) process.exit(build.status ?? 1);

process.argv.splice(1, 2, resolve(root, program));
await import(pathToFileURL(resolve(root, program)).href);
