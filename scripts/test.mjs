// Runs jest with the flag that ES modules need there. `node scripts/test.mjs unit` runs the unit tests only;
// further arguments go to jest as they are.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const [first, ...rest] = process.argv.slice(2);
const projects = ["unit", "int", "e2e"];
const jestArguments = projects.includes(first) ? [...rest, "--selectProjects", first] : process.argv.slice(2);

const result = spawnSync(
  process.execPath,
  [
    "--experimental-vm-modules",
    "--disable-warning=ExperimentalWarning",
    createRequire(import.meta.url).resolve("jest/bin/jest"),
    ...jestArguments,
  ],
  { stdio: "inherit" },
);
process.exit(result.status ?? 1);
