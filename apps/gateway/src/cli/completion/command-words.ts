import type { Argument, Command, Option } from "commander";

/** What may be typed behind one command. */
export interface CommandWords {
  /** From the program's name on: `gateway tenants add`. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly OptionWords[];
  /** In their order. */
  readonly values: readonly ValueWords[];
}

export interface Word {
  readonly name: string;
  readonly description: string;
}

export interface OptionWords {
  /** `--json`, or `-V` and `--version`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** Left out: it takes none. */
  readonly value?: ValueWords;
}

/** What stands for an argument, or for an option's value. */
export type ValueWords =
  | { readonly kind: "one_of"; readonly choices: readonly string[] }
  | { readonly kind: "file" }
  /** Nobody can know it beforehand. */
  | { readonly kind: "free" };

/** The command and all below it, each as its own `--help` shows it: what is hidden there is left out here. */
export function commandWordsOf(command: Command, parent = ""): readonly CommandWords[] {
  const help = command.createHelp();
  const path = `${parent} ${command.name()}`.trim();
  const commands = [...help.visibleCommands(command)];
  const own: CommandWords = {
    path,
    commands: commands.map((each) => ({ name: each.name(), description: each.description() })),
    options: help.visibleOptions(command).map(optionWords),
    values: command.registeredArguments.map((each) => valueWords(each, each.name())),
  };
  return [own, ...commands.flatMap((each) => commandWordsOf(each, path))];
}

function optionWords(option: Option): OptionWords {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined);
  const { description } = option;
  if (!option.required && !option.optional) return { flags, description };
  return { flags, description, value: valueWords(option, option.attributeName()) };
}

/** A file is known by what its place is called. */
function valueWords({ argChoices }: Pick<Argument | Option, "argChoices">, name: string): ValueWords {
  if (argChoices !== undefined) return { kind: "one_of", choices: argChoices };
  return { kind: /file$/i.test(name) ? "file" : "free" };
}
