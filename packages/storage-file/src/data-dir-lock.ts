import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { open, readdir, rm, stat, type FileHandle } from "node:fs/promises";
import { createConnection, createServer, type Server } from "node:net";
import { constants, hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { GatewayError, type Clock } from "@gateway-router/core";
import { open as openLmdb, type RootDatabase } from "lmdb";
import { errorCode, isMissing } from "./error-code.js";
import { faultOfLmdbFile } from "./lmdb-file.js";

/** Who holds a data directory. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
  /** Where its gateway answers, once it does. */
  readonly url?: string;
}

/** Another process works on the data directory. */
export class DataDirHeldError extends GatewayError {
  constructor(
    readonly dataDir: string,
    readonly holder: Holder,
  ) {
    const { pid, host, since, url } = holder;
    const where = url === undefined ? "" : `, ${url}`;
    super(
      "data_dir_held",
      `${dataDir} is held by another gateway: process ${pid} on ${host}, since ${since}${where}. Stop it first, or give this one another DATA_DIR.`,
      { retryable: true },
    );
  }
}

interface HolderRecord extends Holder {
  /** The name of the holder's socket in the data directory: random, so that it names this holder and no other. */
  readonly socket: string;
}

const RECORD_FILE = "holder.mdb";
const MOST_TURNS = 200;
const RECORD = "holder";
const SOCKET = /^holder-[0-9a-f]{16}\.sock$/;
const ANSWER_TIMEOUT_MS = 1_000;
/** A socket file younger than that may be of somebody who is about to listen on it. */
const LEFT_OVER_AFTER_MS = 60_000;
const DAMAGED_AFTER_LOOKS = 5;
const LOOK_EVERY_MS = 20;
/** The system's bound on a socket's path is 108 bytes on Linux and 104 elsewhere, the end included. */
const LONGEST_SOCKET_PATH = 100;

/**
 * The right of one process to work on a data directory.
 *
 * The holder listens on a socket in the directory, which the system closes with the process, however that
 * ends; so a crash leaves nothing behind, and no process id is compared, which says nothing between
 * containers. Who holds the directory is one record, replaced only inside a transaction that still finds the
 * record that was seen to be dead; LMDB's own lock on that file is given up with its process, too.
 *
 * A known edge: sockets do not reach across machines, so a directory on a network file system must not be
 * given to gateways on two of them.
 */
export class DataDirLock {
  private isReleased = false;

  private constructor(
    private readonly dataDir: string,
    private readonly socket: ListeningSocket,
    private readonly record: HolderRecord,
  ) {}

  /** Throws `DataDirHeldError` where another process holds the directory, which must exist. */
  static async acquire(options: { readonly dataDir: string; readonly clock: Clock }): Promise<DataDirLock> {
    const { dataDir, clock } = options;
    const holder = { pid: process.pid, host: hostname(), since: new Date(clock.nowMs()).toISOString() };
    const record = { ...holder, socket: `holder-${randomBytes(8).toString("hex")}.sock` };
    const socket = await ListeningSocket.open(dataDir, record.socket, holder);
    try {
      await removeDamagedRecord(dataDir, record.socket);
      await takeOver(dataDir, record);
      await removeLeftOvers(dataDir, record.socket, clock.nowMs());
      return new DataDirLock(dataDir, socket, record);
    } catch (error) {
      await socket.close();
      throw error;
    }
  }

  /** What others are told about the holder from now on. */
  describe(details: Pick<Holder, "url">): void {
    this.socket.holder = { ...this.socket.holder, ...details };
  }

  /** Idempotent. */
  async release(): Promise<void> {
    if (this.isReleased) return;
    this.isReleased = true;
    if (!(await isRecordDamaged(this.dataDir))) await this.removeRecord();
    await this.socket.close();
  }

  private async removeRecord(): Promise<void> {
    await withRecord(this.dataDir, (root) => {
      root.transactionSync(() => {
        if (root.get(RECORD)?.socket === this.record.socket) root.removeSync(RECORD);
      });
    });
  }
}

/** Who holds the data directory, if anybody does. */
export async function askHolder(dataDir: string): Promise<Holder | undefined> {
  if (!existsSync(join(dataDir, RECORD_FILE))) return undefined;
  if (await isRecordDamaged(dataDir)) return anyListener(dataDir);
  const record = await withRecord(dataDir, (root) => root.get(RECORD));
  return record && ask(dataDir, record);
}

async function takeOver(dataDir: string, record: HolderRecord): Promise<void> {
  for (;;) {
    const seen = await withRecord(dataDir, (root) => root.get(RECORD));
    const holder = seen && (await ask(dataDir, seen));
    if (holder !== undefined) throw new DataDirHeldError(dataDir, holder);
    const isOurs = await withRecord(dataDir, (root) =>
      root.transactionSync(() => {
        if (root.get(RECORD)?.socket !== seen?.socket) return false;
        root.putSync(RECORD, record);
        return true;
      }),
    );
    if (!isOurs) continue;
    if (seen !== undefined) await rm(join(dataDir, seen.socket), { force: true });
    return;
  }
}

/**
 * Throws `DataDirHeldError` where anybody listens in the directory, for a damaged record does not say who of
 * them has it; where nobody does, it is worth nothing and is removed.
 */
async function removeDamagedRecord(dataDir: string, ownSocket: string): Promise<void> {
  if (!(await isRecordDamaged(dataDir))) return;
  const holder = await anyListener(dataDir, ownSocket);
  if (holder !== undefined) throw new DataDirHeldError(dataDir, holder);
  await rm(join(dataDir, RECORD_FILE), { force: true });
}

