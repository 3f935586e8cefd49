import { spawn, type ChildProcess } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { STEP_MS, within } from "./deadline.js";
import { StepFailed } from "./step-failed.js";

export interface ChildProgramOptions {
  /** What people call it. */
  readonly name: string;
  readonly command: string;
  readonly commandLine: readonly string[];
  /** All of its environment but `PATH`: nothing that happens to be set here may change how it runs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where it runs; here, where it is left out. */
  readonly folder?: string;
}

const LINES_KEPT = 200;
/** The gateway takes up to 10 s to stop. */
const STOP_MS = 12_000;

/** A program that runs beside this one, with the last lines it printed. */
export class ChildProgram {
  /** Resolves with what it ended by; never rejects. */
  readonly ended: Promise<string>;
  private readonly child: ChildProcess;
  private readonly lines: string[] = [];
  private readonly watchers = new Set<(line: string) => void>();
  private hasEnded = false;

  /** Starts it. In a process group of its own, so that a Ctrl-C at the terminal does not stop it behind our back. */
  constructor(private readonly options: ChildProgramOptions) {
    const { command, commandLine, environment, folder } = options;
    this.child = spawn(command, commandLine, {
      env: { PATH: process.env["PATH"] ?? "", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      ...(folder === undefined ? {} : { cwd: folder }),
    });
    this.readLines(this.child.stdout!);
    this.readLines(this.child.stderr!);
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.hasEnded = true;
        resolve(how);
      };
      this.child.once("error", (error) => end(error.message));
      this.child.once("exit", (code, signal) => end(signal ?? `exit code ${code ?? "unknown"}`));
    });
  }

  get lastLines(): readonly string[] {
    return this.lines;
  }

  /** Resolves with the match of the first line that says it is ready; fails where it ends instead. */
  async ready(pattern: RegExp): Promise<RegExpExecArray> {
    const { name } = this.options;
    const said = new Promise<RegExpExecArray>((resolve) => {
      const watch = (line: string): void => {
        const match = pattern.exec(line);
        if (match !== null) resolve(match);
      };
      this.lines.forEach(watch);
      this.watchers.add(watch);
    });
    const endedFirst = this.ended.then((how) => {
      throw new StepFailed(`${name} ended while starting (${how}):\n${this.lines.slice(-10).join("\n")}`);
    });
    return within(STEP_MS, `${name} starts`, Promise.race([said, endedFirst]));
  }

  /** Asks it to stop, and where it does not, ends it. */
  async stop(): Promise<void> {
    if (this.hasEnded) return;
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), STOP_MS);
    await this.ended;
    clearTimeout(timer);
  }

  private readLines(stream: NodeJS.ReadableStream): void {
    let rest = "";
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      const lines = (rest + stripVTControlCharacters(text)).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        this.lines.push(line);
        if (this.lines.length > LINES_KEPT) this.lines.shift();
        for (const watch of this.watchers) watch(line);
      }
    });
  }
}
