import { createProgram, type CommandOutput } from "./create-program.js";
import { CommanderError } from "commander";
import { CommandFailed } from "./command-failed.js";
import { exitCodeOf, failureText } from "./exit-codes.js";

const STANDARD_OUTPUT: CommandOutput = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

/** Runs one command and answers the exit code; never rejects. */
export async function runCli(
  words: readonly string[],
  output: CommandOutput = STANDARD_OUTPUT,
): Promise<number> {
  try {
    await createProgram(output).parseAsync(words, { from: "user" });
    return 0;
  } catch (error) {
    // Commander, or the command itself, has said already what is wrong.
    if (!(error instanceof CommanderError || error instanceof CommandFailed))
      output.err(`${failureText(error)}\n`);
    return exitCodeOf(error, { starting: words[0] === "start" });
  }
}
