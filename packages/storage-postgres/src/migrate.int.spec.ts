import { aMapping, silentLogger } from "@gateway-router/core/testing";
import { systemClock } from "@gateway-router/core";
import { inspectPostgres } from "./inspect-postgres.js";
import { NewerTablesError } from "./migrate.js";
import { MIGRATIONS } from "./migrations/index.js";
import { PostgresDatabase } from "./postgres-database.js";
import { PostgresMappingStore } from "./postgres-mapping-store.js";
import { describeOnPostgres } from "./testing/postgres-spec.js";

await describeOnPostgres("migrations", (server, openTables) => {
  const open = (schema: string) =>
    PostgresDatabase.open({ url: server.url, schema, clock: systemClock, logger: silentLogger });

  it("of ten instances that start on nothing at once, one makes the tables, and all work on them", async () => {
    const opened = await Promise.all(Array.from({ length: 10 }, () => open("all_at_once")));
    const mapping = aMapping();
    const outcomes = await Promise.all(
      opened.map((database) => new PostgresMappingStore(database).lock(mapping, Date.now())),
    );
    expect(outcomes.filter(({ kind }) => kind === "locked")).toHaveLength(1);
    const applied = { name: "applied", text: "SELECT number FROM migrations ORDER BY number" };
    expect(await opened[0]!.query(applied)).toEqual(MIGRATIONS.map(({ number }) => ({ number })));
    const keys = { name: "keys", text: "SELECT number FROM contact_hash_keys" };
    expect(await opened[9]!.query(keys)).toEqual([{ number: 0 }]);
    for (const database of opened) await database.close();
  });

  it("are numbered from 1, without gaps", () => {
    expect(MIGRATIONS.map(({ number }) => number)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  it("change nothing where they are all applied, and keep what there is", async () => {
    const tables = await openTables();
    const mapping = aMapping();
    await new PostgresMappingStore(await tables.open()).lock(mapping, tables.nowMs());
    const [before] = await tables.run("SELECT max(applied_at) AS at FROM migrations");
    expect(await new PostgresMappingStore(await tables.open()).find(mapping.contact)).toEqual(mapping);
    expect(await tables.run("SELECT max(applied_at) AS at FROM migrations")).toEqual([before]);
    await tables.close();
  });

  it("refuse tables that a newer version made, and say so, and so does who only looks", async () => {
    const tables = await openTables();
    await tables.run("INSERT INTO migrations (number, name) VALUES (999, 'of the future')");
    await expect(tables.open()).rejects.toBeInstanceOf(NewerTablesError);
    await expect(tables.open()).rejects.toMatchObject({
      ...{ code: "storage_too_new", retryable: false },
      message: expect.stringMatching(/migration 999, and this one knows [0-9]+\). Start that version\./),
    });
    expect(await inspectPostgres({ url: tables.url, schema: tables.schema })).toMatchObject({
      ...{ kind: "reachable", isNewEnough: true, isWritable: true, migration: 999 },
      ...{ knownMigration: MIGRATIONS.length, risks: ["fsync is off"] },
    });
    await tables.close();
  });

  it("who looks at an engine that is not there, or has no tables, is told, and makes none", async () => {
    const away = await inspectPostgres({ url: "postgres://gateway:hush@127.0.0.1:9/postgres" });
    expect(away).toMatchObject({ kind: "unreachable" });
    expect(JSON.stringify(away)).not.toContain("hush");
    const nothing = await inspectPostgres({ url: server.url, schema: "not_there" });
    expect(nothing).toMatchObject({ kind: "reachable", migration: undefined });
  });
});
