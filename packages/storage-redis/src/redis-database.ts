import { createHash } from "node:crypto";
import { StorageUnavailableError, type Clock, type Logger } from "@gateway-router/core";
import { createClient, ErrorReply, RESP_TYPES } from "@redis/client";
import { RedisBell } from "./redis-bell.js";
import { asStorageError, messageOf } from "./redis-errors.js";
import { OPEN_LAYOUT } from "./scripts/layout-scripts.js";
import { ENGINE_CLOCK, scriptText, type RedisScript } from "./scripts/script.js";

export interface RedisDatabaseOptions {
  /** `redis://user:password@host:port/number`, or `rediss://` for TLS. */
  readonly url: string;
  /** Before all keys; several gateways of different data may share an engine by it. */
  readonly prefix?: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** After that long without an answer a call counts as failed. */
  readonly answerTimeoutMs?: number;
  /** For tests: what scripts take for the time, see `ENGINE_CLOCK`. */
  readonly clockLua?: string;
}

/** What an engine answers to a script. */
export type Reply = string | number | null | readonly Reply[];

export const DEFAULT_PREFIX = "gateway:";

/** The layout of keys that this version writes and understands. */
export const LAYOUT = 1;
const OLDEST_MAJOR = 7;
const CONNECT_TIMEOUT_MS = 5_000;
/** Long for a flush, and short for a webhook: better that WAHA sends it again. */
const ANSWER_TIMEOUT_MS = 4_000;
const LONGEST_WAIT_TO_RECONNECT_MS = 1_000;
/** Calls that wait for answers; more than that is more than the engine can take. */
const MOST_CALLS = 20_000;
const SOCKET_TIMEOUT_MS = 60_000;
const PING_EVERY_MS = 15_000;

/**
 * The keys of one prefix, by one connection for calls and one that listens. Both renew themselves: what fails because the
 * engine is away fails at once with `StorageUnavailableError`, and succeeds again when it is back.
 *
 * A known edge: where the connection breaks, or the time runs out, while a call is under way, nobody can tell whether it
 * happened; the error says that it has not. All that matters is safe to repeat.
 */
export class RedisDatabase {
  /** Tells all instances on these keys that there is something new. */
  readonly bell: RedisBell;
  readonly prefix: string;
  private readonly client: Client;
  private readonly listening: Client;
  private readonly prepared = new Map<RedisScript, PreparedScript>();
  private readonly clockLua: string;
  private readonly answerTimeoutMs: number;
  private closing: Promise<void> | undefined;
  private saidAtMs = Number.NEGATIVE_INFINITY;

  private constructor(private readonly options: RedisDatabaseOptions) {
    const { url, prefix = DEFAULT_PREFIX, clock, clockLua, answerTimeoutMs } = options;
    this.prefix = prefix;
    this.clockLua = clockLua ?? ENGINE_CLOCK;
    this.answerTimeoutMs = answerTimeoutMs ?? ANSWER_TIMEOUT_MS;
    this.client = newClient(url);
    this.listening = newClient(url);
    this.bell = new RedisBell({
      clock,
      publish: (message) => this.call(["PUBLISH", this.channel, message]),
    });
    for (const client of [this.client, this.listening]) {
      // Without a listener an error would end the process; whoever calls meanwhile hears of it.
      client.on("error", (error: unknown) => this.say(error));
    }
    // Rings were missed while it was away.
    this.listening.on("ready", () => this.bell.callAll());
  }

  /** Rejects where the engine is away, is none of the versions that will do, or where a newer gateway has been at the keys. */
  static async open(options: RedisDatabaseOptions): Promise<RedisDatabase> {
    const database = new RedisDatabase(options);
    try {
      await database.connect();
      return database;
    } catch (error) {
      await database.close();
      throw asStorageError(error);
    }
  }

  /** Runs the script as one step. Rejects with `StorageUnavailableError` where the engine is away, or can't do it now. */
  async run(script: RedisScript, ...values: readonly string[]): Promise<Reply> {
    const { text, sha } = this.prepare(script);
    const rest = ["1", this.prefix, ...values];
    try {
      return await this.call(["EVALSHA", sha, ...rest]);
    } catch (error) {
      if (!(error instanceof ErrorReply) || !error.message.startsWith("NOSCRIPT")) throw error;
    }
    // The engine was started anew, or never had it.
    return this.call(["EVAL", text, ...rest]);
  }

