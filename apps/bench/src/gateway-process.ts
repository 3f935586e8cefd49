import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export interface GatewayProcessOptions {
  readonly port: number;
  readonly dataDir: string;
  /** Further settings, by their names in the environment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The program to run instead of the gateway itself. */
  readonly program?: string;
  /** What to run the program under, such as a tracer. */
  readonly under?: readonly string[];
  /** Where its output goes, instead of being kept for `lastOutput`: nobody's time is spent on reading it then. */
  readonly logFile?: string;
  /** Options of Node.js, such as a profiler's. */
  readonly execArgv?: readonly string[];
}

const GATEWAY = fileURLToPath(new URL("../../gateway/dist/main.js", import.meta.url));
const START_TIMEOUT_MS = 60_000;
const KEPT_OUTPUT = 20_000;

/** The real gateway as a process of its own, to be stopped gently or killed. */
export class GatewayProcess {
  readonly url: string;
  private child: ChildProcess | undefined;
  private output = "";

  constructor(private readonly options: GatewayProcessOptions) {
    this.url = `http://127.0.0.1:${options.port}`;
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What it printed last. */
  get lastOutput(): string {
    return this.output;
  }

  get pid(): number {
    if (this.child?.pid === undefined) throw new Error("The gateway was not started");
    return this.child.pid;
  }

  /** Starts it and resolves when it answers, with the milliseconds that took. */
  async start(): Promise<number> {
    const startedAt = performance.now();
    this.spawn();
    while (!(await this.answers())) {
      if (!this.isRunning) throw new Error(`The gateway ended while starting:\n${this.output}`);
      if (performance.now() - startedAt > START_TIMEOUT_MS)
        throw new Error(`The gateway does not start:\n${this.output}`);
      await sleep(5);
    }
    return performance.now() - startedAt;
  }

  /** Starts it, with settings for this time only, without waiting for anything. */
  spawn(onceSettings: Readonly<Record<string, string>> = {}): void {
    const { port, dataDir, settings, program = GATEWAY, under = [], execArgv = [], logFile } = this.options;
    const [command, ...commandLine] = [...under, process.execPath, ...execArgv, program];
    this.output = "";
    const output = logFile === undefined ? "pipe" : openSync(logFile, "a");
    const child = spawn(command, commandLine, {
      env: {
        PATH: process.env["PATH"],
        HOST: "127.0.0.1",
        PORT: String(port),
        DATA_DIR: dataDir,
        // Nothing listens there: what is measured here needs no WAHA.
        WAHA_URL: "http://127.0.0.1:9",
        LOG_LEVEL: "error",
        ...settings,
        ...onceSettings,
      },
      stdio: ["ignore", output, output],
    });
    if (output !== "pipe") closeSync(output);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on(
        "data",
        (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-KEPT_OUTPUT)),
      );
    }
    this.child = child;
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  /** Answers the exit code. */
  async stop(): Promise<number | null> {
    await this.end("SIGTERM");
    return this.child?.exitCode ?? null;
  }

  /** Resolves when it has ended by itself. */
  async ended(): Promise<{ readonly exitCode: number | null; readonly signal: NodeJS.Signals | null }> {
    const { child } = this;
    if (child === undefined) throw new Error("The gateway was not started");
    if (this.isRunning) await once(child, "exit");
    return { exitCode: child.exitCode, signal: child.signalCode };
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child === undefined || !this.isRunning) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }

  private async answers(): Promise<boolean> {
    try {
      const response = await fetch(`${this.url}/healthz`);
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }
}
