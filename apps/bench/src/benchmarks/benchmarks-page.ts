const BEGIN = "<!-- What `npm run bench` measured last: -->";
const END = "<!-- The end of that. -->";

/** The page with these measurements in the place of the last ones; what people wrote around them stays. */
export function withMeasurements(page: string, measured: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) {
    throw new Error(
      `docs/benchmarks.md lacks the lines "${BEGIN}" and "${END}", between which the table goes`,
    );
  }
  return `${before}${BEGIN}\n\n${measured}\n\n${END}${after}`;
}
