import { StorageUnavailableError, type Clock, type Logger } from "@gateway-router/core";
import pg from "pg";
import { newContactHashKey } from "./contact-hash-key.js";
import { migrate } from "./migrate.js";
import { PostgresBell } from "./postgres-bell.js";
import { asStorageError, isAnswer, isConflict } from "./postgres-errors.js";

export interface PostgresDatabaseOptions {
  /** `postgres://user:password@host:port/database`, with the parameters that `pg` knows. */
  readonly url: string;
  /** Where all tables stand; made where it is not there. Several gateways of different data may share a database by it. */
  readonly schema?: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Connections beside the one that listens. */
  readonly maxConnections?: number;
}

/** A query with its values, prepared once a connection under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export type Row = Readonly<Record<string, unknown>>;

/** What runs queries: the pool, each in a transaction of its own, or one transaction. */
export interface Queries {
  /** Answers the rows. Rejects with `StorageUnavailableError` where the engine is away. */
  query<Result extends object = Row>(
    statement: Statement,
    values?: readonly unknown[],
  ): Promise<readonly Result[]>;
}

export const DEFAULT_SCHEMA = "gateway_router";

const SESSION_SETTINGS = [
  "synchronous_commit=on",
  // Queues grow and shrink faster than the planner's statistics follow; each statement has its index.
  ...["enable_seqscan=off", "enable_incremental_sort=off"],
  // Statements here are short, and wrong estimates would have them compiled, which takes longer than any of them.
  "jit=off",
];
const DEFAULT_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** No statement takes so long; one that does has lost its engine, or stands behind something that hangs. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** So that a gateway that hangs in the middle of a transaction gives its locks free. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000;
const MOST_TRIES = 5;

/**
 * The tables of one schema, by a pool of connections that renews itself: what fails because the engine is away fails
 * with `StorageUnavailableError`, and succeeds again when it is back.
 *
 * A known edge: where the connection breaks while a commit is under way, nobody can tell whether it happened; the error
 * says that it has not. All that matters is safe to repeat.
 */
export class PostgresDatabase implements Queries {
  /** Tells all instances on these tables that there is something new. */
  readonly bell: PostgresBell;
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly pool: pg.Pool,
    { clock, logger }: PostgresDatabaseOptions,
    connection: pg.ClientConfig,
    schema: string,
  ) {
    this.bell = new PostgresBell({ connection, channel: schema, clock, logger });
  }

  /** Brings the tables up to date; rejects where the engine is away, or where a newer version has been at them. */
  static async open(options: PostgresDatabaseOptions): Promise<PostgresDatabase> {
    const { url, schema = DEFAULT_SCHEMA, maxConnections = DEFAULT_CONNECTIONS, logger } = options;
    if (!/^[a-z_][a-z0-9_]{0,49}$/.test(schema)) throw new TypeError(`${schema} can't be a schema's name`);
    const connection: pg.ClientConfig = {
      connectionString: url,
      application_name: "gateway-router",
      options: [`search_path=${schema}`, ...SESSION_SETTINGS].map((setting) => `-c ${setting}`).join(" "),
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      types: plainNumbers(),
    };
    const pool = new pg.Pool({
      ...connection,
      max: maxConnections,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      query_timeout: STATEMENT_TIMEOUT_MS + CONNECT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    });
    // A connection that breaks while nobody uses it leaves the pool by itself; who asks next gets another one.
    pool.on("error", (error) => {
      logger.log("warn", `A connection to PostgreSQL broke: ${error.message}`, {
        event: "postgres.connection_broke",
      });
    });
    const database = new PostgresDatabase(pool, options, connection, schema);
    try {
      await database.withClient((client) => migrate(client, schema));
      // Of instances that start on empty tables at once, all have the key of one.
      const { key, innerPad, outerPad } = newContactHashKey();
      await database.query(FIRST_HASH_KEY, [key, innerPad, outerPad]);
      await database.bell.start();
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  query<Result extends object = Row>(
    statement: Statement,
    values: readonly unknown[] = [],
  ): Promise<readonly Result[]> {
    return untilNoConflict(() => this.withClient((client) => run<Result>(client, statement, values)));
  }

  /**
   * Runs the work in one transaction and resolves with its result once that is committed; what it throws undoes all of
   * it. Where the engine ended it in favour of another transaction, it is run again, so it changes nothing but tables.
   */
  transaction<Result>(work: (transaction: Queries) => Promise<Result>): Promise<Result> {
    return untilNoConflict(() => this.withClient((client) => runTransaction(client, work)));
  }

  /** Ends the connections when what they do is done. Idempotent. */
  close(): Promise<void> {
    this.closing ??= this.bell.close().then(() => this.pool.end());
    return this.closing;
  }

  private async withClient<Result>(use: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    if (this.closing !== undefined) throw new StorageUnavailableError("The storage is closed");
    const client = await this.pool.connect().catch((error: unknown) => {
      throw asStorageError(error);
    });
    let broken: boolean | undefined;
    // Without a listener an error between two queries would end the process.
    const onError = () => (broken = true);
    client.on("error", onError);
    try {
      return await use(client);
    } catch (error) {
      const cause = error instanceof StorageUnavailableError ? error.cause : undefined;
      if (cause !== undefined && !isAnswer(cause)) broken = true;
      throw error;
    } finally {
      client.off("error", onError);
      client.release(broken);
    }
  }
}

/** The engine has undone what it ends in favour of another transaction, so that it can be done again. */
async function untilNoConflict<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt === MOST_TRIES || !isConflict(error)) throw error;
    }
  }
}

async function runTransaction<Result>(
  client: pg.PoolClient,
  work: (transaction: Queries) => Promise<Result>,
): Promise<Result> {
  await run(client, BEGIN, []);
  try {
    const result = await work({ query: (statement, values = []) => run(client, statement, values) });
    await run(client, COMMIT, []);
    return result;
  } catch (error) {
    // Where even this fails, the connection is given up, and the engine undoes the transaction with it.
    await run(client, ROLLBACK, []);
    throw error;
  }
}

const FIRST_HASH_KEY: Statement = {
  name: "first-hash-key",
  text: `
INSERT INTO contact_hash_keys (number, key, inner_pad, outer_pad) VALUES (0, $1, $2, $3) ON CONFLICT DO NOTHING`,
};

const BEGIN: Statement = { name: "begin", text: "BEGIN" };
const COMMIT: Statement = { name: "commit", text: "COMMIT" };
const ROLLBACK: Statement = { name: "rollback", text: "ROLLBACK" };

async function run<Result extends object>(
  client: pg.PoolClient,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<readonly Result[]> {
  try {
    const { rows } = await client.query<Result>({ name, text, values: [...values] });
    return rows;
  } catch (error) {
    throw asStorageError(error);
  }
}

/** Numbers here are times, counts and tenants' ids, all of which JavaScript's numbers hold. */
function plainNumbers(): pg.CustomTypesConfig {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, Number);
  return types;
}
