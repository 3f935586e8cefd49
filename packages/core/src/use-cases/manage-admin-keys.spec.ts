import { BadCursorError } from "../domain/errors.js";
import { AdminKeysEditedError } from "../ports/admin-key-store.js";
import { InMemoryAdminKeyStore } from "../testing/in-memory-admin-key-store.js";
import { InMemoryAuditLog } from "../testing/in-memory-audit-log.js";
import { RecordingLogger } from "../testing/loggers.js";
import { ManualClock } from "../testing/manual-clock.js";
import { ManageAdminKeys, MOST_ADMIN_KEYS } from "./manage-admin-keys.js";

function aHouse() {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const audit = new InMemoryAuditLog({ clock });
  const store = new InMemoryAdminKeyStore();
  let made = 0;
  const keys = { adminKey: () => `gwk_made-${(made += 1)}` };
  const manage = new ManageAdminKeys({ store, keys, audit, clock, logger });
  const entries = async () => (await audit.list({ limit: 100 })).items;
  return { manage, store, clock, logger, entries };
}

const actor = "anna";

describe("ManageAdminKeys", () => {
  it("adds a key, shows it once, and enters who did it", async () => {
    const { manage, store, clock, logger, entries } = aHouse();
    const added = { name: "grafana", role: "read", createdAtMs: clock.nowMs() };
    expect(await manage.add({ actor, name: "grafana", role: "read" })).toEqual({
      ...{ kind: "added", added, key: "gwk_made-1" },
    });
    expect(await store.findByKey("gwk_made-1")).toEqual(added);
    expect(await entries()).toEqual([
      {
        ...{ atMs: clock.nowMs(), actor, action: "key.added", subject: "key grafana" },
        details: {
          before: null,
          after: { role: "read", created_at: new Date(clock.nowMs()).toISOString() },
        },
      },
    ]);
    expect(JSON.stringify([await entries(), logger.lines, await manage.list({ limit: 10 })])).not.toContain(
      "gwk_",
    );
  });

  it("removes a key, and enters what it was", async () => {
    const { manage, store, clock, entries } = aHouse();
    await manage.add({ actor, name: "grafana", role: "read" });
    const created_at = new Date(clock.nowMs()).toISOString();
    clock.advance(60_000);
    expect(await manage.remove("grafana", { actor: "first" })).toEqual({ kind: "removed", name: "grafana" });
    expect(await store.findByKey("gwk_made-1")).toBeUndefined();
    expect((await entries())[0]).toEqual({
      ...{ atMs: clock.nowMs(), actor: "first", action: "key.removed", subject: "key grafana" },
      details: { before: { role: "read", created_at }, after: null },
    });
  });

  it("what changes nothing is entered nowhere", async () => {
    const { manage, entries } = aHouse();
    await manage.add({ actor, name: "omar", role: "admin" });
    expect(await manage.add({ actor, name: "omar", role: "read" })).toEqual({ kind: "exists", name: "omar" });
    expect(await manage.add({ actor, name: "first", role: "read" })).toEqual({
      kind: "exists",
      name: "first",
    });
    expect(await manage.remove("zoe", { actor })).toEqual({ kind: "unknown", name: "zoe" });
    expect(await manage.remove("first", { actor })).toEqual({ kind: "first" });
    expect(await entries()).toHaveLength(1);
  });

  it("what the store refuses is entered nowhere, either", async () => {
    const { manage, store, entries } = aHouse();
    store.add = () => Promise.reject(new AdminKeysEditedError("keys_file_edited", "Edited."));
    await expect(manage.add({ actor, name: "omar", role: "admin" })).rejects.toBeInstanceOf(
      AdminKeysEditedError,
    );
    expect(await entries()).toEqual([]);
  });

  it("has room for a hundred", async () => {
    const { manage } = aHouse();
    for (let index = 0; index < MOST_ADMIN_KEYS; index += 1) {
      expect(await manage.add({ actor, name: `key-${index}`, role: "read" })).toMatchObject({
        kind: "added",
      });
    }
    expect(await manage.add({ actor, name: "late", role: "read" })).toEqual({ kind: "full", most: 100 });
    await manage.remove("key-50", { actor });
    expect(await manage.add({ actor, name: "late", role: "read" })).toMatchObject({ kind: "added" });
  });

  it("lists the first key first and the others by name, page by page, whatever comes between", async () => {
    const { manage, clock } = aHouse();
    for (const name of ["omar", "anna", "zoe"]) await manage.add({ actor, name, role: "read" });
    const page = async (limit: number, cursor?: string) => {
      const { items, nextCursor } = await manage.list({ limit, ...(cursor === undefined ? {} : { cursor }) });
      return [items.map(({ name }) => name), nextCursor];
    };
    expect((await manage.list({ limit: 2 })).items).toEqual([
      { name: "first", role: "admin", createdAtMs: undefined },
      { name: "anna", role: "read", createdAtMs: clock.nowMs() },
    ]);
    expect(await page(1)).toEqual([["first"], "first"]);
    expect(await page(2, "first")).toEqual([["anna", "omar"], "omar"]);
    await manage.remove("omar", { actor });
    await manage.add({ actor, name: "paul", role: "read" });
    expect(await page(2, "omar")).toEqual([["paul", "zoe"], undefined]);
    expect(await page(4)).toEqual([["first", "anna", "paul", "zoe"], undefined]);
    await expect(page(1, "No name")).rejects.toBeInstanceOf(BadCursorError);
  });
});
