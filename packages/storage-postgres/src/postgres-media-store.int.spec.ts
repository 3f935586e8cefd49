import { mediaStoreContract, silentLogger } from "@gateway-router/core/testing";
import { PostgresMediaStore } from "./postgres-media-store.js";
import { describeOnPostgres } from "./testing/postgres-spec.js";

await describeOnPostgres("PostgresMediaStore", (_server, openTables) => {
  mediaStoreContract({
    test: it,
    async open(limits) {
      const tables = await openTables();
      const database = await tables.open();
      return { ...tables, store: new PostgresMediaStore({ database, logger: silentLogger, limits }) };
    },
  });

  it("a file of many pieces comes whole from another instance, and its content goes an hour after it", async () => {
    const tables = await openTables();
    const [here, there] = [await tables.open(), await tables.open()].map(
      (database) => new PostgresMediaStore({ database, logger: silentLogger }),
    );
    const bytes = Buffer.alloc(1_500_000, "a picture ");
    const content = async function* () {
      for (let from = 0; from < bytes.length; from += 70_000) yield bytes.subarray(from, from + 70_000);
    };
    const file = { id: "media_1", contact: "971501234567" as never };
    await here!.keep(file, content());
    await here!.handTo(file.id, 2 as never);
    const opened = await there!.open(file.id, 2 as never);
    const read: Uint8Array[] = [];
    for await (const piece of opened!.content()) read.push(piece);
    expect(Buffer.concat(read).equals(bytes)).toBe(true);
    await there!.remove(file.id);
    await here!.prune(7 * 24 * 3_600_000);
    expect(await tables.count("media_chunks")).toBeGreaterThan(0);
    await tables.advance(3_600_001);
    await here!.prune(7 * 24 * 3_600_000);
    expect(await tables.count("media_chunks")).toBe(0);
    await tables.close();
  });
});
