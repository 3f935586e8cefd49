import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@gateway-router/core/testing";
import { createClient } from "@redis/client";

/** A Redis or Valkey server of a spec's own, in a temporary directory, on a free port of the loopback. */
export interface RedisServer {
  readonly url: string;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
  /** Holds it still, and lets it go on. */
  freeze(): void;
  thaw(): void;
  /** Ends it and removes the directory. */
  remove(): Promise<void>;
}

const PROGRAMS = ["redis-server", "valkey-server"];
const OLDEST_MAJOR = 7;

/** Answers nothing, and says in one line what was left out, where the machine has no engine. Where nothing may be left out (`CI`, `REQUIRE_REDIS`), throws. */
export async function startRedis(settings: readonly string[] = []): Promise<RedisServer | undefined> {
  const program = PROGRAMS.find((name) => majorOf(name) >= OLDEST_MAJOR);
  if (program === undefined) {
    const message =
      "No redis-server 7 or newer and no valkey-server is installed: specs of storage on Redis were left out. To run them: apt-get install redis-server, or brew install redis";
    if (process.env["CI"] || process.env["REQUIRE_REDIS"]) throw new Error(message);
    process.stderr.write(`${message}\n`);
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "gateway-redis-"));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server: ChildProcess | undefined;

  const start = async () => {
    const own = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
    // A spec asks how the store behaves, not how fast the disk is.
    const durable = ["--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction"];
    const quiet = ["--loglevel", "warning", "--logfile", "redis.log"];
    server = spawn(program, [...own, ...durable, ...quiet, ...settings], { cwd: folder, stdio: "ignore" });
    await eventually(() => answers(url), 30_000);
  };
  const kill = async () => {
    const running = server;
    server = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGKILL");
    await ended;
  };
  await start();
  return {
    url,
    start,
    kill,
    freeze: () => void server?.kill("SIGSTOP"),
    thaw: () => void server?.kill("SIGCONT"),
    async remove() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function majorOf(program: string): number {
  const { stdout, error } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return error === undefined ? Number(/v=(\d+)/.exec(stdout)?.[1] ?? 0) : 0;
}

async function answers(url: string): Promise<boolean> {
  const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 1_000 } });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.ping()) === "PONG";
  } catch {
    return false;
  } finally {
    if (client.isOpen) client.destroy();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
