import type { Generation, Mapping } from "../domain/mapping.js";

/** Whether what was queued under the generation may still be sent: its tenant has held the contact ever since. */
export function stillHolds(mapping: Mapping | undefined, generation: Generation): mapping is Mapping {
  return mapping !== undefined && mapping.generation === generation;
}
