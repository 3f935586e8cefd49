import { GatewayError } from "@gateway-router/core";
import { CommanderError } from "commander";

const DONE = 0;
const FAILED = 1;
const WRONG_USE = 2;
const DAMAGED_FILE = 3;

/** What a script learns of how a command ended. That a file is damaged has a code of its own where it stops the start. */
export function exitCodeOf(error: unknown, { starting }: { readonly starting: boolean }): number {
  // Commander ends `--help` and `--version` this way, with 0; what it calls an error is wrong use.
  if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : WRONG_USE;
  if (!(error instanceof GatewayError)) return FAILED;
  if (error.code === "bad_settings") return WRONG_USE;
  return starting && error.code === "damaged_file" ? DAMAGED_FILE : FAILED;
}

/** What a person is told: expected faults in their own words, others with all there is to find their cause. */
export function failureText(error: unknown): string {
  if (error instanceof GatewayError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