/** A record that another process is just about to make looks damaged for a moment, too. */
async function isRecordDamaged(dataDir: string): Promise<boolean> {
  for (let look = 0; look < DAMAGED_AFTER_LOOKS; look += 1) {
    if (faultOfLmdbFile(join(dataDir, RECORD_FILE)) === undefined) return false;
    await wait(LOOK_EVERY_MS);
  }
  return true;
}

async function anyListener(dataDir: string, ownSocket?: string): Promise<Holder | undefined> {
  for (const socket of await readdir(dataDir)) {
    if (!SOCKET.test(socket) || socket === ownSocket) continue;
    const holder = await ask(dataDir, { pid: 0, host: "an unknown host", since: "an unknown time", socket });
    if (holder !== undefined) return holder;
  }
  return undefined;
}

/**
 * The record's environment is open for the moment only, so that many processes can take turns. Whoever closes it
 * last takes its lock apart, and one that opens it in that moment is told EINVAL: then its turn comes later.
 */
async function withRecord<Result>(
  dataDir: string,
  use: (root: RootDatabase<HolderRecord, string>) => Result,
): Promise<Result> {
  for (let turn = 1; ; turn += 1) {
    try {
      return await withOpenRecord(dataDir, use);
    } catch (error) {
      if (errorCode(error) !== constants.errno.EINVAL || turn === MOST_TURNS) throw error;
      await wait(LOOK_EVERY_MS);
    }
  }
}

async function withOpenRecord<Result>(
  dataDir: string,
  use: (root: RootDatabase<HolderRecord, string>) => Result,
): Promise<Result> {
  const root = openLmdb<HolderRecord, string>({
    path: join(dataDir, RECORD_FILE),
    noSubdir: true,
    overlappingSync: false,
    mapSize: 2 ** 20,
  });
  try {
    return use(root);
  } finally {
    await root.close();
  }
}

/** What the holder says of itself; what its record says where it is there but too busy; nothing where it is gone. */
async function ask(dataDir: string, { socket, ...holder }: HolderRecord): Promise<Holder | undefined> {
  const path = await SocketPath.of(dataDir, socket);
  try {
    const answer = await readAnswer(path.path);
    return answer === "gone" ? undefined : { ...holder, ...answer };
  } finally {
    await path.close();
  }
}

function readAnswer(path: string): Promise<Partial<Holder> | "gone"> {
  return new Promise((resolve, reject) => {
    let text = "";
    const connection = createConnection(path);
    const timer = setTimeout(() => finish({}), ANSWER_TIMEOUT_MS);
    const finish = (answer: Partial<Holder> | "gone") => {
      clearTimeout(timer);
      connection.destroy();
      resolve(answer);
    };
    connection.setEncoding("utf8");
    connection.on("data", (chunk: string) => (text += chunk));
    connection.on("end", () => finish(parseAnswer(text)));
    connection.on("error", (error) => {
      const code = errorCode(error);
      if (code === "ECONNREFUSED" || code === "ENOENT") finish("gone");
      // Somebody listens, and has more callers than it can take.
      else if (code === "EAGAIN" || code === "ECONNRESET" || code === "EPIPE") finish({});
      else {
        clearTimeout(timer);
        reject(error);
      }
    });
  });
}

function parseAnswer(text: string): Partial<Holder> {
  try {
    return JSON.parse(text) as Partial<Holder>;
  } catch {
    return {};
  }
}

/** Removes the sockets of processes that ended before they were on record. */
async function removeLeftOvers(dataDir: string, own: string, nowMs: number): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (!SOCKET.test(name) || name === own) continue;
    const { mtimeMs } = await stat(join(dataDir, name)).catch(goneAs({ mtimeMs: nowMs }));
    if (nowMs - mtimeMs > LEFT_OVER_AFTER_MS) await rm(join(dataDir, name), { force: true });
  }
}

function goneAs<Value>(value: Value): (error: unknown) => Value {
  return (error) => {
    if (isMissing(error)) return value;
    throw error;
  };
}

/** Answers whoever connects with one line of JSON. */
class ListeningSocket {
  private constructor(
    private readonly server: Server,
    private readonly path: SocketPath,
    public holder: Holder,
  ) {}

  static async open(dataDir: string, name: string, holder: Holder): Promise<ListeningSocket> {
    const path = await SocketPath.of(dataDir, name);
    try {
      const server = createServer();
      const socket = new ListeningSocket(server, path, holder);
      server.on("connection", (connection) => {
        connection.on("error", () => connection.destroy());
        connection.end(`${JSON.stringify(socket.holder)}\n`);
      });
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(path.path, resolve);
      });
      // The lock alone keeps no process running.
      server.unref();
      return socket;
    } catch (error) {
      await path.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    await this.path.close();
  }
}

/** A socket's path, short enough for the system. */
class SocketPath {
  private constructor(
    readonly path: string,
    private readonly folder: FileHandle | undefined,
  ) {}

  static async of(dataDir: string, name: string): Promise<SocketPath> {
    const path = join(dataDir, name);
    if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return new SocketPath(path, undefined);
    if (process.platform !== "linux") {
      throw new Error(
        `The path of DATA_DIR is too long for a socket in it, by the system's rules: ${dataDir}`,
      );
    }
    const folder = await open(dataDir, "r");
    return new SocketPath(`/proc/self/fd/${folder.fd}/${name}`, folder);
  }

  async close(): Promise<void> {
    await this.folder?.close();
  }
}
