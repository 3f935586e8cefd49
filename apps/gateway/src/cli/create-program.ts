import { Command } from "commander";
import { loadConfig } from "../config/load-config.js";
import { VERSION } from "../version.js";
import { backup, backupText } from "./backup.js";
import { restore, restoreText } from "./restore.js";
import { runGateway } from "./run-gateway.js";
import { addTenantsCommand } from "./tenants.js";

interface OutputOptions {
  readonly json?: boolean;
}

/** Where commands write: answers to one, remarks to the other. */
export interface CommandOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** The command line. Parsing rejects with what a command threw, or with Commander's own error for wrong use. */
export function createProgram({ out, err }: CommandOutput): Command {
  const program = new Command("gateway")
    .description(
      "One WhatsApp number, a thousand businesses. Settings: environment and .env, see .env.example.",
    )
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err })
    .showHelpAfterError("(gateway --help lists what there is)")
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 failed, 2 wrong use or settings; 3 when a damaged file stops the start.",
    );

  program
    .command("start")
    .description("start the gateway and run it until SIGTERM or SIGINT")
    .action(() => runGateway(loadConfig()));

  program
    .command("backup")
    .description("back up all but messages to DATA_DIR/backups, also while the gateway runs")
    .option("--json", "answer as JSON")
    .action(async ({ json }: OutputOptions) => {
      const result = await backup(loadConfig());
      out(json === true ? asJson({ status: "done", ...result }) : backupText(result));
    });

  program
    .command("restore")
    .description("make the mapping what a backup says, while the gateway is stopped; what it was is kept")
    .argument("<file>", "a backup, or any file of the same format")
    .option("--json", "answer as JSON")
    .action(async (file: string, { json }: OutputOptions) => {
      const result = await restore(loadConfig(), file);
      out(json === true ? asJson({ status: "done", ...result }) : restoreText(result));
    });

  addTenantsCommand(program, out);
  return program;
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
