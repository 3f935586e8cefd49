export { BENCHMARKS, MISSING_ROWS } from "./all-benchmarks.js";
export type { Benchmark, Measurement } from "./benchmark.js";
export { tableOf } from "./table.js";
export { Workshop, type Scale } from "./workshop.js";
