import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { BENCHMARKS, MISSING_ROWS } from "./benchmarks/all-benchmarks.js";
import type { Measurement } from "./benchmarks/benchmark.js";
import { withMeasurements } from "./benchmarks/benchmarks-page.js";
import { machineText } from "./benchmarks/machine.js";
import { missingText, tableOf } from "./benchmarks/table.js";
import { FULL_SCALE, Workshop } from "./benchmarks/workshop.js";

const PAGE = fileURLToPath(new URL("../../../docs/benchmarks.md", import.meta.url));
const USAGE = `Usage: npm run bench -- [--row NAME]... [--rounds N] [--profile FOLDER]

  --row      only these rows, and docs/benchmarks.md stays as it is: ${BENCHMARKS.map(({ name }) => name).join(", ")}
  --rounds   how many rounds each side of a comparison has (${FULL_SCALE.rounds}); their median counts
  --profile  where gateways leave CPU profiles; they are slower then

Prints a table, each row beside its yardstick, and writes it to docs/benchmarks.md.
`;

const { values } = parseArgs({
  options: {
    row: { type: "string", multiple: true },
    rounds: { type: "string" },
    profile: { type: "string" },
  },
});
const chosen = BENCHMARKS.filter(({ name }) => values.row?.includes(name) ?? true);
const rounds = Number(values.rounds ?? FULL_SCALE.rounds);
if (chosen.length < (values.row?.length ?? 1) || !(rounds >= 1)) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  await run();
}

async function run(): Promise<void> {
  const machine = await machineText();
  const workshop = await Workshop.open({
    scale: { ...FULL_SCALE, rounds },
    say: (what) => process.stderr.write(`${what} …\n`),
    ...(values.profile === undefined ? {} : { profileFolder: values.profile }),
  });
  // Gateways are processes of their own, and would go on.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void workshop.close().finally(() => process.exit(1)));
  }
  const measurements: Measurement[] = [];
  try {
    for (const benchmark of chosen) {
      measurements.push(...(await benchmark.run(workshop)));
      await workshop.clear();
    }
  } finally {
    await workshop.close();
  }
  const table = tableOf(measurements);
  const isWhole = values.row === undefined;
  const missing = isWhole ? `\n${missingText(MISSING_ROWS)}\n` : "";
  process.stdout.write(`${table}\n${missing}\n${machine}\n`);
  if (!isWhole || values.profile !== undefined) return;
  const page = await readFile(PAGE, "utf8");
  await writeFile(PAGE, withMeasurements(page, `${table}\n${missing}\n${machine}`));
}
