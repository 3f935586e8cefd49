import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildDemo } from "../src/testing/build-demo.js";

const PROGRAM = resolve("apps/demo/dist/main.js");
const RUN_MS = 60_000;
const hasPython = spawnSync("python3", ["--version"]).status === 0;

/** The demo as people start it, with a folder of its own for what it leaves behind. */
class DemoRun {
  output = "";
  private readonly child: ChildProcess;
  private readonly watchers = new Set<() => void>();
  private readonly exited: Promise<unknown>;

  constructor(options: {
    readonly folder: string;
    readonly words?: readonly string[];
    readonly path?: string;
  }) {
    const { folder, words = [], path = process.env["PATH"] ?? "" } = options;
    this.child = spawn(process.execPath, [PROGRAM, ...words], {
      env: { PATH: path, TMPDIR: folder, STORAGE: "a setting that is not for the demo" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        for (const watch of this.watchers) watch();
      });
    }
    this.exited = once(this.child, "close").then(() => {
      for (const watch of this.watchers) watch();
    });
  }

  type(line: string): void {
    this.child.stdin!.write(`${line}\n`);
  }

  interrupt(): void {
    this.child.kill("SIGINT");
  }

  async end(): Promise<number | null> {
    await this.exited;
    return this.child.exitCode;
  }

  /** Resolves when the text has been printed; rejects where the demo ends without. */
  async prints(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`The demo ended without printing ${JSON.stringify(text)}:\n${this.output}`);
      }
      await new Promise<void>((done) => {
        const watch = (): void => {
          this.watchers.delete(watch);
          done();
        };
        this.watchers.add(watch);
      });
    }
  }

  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill("SIGTERM");
    await this.exited;
  }
}

