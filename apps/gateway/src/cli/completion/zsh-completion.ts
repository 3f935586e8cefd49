import type { CommandWords, ValueWords, Word } from "./command-words.js";
import { quoted } from "./quoted.js";

/** Finds the command that the words so far lead to, and leaves the rest to zsh's own `_arguments`. */
export function zshCompletion(name: string, all: readonly CommandWords[]): string {
  const subcommands = all.slice(1).map(({ path }) => quoted(path));
  const withValue = all.flatMap(({ path, options }) =>
    options
      .filter(({ value }) => value !== undefined)
      .flatMap(({ flags }) => flags.map((flag) => quoted(`${path} ${flag}`))),
  );
  return `#compdef ${name}
# Completion for zsh. In ~/.zshrc, after compinit: source <(${name} completion zsh)
_${name}() {
  local path_so_far=${quoted(name)} word skip='' i at=1
  for ((i = 2; i < CURRENT; i++)); do
    word="$words[i]"
    if [[ -n "$skip" ]]; then skip=''; continue; fi
    case "$path_so_far $word" in
      ${subcommands.join(" | ")}) path_so_far="$path_so_far $word"; at=$i ;;
      ${withValue.join(" | ")}) skip=yes ;;
    esac
  done
  # What is behind the command found is for _arguments to read.
  shift $((at - 1)) words
  ((CURRENT -= at - 1))
  case "$path_so_far" in
${all.map(caseOf).join("\n")}
  esac
}
if [[ "$funcstack[1]" == "_${name}" ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

function caseOf({ path, commands, options, values }: CommandWords): string {
  const specs = [
    ...options.flatMap(({ flags, description, value }) => {
      const explanation = `[${escaped(description)}]`;
      const message = value === undefined ? "" : `:value:${actionOf(value)}`;
      return flags.map((flag) =>
        quoted(`${flag}${value !== undefined && flag.startsWith("--") ? "=" : ""}${explanation}${message}`),
      );
    }),
    ...(commands.length === 0 ? [] : [quoted(`1:command:((${commands.map(described).join(" ")}))`)]),
    ...values.map((value, position) => quoted(`${position + 1}:value:${actionOf(value)}`)),
  ];
  return `    ${quoted(path)})
      _arguments -s ${specs.join(" \\\n        ")}
      ;;`;
}

function described({ name, description }: Word): string {
  return `${name}\\:"${escaped(description).replace(/["\\$`]/g, "\\$&")}"`;
}

function actionOf(value: ValueWords): string {
  switch (value.kind) {
    case "one_of":
      return `(${value.choices.join(" ")})`;
    case "file":
      return "_files";
    case "free":
      return " ";
  }
}

/** Of what `_arguments` reads as its own in an explanation. */
function escaped(text: string): string {
  return text.replace(/[[\]:\\]/g, "\\$&");
}
