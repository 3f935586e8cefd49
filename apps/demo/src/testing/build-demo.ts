import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";

/** Builds what the programs of the demo consist of, so that no test runs an old build. Takes a moment where nothing changed. */
export async function buildDemo(): Promise<void> {
  const compiler = resolve("node_modules/typescript/bin/tsc");
  await promisify(execFile)(process.execPath, [compiler, "-b", "apps/demo", "apps/gateway"]);
}
