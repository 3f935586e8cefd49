// Builds what is missing or out of date. Jest calls it before specs that start built programs.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import buildConsole from "./build-console.mjs";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

export default async function build() {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  // The compiler's remarks are no part of what a program prints.
  const { status } = spawnSync(process.execPath, [tsc, "-b", root], { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("The sources do not compile");
  await buildConsole();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
