import type { Benchmark, MissingRow } from "./benchmark.js";
import { coreInMemory } from "./rows/core.js";
import { deliveries } from "./rows/deliveries.js";
import { enqueueToDispatch, webhookToHandler } from "./rows/latency.js";
import { lockAmongMany, memory, start, wholeFile } from "./rows/mappings.js";
import { delivered, knownContact, newContact } from "./rows/webhooks.js";

/** In the order of the table. */
export const BENCHMARKS: readonly Benchmark[] = [
  ...[knownContact, delivered, newContact],
  ...[enqueueToDispatch, lockAmongMany, wholeFile, webhookToHandler, deliveries],
  ...[coreInMemory, start, memory],
];

const WITHOUT_ENGINE = "the benchmarks start no engine beside the gateway";

export const MISSING_ROWS: readonly MissingRow[] = [
  {
    what: "from enqueue to dispatch, idle, on Redis and PostgreSQL",
    why: WITHOUT_ENGINE,
  },
  {
    what: "two gateways on Redis or PostgreSQL, new contacts, beside redis-benchmark and pgbench",
    why: WITHOUT_ENGINE,
  },
];
