import { parseArgs } from "node:util";
import { ClosingStack } from "./journey/closing-stack.js";
import { openDemoHouse } from "./journey/demo-house.js";
import type { GatewayProgram } from "./journey/gateway-program.js";
import { keepRunning } from "./journey/keep-running.js";
import { playJourney } from "./journey/play-journey.js";
import { Transcript } from "./journey/transcript.js";

const USAGE = `npm run demo -- [options]

Plays the whole journey with a simulated WAHA and two example tenants.

  --keep-running  leave everything running at the end, until Ctrl-C
  --help          say this
`;

const INTERRUPTED = 130;

process.exit(await main(process.argv.slice(2)));

async function main(words: readonly string[]): Promise<number> {
  const options = readOptions(words);
  if (options === undefined) return 2;
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  return run(options.keepsRunning);
}

async function run(keepsRunning: boolean): Promise<number> {
  const { stdout } = process;
  const transcript = new Transcript({ write: (text) => void stdout.write(text), isColoured: stdout.isTTY });
  const closing = new ClosingStack();
  const interrupted = nextStopSignal();
  let gateway: GatewayProgram | undefined;
  let exitCode: number | undefined;
  const play = async (): Promise<number> => {
    const house = await openDemoHouse(closing, (started) => (gateway = started));
    const journey = async (): Promise<number> => {
      await playJourney(house, transcript);
      // From here on a Ctrl-C is what is expected, and no interruption.
      exitCode = 0;
      return keepsRunning ? keepRunning(house, transcript) : 0;
    };
    return Promise.race([journey(), house.gateway.failure()]);
  };
  try {
    const result = await Promise.race([play(), interrupted.then(() => exitCode ?? INTERRUPTED)]);
    transcript.line(
      result === 0 ? "\nThat was all. Stopping everything." : "\nInterrupted. Stopping everything.",
    );
    return result;
  } catch (error) {
    tellFailure(error, gateway);
    return 1;
  } finally {
    await closing.close();
  }
}

function tellFailure(error: unknown, gateway: GatewayProgram | undefined): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`\nThe demo failed. ${message}\n`);
  if (gateway === undefined) return;
  process.stderr.write(
    `\nThe gateway's last lines:\n${gateway.logTail.map((line) => `  ${line}\n`).join("")}`,
  );
}

function readOptions(
  words: readonly string[],
): { readonly keepsRunning: boolean; readonly help: boolean } | undefined {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: { "keep-running": { type: "boolean" }, help: { type: "boolean" } },
    });
    return { keepsRunning: values["keep-running"] === true, help: values.help === true };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return undefined;
  }
}

/** Resolves with the first signal to stop. Whoever sends another does not want to wait. */
function nextStopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let isAsked = false;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        if (isAsked) process.exit(INTERRUPTED);
        isAsked = true;
        resolve();
      });
    }
  });
}