  /** One command, as it is. Keys in it need the prefix. */
  call(command: readonly (string | Buffer)[]): Promise<Reply> {
    return this.answered(() => this.client.sendCommand<Reply>(command));
  }

  /** As {@link call}, where the answer is no text. */
  async bytes(command: readonly string[]): Promise<Uint8Array | undefined> {
    const typeMapping = { [RESP_TYPES.BLOB_STRING]: Buffer };
    return (
      (await this.answered(() => this.client.sendCommand<Buffer | null>(command, { typeMapping }))) ??
      undefined
    );
  }

  private async answered<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    if (this.closing !== undefined) throw new StorageUnavailableError("The storage is closed");
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new StorageUnavailableError(`Redis did not answer within ${this.answerTimeoutMs} ms`)),
        this.answerTimeoutMs,
      );
    });
    try {
      return await Promise.race([send(), late]);
    } catch (error) {
      throw asStorageError(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the connections when what they do is done. Idempotent. */
  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  private async connect(): Promise<void> {
    const connected = (client: Client) =>
      new Promise<void>((resolve, reject) => {
        // At the start nobody waits for an engine that is not there.
        client.once("error", reject);
        client.connect().then(() => {
          client.off("error", reject);
          resolve();
        }, reject);
      });
    await connected(this.client);
    await connected(this.listening);
    const version = await this.version();
    if (!isNewEnough(version)) {
      throw new Error(`Redis ${version.text} is too old: the gateway needs Redis 7 or newer, or Valkey`);
    }
    const [found] = (await this.run(OPEN_LAYOUT, String(LAYOUT))) as readonly string[];
    if (Number(found) > LAYOUT) {
      throw new Error(
        `The keys under "${this.prefix}" are of a newer gateway (layout ${found}, this one knows ${LAYOUT})`,
      );
    }
    await this.listening.subscribe(this.channel, (message) => this.bell.heard(message));
    this.bell.start();
  }

  async version(): Promise<RedisVersion> {
    return versionOf(await this.call(["INFO", "server"]));
  }

  private get channel(): string {
    return `${this.prefix}bell`;
  }

  private async end(): Promise<void> {
    await this.bell.close();
    for (const client of [this.listening, this.client]) {
      if (!client.isOpen) continue;
      if (client.isReady) await client.close().catch(() => undefined);
      else client.destroy();
    }
  }

  private prepare(script: RedisScript): PreparedScript {
    let prepared = this.prepared.get(script);
    if (prepared === undefined) {
      const text = scriptText(script, this.clockLua);
      prepared = { text, sha: createHash("sha1").update(text).digest("hex") };
      this.prepared.set(script, prepared);
    }
    return prepared;
  }

  /** Once in a while, and not for each try to connect. */
  private say(error: unknown): void {
    const { clock, logger } = this.options;
    if (this.closing !== undefined || clock.nowMs() - this.saidAtMs < 5_000) return;
    this.saidAtMs = clock.nowMs();
    logger.log("warn", `The connection to Redis broke: ${messageOf(error)}`, {
      event: "redis.connection_broke",
    });
  }
}

interface PreparedScript {
  readonly text: string;
  readonly sha: string;
}

export interface RedisVersion {
  readonly text: string;
  readonly major: number;
}

/** Out of what INFO says. Valkey says in `redis_version` which Redis it stands for. */
export function versionOf(info: Reply): RedisVersion {
  const text = /^redis_version:(\S+)/m.exec(String(info))?.[1] ?? "0";
  return { text, major: Number(text.split(".")[0]) };
}

export function isNewEnough({ major }: RedisVersion): boolean {
  return major >= OLDEST_MAJOR;
}

type Client = ReturnType<typeof newClient>;

export function newClient(url: string, { isReconnecting = true } = {}) {
  // Checked here, for the platform's own error carries the address with its password.
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol)) {
    throw new TypeError("The address of Redis must be like redis://user:password@host:6379/0");
  }
  return createClient({
    url,
    RESP: 2,
    name: "gateway-router",
    // What can't be sent now fails now: a webhook is better answered 503 than late.
    disableOfflineQueue: true,
    commandsQueueMaxLength: MOST_CALLS,
    pingInterval: PING_EVERY_MS,
    maintNotifications: "disabled",
    disableClientInfo: true,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SOCKET_TIMEOUT_MS,
      keepAlive: true,
      reconnectStrategy: (retries) =>
        isReconnecting && Math.min(50 * 2 ** Math.min(retries, 5), LONGEST_WAIT_TO_RECONNECT_MS),
    },
  });
}
