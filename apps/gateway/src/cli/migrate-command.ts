import type { MigrationProgress } from "@gateway-router/core";
import type { Command } from "commander";
import { loadConfig } from "../config/load-config.js";
import { CommandFailed } from "./command-failed.js";
import {
  migrate,
  migrationJson,
  migrationText,
  parseMigrationPlace,
  progressText,
  type MigrateRequest,
  type MigrationPlace,
} from "./migrate.js";

interface MigrateOptions {
  readonly from: string;
  readonly to: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const TELL_EVERY_MS = 1_000;

/** `gateway migrate`: from one engine to another. */
export function addMigrateCommand(program: Command, { out, err }: Output): void {
  program
    .command("migrate")
    .description(
      "carry all data to another engine, while no gateway runs on either; safe to repeat, overwrites nothing",
    )
    .requiredOption("--from <url>", "file:PATH, or postgres://USER:PASSWORD@HOST/DATABASE")
    .requiredOption("--to <url>", "likewise")
    .option("--dry-run", "look at everything, and change nothing")
    .option("--json", "answer as JSON")
    .action(async ({ from, to, dryRun, json }: MigrateOptions, command: Command) => {
      const request: MigrateRequest = {
        from: placeOf(command, "--from", from),
        to: placeOf(command, "--to", to),
        dryRun: dryRun === true,
        ...(process.stderr.isTTY ? { onProgress: nowAndThen(err) } : {}),
      };
      const report = await migrate(loadConfig(), request);
      out(
        json === true
          ? `${JSON.stringify(migrationJson(report, request))}\n`
          : migrationText(report, request),
      );
      if (report.kind === "refused" || report.kind === "differs") throw new CommandFailed();
    });
}

function nowAndThen(err: (text: string) => void): (progress: MigrationProgress) => void {
  let toldAtMs = -Infinity;
  return (progress) => {
    if (performance.now() - toldAtMs < TELL_EVERY_MS) return;
    toldAtMs = performance.now();
    err(`${progressText(progress)}\n`);
  };
}

/** Not as Commander would say it, which repeats what was given: there may be a password in it. */
function placeOf(command: Command, option: string, text: string): MigrationPlace {
  const parsed = parseMigrationPlace(text);
  return "fault" in parsed ? command.error(`error: ${option} can't be used. ${parsed.fault}`) : parsed;
}
