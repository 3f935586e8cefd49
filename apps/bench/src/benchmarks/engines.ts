import type { EnginePlace } from "./open-engine.js";
import type { Workshop } from "./workshop.js";

/** An engine that can be measured. */
export interface Engine {
  /** As the table has it. */
  readonly title: string;
  /** Where it keeps its records, with nothing in it yet. */
  place(workshop: Workshop): Promise<EnginePlace>;
}

/**
 * The engines of the rows that are measured for each. For another one: its entry here, with whatever has to run for
 * it kept by the workshop, and how it is opened in `open-engine.ts`.
 */
export const ENGINES: readonly Engine[] = [
  {
    title: "embedded storage",
    place: async (workshop) => ({ engine: "file", dataDir: await workshop.newFolder() }),
  },
];