describe("npm run demo", () => {
  let folder: string;
  const runs: DemoRun[] = [];
  beforeAll(buildDemo, 120_000);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "demo-run-"));
  });
  afterEach(async () => {
    for (const run of runs.splice(0)) await run.kill();
    await rm(folder, { recursive: true });
  });

  function start(options: { readonly words?: readonly string[]; readonly path?: string } = {}): DemoRun {
    const run = new DemoRun({ folder, ...options });
    runs.push(run);
    return run;
  }

  async function expectNothingLeft({ output }: DemoRun): Promise<void> {
    const left = (await readdir(folder)).filter((name) => name.startsWith("gateway-demo-"));
    expect(left).toEqual([]);
    const urls = [...output.matchAll(/http:\/\/127\.0\.0\.1:[0-9]+/g)].map(([url]) => url);
    for (const url of new Set(urls)) await expect(fetch(url)).rejects.toThrow("fetch failed");
  }

  (hasPython ? it : it.skip)(
    "plays the whole journey, and leaves nothing behind",
    async () => {
      const run = start();
      expect({ exitCode: await run.end(), output: run.output }).toMatchObject({ exitCode: 0 });
      const said = run.output.split("\n").map((line) => line.trim().replace(/ {2,}/g, " "));
      expect(said).toEqual(
        expect.arrayContaining([
          'Mohamed opens https://wa.me/971557357753?text=start_realty_2 and presses "send"',
          "Mohamed ▸ start_realty_2",
          "gateway routed to tenant 2, a new session",
          "Agent 2 ◂ Welcome Mohamed! I am Agent 2's assistant. Are you looking to buy or to rent?",
          "gateway unmapped",
          "gateway keeps 2 messages for tenant 2: connection refused",
          '"total_users": 2,',
          '"971501234567": 2,',
          '"971509876543": 55',
        ]),
      );
      const [asked, told, first, second] = [
        "Mohamed ▸ Can I see the first one?",
        "Mohamed ▸ Tomorrow at 4 pm would be good",
        "Agent 2 ◂ With pleasure. Which day and time suit you?",
        "Agent 2 ◂ That is arranged. A colleague will meet you at the entrance.",
      ].map((line) => said.indexOf(line));
      expect([asked! < told!, told! < first!, first! < second!]).toEqual([true, true, true]);
      expect(run.output).not.toContain("\u001b[");
      await expectNothingLeft(run);
    },
    RUN_MS,
  );

  it(
    "plays without Agent 55 on a machine without Python, and says so",
    async () => {
      const run = start({ path: folder });
      expect({ exitCode: await run.end(), output: run.output }).toMatchObject({ exitCode: 0 });
      expect(run.output).toContain("there is no python3 on this machine");
      expect(run.output).not.toContain("Sara");
      await expectNothingLeft(run);
    },
    RUN_MS,
  );

  it(
    "keeps running on request until Ctrl-C, and lets one write as any contact",
    async () => {
      const run = start({ words: ["--keep-running"] });
      await run.prints("+971502223344 start_realty_2\n");
      const keyFile = /KEY=\$\(cat (\S+)\)/.exec(run.output)![1]!;
      const statsUrl = /http:\S+\/api\/gateway\/stats/.exec(run.output)![0];
      run.type("+971502223344 start_realty_2");
      await run.prints("reply      ◂ to 971502223344: Welcome");
      const key = (await readFile(keyFile, "utf8")).trim();
      const stats = await fetch(statsUrl, { headers: { "X-Api-Key": key } });
      await expect(stats.json()).resolves.toMatchObject({
        gateway_stats: { total_users: hasPython ? 3 : 2 },
      });
      run.type("hello");
      await run.prints("A phone number, a space, and a text, please");
      run.type("hello you");
      await run.prints('"hello" is neither a phone number nor a LID');
      run.interrupt();
      await expect(run.end()).resolves.toBe(0);
      await expectNothingLeft(run);
    },
    RUN_MS,
  );

  it(
    "stops everything when it is interrupted on the way",
    async () => {
      const run = start();
      await run.prints("2. Mohamed opens agent 2's link");
      run.interrupt();
      await expect(run.end()).resolves.toBe(130);
      await expectNothingLeft(run);
    },
    RUN_MS,
  );

  it(
    "says which step failed, with the gateway's last lines, and ends with 1",
    async () => {
      await pretendPython(
        `process.stdout.write("listening http://127.0.0.1:" + server.address().port + "\\n")`,
      );
      const run = start({ path: folder });
      await expect(run.end()).resolves.toBe(1);
      expect(run.output).toContain("The demo failed. Sara was to get a reply like");
      expect(run.output).toContain("but got: Who are you?");
      expect(run.output).toMatch(
        /The gateway's last lines:\n(.*\n)*.*🔒 Locked user 971509876543 to tenant 55/,
      );
      await expectNothingLeft(run);
    },
    RUN_MS,
  );

  it(
    "says why a tenant does not start",
    async () => {
      await pretendPython(`process.stderr.write("No module named json\\n"); process.exit(3)`);
      const run = start({ path: folder });
      await expect(run.end()).resolves.toBe(1);
      expect(run.output).toContain("Agent 55 ended while starting (exit code 3)");
      expect(run.output).toContain("No module named json");
      await expectNothingLeft(run);
    },
    RUN_MS,
  );

  it("explains itself, and refuses what it does not know", async () => {
    const help = start({ words: ["--help"] });
    await expect(help.end()).resolves.toBe(0);
    expect(help.output).toContain("--keep-running");
    const unknown = start({ words: ["--keep-runing"] });
    await expect(unknown.end()).resolves.toBe(2);
    expect(unknown.output).toContain("--keep-runing");
  });

  /** A `python3` that runs as an example tenant which answers everybody alike, once it has done what it is given. */
  async function pretendPython(onListening: string): Promise<void> {
    const code = `
      const server = require("node:http").createServer((request, response) => {
        request.resume().on("end", () => response.end(JSON.stringify({ reply: "Who are you?" })));
      });
      server.listen(0, "127.0.0.1", () => { ${onListening} });`;
    const program = join(folder, "python3.cjs");
    await writeFile(program, code);
    const script = `#!/bin/sh\n[ "$1" = --version ] && exit 0\nexec '${process.execPath}' '${program}'\n`;
    await writeFile(join(folder, "python3"), script);
    await chmod(join(folder, "python3"), 0o755);
  }
});
