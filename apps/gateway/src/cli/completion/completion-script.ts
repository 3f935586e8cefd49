import type { Command } from "commander";
import { bashCompletion } from "./bash-completion.js";
import { commandWordsOf } from "./command-words.js";
import { fishCompletion } from "./fish-completion.js";
import { zshCompletion } from "./zsh-completion.js";

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export type Shell = keyof typeof SCRIPTS;
export const SHELLS = Object.keys(SCRIPTS) as readonly Shell[];

/** A script that has the shell complete the program's commands and options, all read from the program itself. */
export function completionScript(program: Command, shell: Shell): string {
  return SCRIPTS[shell](program.name(), commandWordsOf(program));
}
