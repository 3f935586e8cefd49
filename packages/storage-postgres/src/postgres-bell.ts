import type { CancelTimer, Clock, Logger } from "@gateway-router/core";
import pg from "pg";

export interface PostgresBellOptions {
  readonly connection: pg.ClientConfig;
  readonly channel: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long an instance may sleep without having heard anything: what nobody was told of is found then. */
const LONGEST_SILENCE_MS = 5_000;
const CONNECT_AGAIN_AFTER_MS = 1_000;

/**
 * Tells every instance on the same tables, by LISTEN and NOTIFY, that there is something new in a queue.
 *
 * It rings after a commit and not within it: NOTIFY in a transaction makes all commits of the database wait for each
 * other. What is rung while a ring is on its way goes out with the next one, so that it costs the same under any
 * load. A ring that is lost, with its process or connection, is made up for by listeners being called every
 * `LONGEST_SILENCE_MS` all the same.
 */
export class PostgresBell {
  private readonly listeners = new Map<string, Set<() => void>>();
  private client: pg.Client | undefined;
  private toRing = new Set<string>();
  private ringing: Promise<void> | undefined;
  private cancelTimer: CancelTimer | undefined;
  private isClosed = false;

  constructor(private readonly options: PostgresBellOptions) {}

  async start(): Promise<void> {
    await this.connect();
    this.callAllLater();
  }

  /** Calls the listeners here at once, and those of the other instances soon. */
  ring(topic: string): void {
    this.call(topic);
    this.toRing.add(topic);
    this.ringing ??= this.ringOthers().finally(() => (this.ringing = undefined));
  }

  /** Answers how to stop that. */
  on(topic: string, listener: () => void): () => void {
    const listeners = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, listeners);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** Rings what is still to be rung, and hears no more. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.cancelTimer?.();
    await this.ringing;
    await this.client?.end().catch(() => undefined);
    this.client = undefined;
    this.listeners.clear();
  }

  private async ringOthers(): Promise<void> {
    while (this.toRing.size > 0 && this.client !== undefined) {
      const topics = [...this.toRing];
      this.toRing = new Set();
      // The others look by themselves before long.
      await this.client.query(NOTIFY, [this.options.channel, topics.join(" ")]).catch(() => undefined);
    }
  }

  private async connect(): Promise<void> {
    const { connection, channel } = this.options;
    const client = new pg.Client(connection);
    client.on("notification", ({ processId, payload = "" }) => {
      if (processId === this.processIdOf(client)) return;
      for (const topic of payload.split(" ")) this.call(topic);
    });
    client.on("error", (error) => this.lost(client, error));
    client.on("end", () => this.lost(client, undefined));
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      // A ring need not be on disk.
      await client.query("SET synchronous_commit = off");
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    if (this.isClosed) return client.end();
    this.client = client;
  }

  /** Not in the types: the engine's number for the connection, by which an own ring is known. */
  private processIdOf(client: pg.Client): number | undefined {
    return (client as { readonly processID?: number }).processID;
  }

  private lost(client: pg.Client, error: Error | undefined): void {
    if (this.client !== client) return;
    this.client = undefined;
    if (this.isClosed) return;
    this.options.logger.log(
      "warn",
      `The connection to PostgreSQL that listens broke${error === undefined ? "" : `: ${error.message}`}`,
      { event: "postgres.listening_broke" },
    );
    void client.end().catch(() => undefined);
    this.connectAgainLater();
  }

  private connectAgainLater(): void {
    this.options.clock.setTimer(CONNECT_AGAIN_AFTER_MS, () => {
      if (this.isClosed) return;
      this.connect().then(
        () => this.callAll(),
        () => this.connectAgainLater(),
      );
    });
  }

  private callAllLater(): void {
    this.cancelTimer = this.options.clock.setTimer(LONGEST_SILENCE_MS, () => {
      this.callAll();
      this.callAllLater();
    });
  }

  private callAll(): void {
    for (const topic of this.listeners.keys()) this.call(topic);
  }

  private call(topic: string): void {
    for (const listener of this.listeners.get(topic) ?? []) listener();
  }
}

const NOTIFY = "SELECT pg_notify($1, $2)";
