import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Argument, Command, Option } from "commander";
import { createProgram } from "../create-program.js";
import { commandWordsOf } from "./command-words.js";
import { completionScript, SHELLS } from "./completion-script.js";
import { quoted } from "./quoted.js";

const run = promisify(execFile);
const gateway = createProgram({ out: () => undefined, err: () => undefined });

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gateway-completion-"));
});

afterAll(() => rm(folder, { recursive: true }));

/** What a real bash offers for the last of the words, as it would split them itself. */
async function offeredByBash(words: readonly string[], program = gateway): Promise<readonly string[]> {
  const file = join(folder, "completion.bash");
  await writeFile(file, completionScript(program, "bash"));
  const script = `
    set -u
    source "$1"; shift
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    function=$(complete -p "$1" | sed 's/.*-F \\([^ ]*\\).*/\\1/')
    COMPREPLY=()
    "$function"
    for each in "\${COMPREPLY[@]+"\${COMPREPLY[@]}"}"; do printf '%s\\n' "$each"; done`;
  const { stdout, stderr } = await run("bash", ["--norc", "-c", script, "bash", file, ...words], {
    cwd: folder,
  });
  expect(stderr).toBe("");
  return stdout.split("\n").slice(0, -1);
}

describe("the completion for bash", () => {
  it.each(commandWordsOf(gateway))("offers behind `$path` what Commander knows there", async (words) => {
    const { path, commands, options, values } = words;
    const typed = path.split(" ");
    const flags = options.flatMap((option) => option.flags);
    expect(await offeredByBash([...typed, "-"])).toEqual(flags);
    const [first] = values;
    const expected =
      commands.length > 0
        ? commands.map(({ name }) => name)
        : first?.kind === "one_of"
          ? first.choices
          : flags;
    if (first?.kind !== "file") expect(await offeredByBash([...typed, ""])).toEqual(expected);
  });

  it("knows the commands of the gateway", async () => {
    const commands = await offeredByBash(["gateway", ""]);
    expect(commands).toEqual(expect.arrayContaining(["start", "doctor", "tenants", "completion"]));
    expect(await offeredByBash(["gateway", "do"])).toEqual(["doctor"]);
    expect(await offeredByBash(["gateway", "tenants", "r"])).toEqual(["rotate", "remove"]);
    expect(await offeredByBash(["gateway", "completion", ""])).toEqual([...SHELLS]);
    expect(await offeredByBash(["gateway", "tenants", "add", "2", "--in"])).toEqual(["--inactive"]);
    expect(await offeredByBash(["gateway", "nothing", "x"])).toEqual([]);
  });

  it("offers files where a file is wanted, whatever they are called", async () => {
    await writeFile(join(folder, "a backup.json"), "{}");
    expect(await offeredByBash(["gateway", "restore", "a b"])).toEqual(["a backup.json"]);
    expect(await offeredByBash(["gateway", "explain", "a b"])).toEqual([]);
  });

  it("takes an option's value for none of the command's words", async () => {
    expect(await offeredByBash(["gateway", "deploy", "--timeout", ""])).toEqual([]);
    expect(await offeredByBash(["gateway", "deploy", "--timeout", "5", "--j"])).toEqual(["--json"]);
    expect(await offeredByBash(["gateway", "deploy", "--timeout", "=", "5", "--j"])).toEqual(["--json"]);
    expect(await offeredByBash(["gateway", "deploy", "--timeout", "=", ""])).toEqual([]);
  });

  it("knows another program by its own words", async () => {
    const program = new Command("teapot").exitOverride();
    program
      .command("brew")
      .addArgument(new Argument("<kind>").choices(["green", "black"]))
      .addArgument(new Argument("<cup>").choices(["small", "large"]))
      .addOption(new Option("--heat <how>").choices(["gentle", "strong"]))
      .option("--leaf-file <path>", "it's where the leaves are");
    program.command("secret", { hidden: true });
    expect(await offeredByBash(["teapot", ""], program)).toEqual(["brew", "help"]);
    expect(await offeredByBash(["teapot", "brew", "green", ""], program)).toEqual(["small", "large"]);
    expect(await offeredByBash(["teapot", "brew", "--heat", ""], program)).toEqual(["gentle", "strong"]);
    expect(await offeredByBash(["teapot", "brew", "--heat", "=", "s"], program)).toEqual(["strong"]);
    expect(await offeredByBash(["teapot", "brew", "--leaf-file", "completion"], program)).toEqual([
      "completion.bash",
    ]);
  });
});

describe("the completions for other shells", () => {
  it.each(["zsh", "fish"] as const)("%s: has every command and every option", (shell) => {
    const script = completionScript(gateway, shell);
    for (const { path, commands, options } of commandWordsOf(gateway)) {
      const mark = shell === "zsh" ? `    '${path}')\n` : `"__gateway_at '${path}'"`;
      expect([path, script.includes(mark) || commands.length + options.length === 0]).toEqual([path, true]);
      const part =
        shell === "zsh"
          ? script.slice(script.indexOf(mark), script.indexOf("\n      ;;", script.indexOf(mark)))
          : script
              .split("\n")
              .filter((line) => line.includes(mark))
              .join("\n");
      for (const { name } of commands)
        expect(part).toContain(shell === "zsh" ? `${name}'\\\\':"` : `'${name}'`);
      for (const flag of options.flatMap(({ flags }) => flags))
        expect(part).toContain(
          shell === "zsh" ? `'${flag}` : flag.replace(/^--/, "-l ").replace(/^-(?=.$)/, "-s "),
        );
    }
  });

  it("a text in quotes is that text, whatever is in it", async () => {
    const text = "it's \"a\" \\ $HOME `date` \\' !";
    const { stdout } = await run("bash", ["--norc", "-c", `printf %s ${quoted(text)}`]);
    expect(stdout).toBe(text);
  });
});
