import type { CommandWords, ValueWords } from "./command-words.js";
import { quoted } from "./quoted.js";

/**
 * For any bash from 3.2 on. It finds the command that the words so far lead to, then offers what that takes. Bash
 * takes `--timeout=5` for three words.
 */
export function bashCompletion(name: string, all: readonly CommandWords[]): string {
  const subcommands = all.slice(1).map(({ path }) => quoted(path));
  const withValue = all.flatMap(({ path, options }) =>
    options
      .filter(({ value }) => value !== undefined)
      .flatMap(({ flags }) => flags.map((flag) => quoted(`${path} ${flag}`))),
  );
  return `# Completion for bash. In ~/.bashrc: source <(${name} completion bash)
_${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path=${quoted(name)} position=0 i word value_of='' words='' files='' options=''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$path $word" in
      ${subcommands.join(" | ")})
        path="$path $word"
        position=0
        ;;
      ${withValue.join(" | ")})
        value_of="$path $word"
        [[ "\${COMP_WORDS[i + 1]}" == '=' ]] && ((i++))
        ((i++))
        ((i < COMP_CWORD)) && value_of=''
        ;;
      *' '-*) ;;
      *) ((position++)) ;;
    esac
  done
  case "$path" in
${all.map(({ path, options }) => `    ${quoted(path)}) options=${quoted(flagsOf(options))} ;;`).join("\n")}
  esac
  if [[ -n "$value_of" ]]; then
    [[ "$current" == '=' ]] && current=''
    case "$value_of" in
${valueCases(all)}
    esac
  elif [[ "$current" == -* ]]; then
    words="$options"
  else
    case "$path $position" in
${positionCases(all)}
      *) words="$options" ;;
    esac
  fi
  local IFS=$'\\n'
  if [[ -n "$files" ]]; then
    COMPREPLY=($(compgen -f -- "$current"))
    compopt -o filenames 2>/dev/null
  else
    COMPREPLY=($(IFS=' '; compgen -W "$words" -- "$current"))
  fi
}
complete -F _${name} ${name}
`;
}

function flagsOf(options: CommandWords["options"]): string {
  return options.flatMap(({ flags }) => flags).join(" ");
}

function valueCases(all: readonly CommandWords[]): string {
  const cases = all.flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) => {
      const offer = value && offerOf(value);
      const ofFlags = flags.map((flag) => quoted(`${path} ${flag}`)).join(" | ");
      return offer === undefined ? [] : [`      ${ofFlags}) ${offer} ;;`];
    }),
  );
  return [...cases, "      *) ;;"].join("\n");
}

function positionCases(all: readonly CommandWords[]): string {
  const cases = all.flatMap(({ path, commands, values }) => {
    const names = commands.map(({ name }) => name).join(" ");
    const offers = [
      ...(commands.length === 0 ? [] : [[0, `words=${quoted(names)}`] as const]),
      ...values.map((value, position) => [position, offerOf(value)] as const),
    ];
    return offers.flatMap(([position, offer]) =>
      offer === undefined ? [] : [`      ${quoted(`${path} ${position}`)}) ${offer} ;;`],
    );
  });
  return cases.join("\n");
}

function offerOf(value: ValueWords): string | undefined {
  switch (value.kind) {
    case "one_of":
      return `words=${quoted(value.choices.join(" "))}`;
    case "file":
      return "files=yes";
    case "free":
      return undefined;
  }
}
