import { parsePhoneNumber, type PhoneNumber } from "@gateway-router/core";
import { Argument, Command, InvalidArgumentError } from "commander";
import { loadConfig } from "../config/load-config.js";
import { VERSION } from "../version.js";
import { backup, backupText } from "./backup.js";
import { completionScript, SHELLS, type Shell } from "./completion/completion-script.js";
import { deploy } from "./deploy.js";
import { doctor } from "./doctor/doctor.js";
import { doctorText } from "./doctor/doctor-text.js";
import { deployStepText, numberOf } from "./deploy-text.js";
import { explain, explainText } from "./explain.js";
import { CommandFailed } from "./command-failed.js";
import { addMigrateCommand } from "./migrate-command.js";
import { restore, restoreText } from "./restore.js";
import { runGateway } from "./run-gateway.js";
import { isWell, status, statusText } from "./status.js";
import { addKeysCommand } from "./keys.js";
import { addTenantsCommand } from "./tenants.js";

interface OutputOptions {
  readonly json?: boolean;
}

interface DeployOptions extends OutputOptions {
  readonly pairingCode?: PhoneNumber;
  readonly timeout: number;
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
    .command("deploy")
    .description(
      "configure and start the WAHA session for this gateway, and follow it until it works; safe to repeat",
    )
    .option(
      "--pairing-code <phone>",
      "show a code to type into this phone, instead of a QR code",
      phoneNumber,
    )
    .option("--timeout <seconds>", "how long to wait for the session to work, pairing included", seconds, 300)
    .option("--json", "answer as JSON, and show nothing on the way but what is needed to pair a phone")
    .action(async ({ pairingCode, timeout, json }: DeployOptions) => {
      const config = loadConfig();
      const { report, webhookUrl, lookalikes, session, testEvent } = await deploy(config, {
        pairingPhone: pairingCode,
        timeoutMs: timeout * 1_000,
        onStep: (step) => {
          const isForPairing = step.kind === "qr" || step.kind === "pairing_code";
          if (json !== true) out(deployStepText(step, config));
          else if (isForPairing) err(deployStepText(step, config));
        },
      });
      if (json !== true) return;
      out(
        asJson({
          status: report.kind,
          webhook_url: webhookUrl,
          other_webhooks: lookalikes,
          session: session.status,
          phone_number: numberOf(session.me?.id) ?? null,
          test_event: testEvent.kind,
        }),
      );
    });

  program
    .command("status")
    .description("show session, number, webhook, queue and last message; exit 1 unless all is well")
    .option("--json", "answer as JSON")
    .action(async ({ json }: OutputOptions) => {
      const result = await status(loadConfig());
      out(json === true ? asJson(result) : statusText(result, Date.now()));
      if (!isWell(result)) throw new CommandFailed();
    });

  program
    .command("explain")
    .description("say what would become of a message, and change nothing; asks the gateway that runs")
    .argument("<phone>", "who sends it: a phone number in any usual form, or <digits>@lid")
    .argument("<text>", "what it says")
    .option("--json", "answer as JSON")
    .action(async (phone: string, text: string, { json }: OutputOptions) => {
      const config = loadConfig();
      const answer = await explain(config, { phone, text });
      out(json === true ? asJson(answer) : explainText(answer, config.unmappedReply !== undefined));
    });

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

  addMigrateCommand(program, { out, err });

  program
    .command("doctor")
    .description(
      "check all that a gateway needs, say how to mend what is found; exit 1 where something is broken",
    )
    .option("--json", "answer as JSON")
    .action(async ({ json }: OutputOptions) => {
      const report = await doctor();
      out(json === true ? asJson(report) : doctorText(report));
      if (report.status === "broken") throw new CommandFailed();
    });

  addTenantsCommand(program, out);
  addKeysCommand(program, out);

  program
    .command("completion")
    .description("print a script that has the shell complete commands and options")
    .addArgument(new Argument("<shell>", "which one").choices(SHELLS))
    .addHelpText(
      "after",
      `
In ~/.bashrc:                source <(gateway completion bash)
In ~/.zshrc, after compinit: source <(gateway completion zsh)
Once, for fish:              gateway completion fish > ~/.config/fish/completions/gateway.fish

Where the command is npx gateway: alias gateway="npx gateway" first.`,
    )
    .action((shell: Shell) => out(completionScript(program, shell)));
  return program;
}

function phoneNumber(text: string): PhoneNumber {
  const number = parsePhoneNumber(text);
  if (number !== undefined) return number;
  throw new InvalidArgumentError("It must be an international phone number, such as +971557357753.");
}

function seconds(text: string): number {
  if (/^[1-9][0-9]{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number of seconds, from 1 to 99999.");
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
