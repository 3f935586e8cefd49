import { ADMIN_ROLES, isAdminKeyName, type AdminRole } from "@gateway-router/core";
import { InvalidArgumentError, Option, type Command } from "commander";
import { loadConfig } from "../config/load-config.js";
import type { Answer } from "./administration.js";
import { administerKeys } from "./key-administration.js";
import { tableText } from "./table.js";

interface AddOptions {
  readonly role: AdminRole;
  readonly json?: boolean;
}

interface OutputOptions {
  readonly json?: boolean;
}

/** `gateway keys …`: who may use the admin API, while a gateway runs on the data and while none does. */
export function addKeysCommand(program: Command, out: (text: string) => void): void {
  const keys = program
    .command("keys")
    .description(
      "who may use the admin API; through the gateway while it runs, on its files while it does not",
    );
  const say = (answer: object, json: boolean | undefined, text: string): void =>
    out(json === true ? `${JSON.stringify(answer)}\n` : text);

  keys
    .command("list")
    .description("list the admin keys: their names and what they may do")
    .option("--json", "answer as JSON")
    .action(async ({ json }: OutputOptions) => {
      const items = await administerKeys(loadConfig(), (administration) => administration.list());
      say({ items }, json, listText(items));
    });

  keys
    .command("add")
    .description("make an admin key, and show it, once")
    .argument("<name>", "whose it is, for the audit log: 1 to 40 of a-z 0-9 - _", keyName)
    .addOption(
      new Option("--role <role>", "what it may do: everything, or look only")
        .choices(ADMIN_ROLES)
        .makeOptionMandatory(),
    )
    .option("--json", "answer as JSON")
    .action(async (name: string, { role, json }: AddOptions) => {
      const answer = await administerKeys(loadConfig(), (each) => each.add(name, role), { isFirst: true });
      say(answer, json, addedText(answer));
    });

  keys
    .command("remove")
    .description("remove an admin key: it opens nothing from then on")
    .argument("<name>", "the key", keyName)
    .option("--json", "answer as JSON")
    .action(async (name: string, { json }: OutputOptions) => {
      const answer = await administerKeys(loadConfig(), (each) => each.remove(name));
      say(answer, json, `Removed the key ${name}.\n`);
    });
}

function keyName(text: string): string {
  if (isAdminKeyName(text)) return text;
  throw new InvalidArgumentError("It must be 1 to 40 of a-z 0-9 - _, and not gateway.");
}

function addedText({ name, role, key }: Answer): string {
  const may = role === "read" ? "may only read" : "may do everything";
  return `Added the key ${String(name)}, which ${may}.\nKey: ${String(key)}\nNobody can show it again; where it is lost, remove it and add another.\n`;
}

function listText(items: readonly Answer[]): string {
  return tableText([
    ["NAME", "ROLE", "CREATED"],
    ...items.map(({ name, role, created_at }) => [name, role, created_at ?? "-"]),
  ]);
}
