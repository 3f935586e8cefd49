import type { CommandWords, OptionWords, ValueWords } from "./command-words.js";
import { quoted } from "./quoted.js";

/** One line for each word, under the condition that the words so far lead to the command that takes it. */
export function fishCompletion(name: string, all: readonly CommandWords[]): string {
  const subcommands = all.slice(1).map(({ path }) => quoted(path));
  const withValue = all.flatMap(({ path, options }) =>
    options
      .filter(({ value }) => value !== undefined)
      .flatMap(({ flags }) => flags.map((flag) => quoted(`${path} ${flag}`))),
  );
  return `# Completion for fish: ${name} completion fish > ~/.config/fish/completions/${name}.fish
function __${name}_at --description 'Whether the words so far lead to this command'
    set -l path ${quoted(name)}
    set -l skip no
    for word in (commandline -opc)[2..]
        if test $skip = yes
            set skip no
            continue
        end
        switch "$path $word"
            case ${subcommands.join(" ")}
                set path "$path $word"
            case ${withValue.join(" ")}
                set skip yes
        end
    end
    test "$path" = "$argv[1]"
end
complete -c ${name} -f
${all.flatMap((each) => linesOf(name, each)).join("\n")}
`;
}

function linesOf(name: string, { path, commands, options, values }: CommandWords): readonly string[] {
  const start = `complete -c ${name} -n "__${name}_at ${quoted(path)}"`;
  return [
    ...commands.map((each) => `${start} -a ${quoted(each.name)} -d ${quoted(each.description)}`),
    ...values.flatMap((value) => {
      const offer = offerOf(value);
      return offer === "" ? [] : [`${start} ${offer}`];
    }),
    ...options.map((option) => `${start} ${optionOf(option)}`),
  ];
}

function optionOf({ flags, description, value }: OptionWords): string {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return [...names, ...valueOf(value), "-d", quoted(description)].join(" ");
}

function valueOf(value: ValueWords | undefined): readonly string[] {
  if (value === undefined) return [];
  // Without -x files are offered for whatever an option takes.
  return value.kind === "file" ? ["-r", "-F"] : ["-x", offerOf(value)].filter((word) => word !== "");
}

function offerOf(value: ValueWords): string {
  switch (value.kind) {
    case "one_of":
      return `-a ${quoted(value.choices.join(" "))}`;
    case "file":
      return "-F";
    case "free":
      return "";
  }
}
