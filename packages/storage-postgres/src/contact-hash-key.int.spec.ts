import { createHmac } from "node:crypto";
import { contactHashKeyOf, newContactHashKey } from "./contact-hash-key.js";
import { describeOnPostgres } from "./testing/postgres-spec.js";

await describeOnPostgres("hashes of contacts' names", (_server, openTables) => {
  it("are half of an HMAC-SHA256 by the first key, and each key counts where one is looked for", async () => {
    const tables = await openTables();
    const database = await tables.open();
    const keys = [newContactHashKey(), contactHashKeyOf(Buffer.alloc(32, 0xff))];
    await tables.run("DELETE FROM contact_hash_keys");
    for (const [number, { key, innerPad, outerPad }] of keys.entries()) {
      await database.query(
        { name: "put-key", text: "INSERT INTO contact_hash_keys VALUES ($1, $2, $3, $4)" },
        [number, key, innerPad, outerPad],
      );
    }
    const names = ["971501234567", "88112233445566@lid", "ملف"];
    const expected = names.map((name) =>
      keys.map(({ key }) =>
        createHmac("sha256", key).update(name).digest().subarray(0, 16).toString("base64url"),
      ),
    );
    for (const [index, name] of names.entries()) {
      const [row] = await database.query<{ hash: string; hashes: string[] }>(
        { name: "hash", text: "SELECT hash_of($1) AS hash, hashes_of(ARRAY[$1]) AS hashes" },
        [name],
      );
      expect(row!.hash).toBe(expected[index]![0]);
      expect(row!.hashes.toSorted()).toEqual(expected[index]!.toSorted());
    }
    await tables.close();
  });
});
