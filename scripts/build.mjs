// Builds what is missing or out of date. Jest calls it before specs that start built programs.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

export default function build() {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  // The compiler's remarks are no part of what a program prints.
  const { status } = spawnSync(process.execPath, [tsc, "-b", root], { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("The sources do not compile");
}
