import { medianOf } from "./numbers.js";

export interface Alternation {
  readonly rounds: number;
  /** One short round each; the answer is a rate, or whatever is to be compared. */
  readonly yardstick: () => Promise<number>;
  readonly candidate: () => Promise<number>;
}

export interface Medians {
  readonly yardstick: number;
  readonly candidate: number;
}

/**
 * Runs the two by turns, after one round each that is not counted, and answers the medians: what else the machine
 * does meanwhile falls on both alike, and a round that it spoils does not count.
 */
export async function alternate({ rounds, yardstick, candidate }: Alternation): Promise<Medians> {
  const results = { yardstick: [] as number[], candidate: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    const [ofYardstick, ofCandidate] = [await yardstick(), await candidate()];
    if (round === 0) continue;
    results.yardstick.push(ofYardstick);
    results.candidate.push(ofCandidate);
  }
  return { yardstick: medianOf(results.yardstick), candidate: medianOf(results.candidate) };
}
