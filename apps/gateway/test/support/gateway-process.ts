import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BIN, MAIN } from "./built-gateway.js";
import type { RecordedDelivery } from "./recorded-deliveries.js";
import { unsignedWebhook } from "./unsigned-webhook.js";

export type Settings = Readonly<Record<string, string>>;
export type LogLine = Readonly<Record<string, unknown>> & { readonly message: string };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

const LISTENING_WITHIN_MS = 20_000;

/** The real gateway in a process of its own, on a free port. */
export class GatewayProcess {
  readonly lines: LogLine[] = [];
  errors = "";
  url = "";
  private readonly child: ChildProcess;
  private unfinishedLine = "";

  private constructor(
    private readonly dataDir: string,
    private readonly settings: Settings,
  ) {
    this.child = spawn(process.execPath, [MAIN], {
      cwd: join(dataDir, ".."),
      env: environment({ PORT: "0", DATA_DIR: dataDir, LOG_FORMAT: "json", ...settings }),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout!.setEncoding("utf8").on("data", (text: string) => this.readLines(text));
    this.child.stderr!.on("data", (text: Buffer) => (this.errors += text.toString()));
  }

  static spawn(dataDir: string, settings: Settings = {}): GatewayProcess {
    return new GatewayProcess(dataDir, settings);
  }

  /** Resolves when it listens. */
  static async start(dataDir: string, settings: Settings = {}): Promise<GatewayProcess> {
    const gateway = GatewayProcess.spawn(dataDir, settings);
    const untilMs = Date.now() + LISTENING_WITHIN_MS;
    for (;;) {
      const listening = gateway.lines.find((line) => line["event"] === "gateway.listening");
      if (listening !== undefined) {
        gateway.url = String(listening["url"]);
        return gateway;
      }
      if (gateway.child.exitCode !== null || Date.now() > untilMs) {
        gateway.child.kill("SIGKILL");
        throw new Error(`The gateway did not start: ${gateway.errors}${JSON.stringify(gateway.lines)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Whole lines only: a process that is killed may leave half of its last one. */
  private readLines(text: string): void {
    const lines = (this.unfinishedLine + text).split("\n");
    this.unfinishedLine = lines.pop()!;
    for (const line of lines) this.lines.push(JSON.parse(line) as LogLine);
  }

  get pid(): number {
    return this.child.pid!;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Resolves with the exit code when the process has ended. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
    return this.child.exitCode;
  }

  async stop(): Promise<number | null> {
    this.signal("SIGTERM");
    return this.ended();
  }

  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.ended();
  }

  post({ body, headers }: RecordedDelivery): Promise<Answer> {
    return this.ask("/api/gateway/waha", { method: "POST", body: new Uint8Array(body), headers });
  }

  say(phone: string, text: string, id: string): Promise<Answer> {
    return this.post(unsignedWebhook(phone, text, id));
  }

  async ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, init);
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    };
  }

  async askAsAdmin(path: string, method = "GET"): Promise<Answer> {
    const key =
      this.settings["ADMIN_API_KEY"] ?? (await readFile(join(this.dataDir, "admin-api-key"), "utf8")).trim();
    return this.ask(path, { method, headers: { Authorization: `Bearer ${key}` } });
  }
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the gateway's command line to its end. */
export async function runCommand(
  words: readonly string[],
  options: {
    readonly cwd: string;
    readonly settings?: Settings;
    /** Told what it has printed so far, each time it prints more. */
    readonly onOutput?: ((stdout: string) => void) | undefined;
  },
): Promise<Ended> {
  const child = spawn(process.execPath, [BIN, ...words], {
    cwd: options.cwd,
    env: environment(options.settings ?? {}),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text: Buffer) => {
    stdout += text.toString();
    options.onOutput?.(stdout);
  });
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

/** Nothing of the environment the tests happen to run in, and a WAHA that is not there. */
function environment(settings: Settings): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], WAHA_URL: "http://127.0.0.1:9", ...settings };
}
