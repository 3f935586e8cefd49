import { AdminKeysEditedError } from "@gateway-router/core";
import {
  InMemoryAdminKeyStore,
  InMemoryStorage,
  InMemoryTenantRegistry,
  ManualClock,
  RecordingLogger,
} from "@gateway-router/core/testing";
import type { Admin } from "./admin-keys.js";
import { HttpServer } from "./http-server.js";
import type { HttpServices } from "./http-services.js";
import { inMemoryHttpServices } from "./testing/in-memory-http-services.js";

const KEY = "admin-key-of-a-test";

let started: { readonly server: HttpServer; readonly clock: ManualClock }[] = [];

afterEach(async () => {
  const stopped = started.map(({ server }) => server.stop(0));
  for (const { clock } of started) clock.advance(0);
  await Promise.all(stopped);
  started = [];
});

async function start(overrides: Partial<HttpServices> = {}) {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const storage = new InMemoryStorage({ clock });
  const registry = new InMemoryTenantRegistry({ clock });
  const adminKeyStore = new InMemoryAdminKeyStore();
  const services: HttpServices = {
    ...inMemoryHttpServices({ clock, logger, storage, registry, adminKey: KEY, adminKeyStore }),
    ...overrides,
  };
  const server = new HttpServer({ host: "127.0.0.1", port: 0, services });
  started.push({ server, clock });
  const url = `http://127.0.0.1:${await server.listen()}`;
  const ask = async (key: string, method: string, path: string, body?: unknown) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        "X-Api-Key": key,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const keys = (method: string, path = "", body?: unknown) =>
    ask(KEY, method, `/api/gateway/keys${path}`, body);
  /** Adds a key and answers it. */
  const add = async (name: string, role: string) =>
    String((await keys("POST", "", { name, role })).body["key"]);
  return { ask, keys, add, clock, logger, adminKeyStore };
}

function anError(code: string) {
  return { status: "error", code, message: expect.any(String) as string };
}

describe("POST /api/gateway/keys", () => {
  it("makes a key: 201 with it, once, and it opens at once", async () => {
    const { ask, keys, clock, logger } = await start();
    const { status, body } = await keys("POST", "", { name: "anna", role: "admin" });
    const created_at = new Date(clock.nowMs()).toISOString();
    expect([status, body]).toEqual([
      201,
      { name: "anna", role: "admin", created_at, key: expect.stringMatching(/^gwk_[A-Za-z0-9_-]{43}$/) },
    ]);
    const key = String(body["key"]);
    expect((await ask(key, "PUT", "/api/gateway/tenants/2", {})).status).toBe(201);
    const others = [await keys("GET"), await ask(KEY, "GET", "/api/gateway/audit"), logger.lines];
    expect(JSON.stringify(others)).not.toContain(key.slice(4));
  });

  it("what is done with a key is entered under its name", async () => {
    const { ask, add } = await start();
    const anna = await add("anna", "admin");
    await ask(anna, "POST", "/api/gateway/keys", { name: "omar", role: "read" });
    await ask(anna, "DELETE", "/api/gateway/keys/omar");
    expect((await ask(KEY, "GET", "/api/gateway/audit")).body).toMatchObject({
      items: [
        { actor: "anna", action: "key.removed", subject: "key omar", details: { after: null } },
        { actor: "anna", action: "key.added", subject: "key omar", details: { after: { role: "read" } } },
        { actor: "first", action: "key.added", subject: "key anna", details: { before: null } },
      ],
    });
  });

  it("a name that is there, that of the first key included: 409, and the key that has it stays", async () => {
    const { ask, keys, add } = await start();
    const anna = await add("anna", "admin");
    for (const name of ["anna", "first"]) {
      expect(await keys("POST", "", { name, role: "read" })).toEqual({
        ...{ status: 409, body: anError("key_exists") },
      });
    }
    expect((await ask(anna, "PUT", "/api/gateway/tenants/2", {})).status).toBe(201);
  });

  it("past a hundred: 409", async () => {
    const { keys, adminKeyStore } = await start();
    for (let index = 0; index < 100; index += 1) {
      const key = { name: `key-${index}`, role: "read", createdAtMs: 0, key: `gwk_${index}` } as const;
      await adminKeyStore.add({ ...key, most: 100 });
    }
    expect(await keys("POST", "", { name: "late", role: "read" })).toEqual({
      ...{ status: 409, body: anError("too_many_keys") },
    });
  });

  it.each([
    [{ role: "read" }, "name"],
    [{ name: "Anna", role: "read" }, "name"],
    [{ name: "", role: "read" }, "name"],
    [{ name: "x".repeat(41), role: "read" }, "name"],
    [{ name: "gateway", role: "read" }, "name"],
    [{ name: "anna" }, "role"],
    [{ name: "anna", role: "root" }, "role"],
    [{ name: "anna", role: null }, "role"],
    [{ name: "anna", role: "read", key: "of-my-own" }, "key"],
  ])("refuses %j: 400 that names the field", async (body, field) => {
    const { keys, adminKeyStore } = await start();
    const answer = await keys("POST", "", body);
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_body", details: [{ field }] } });
    expect(JSON.stringify(answer)).not.toContain("of-my-own");
    expect(await adminKeyStore.list()).toEqual([]);
  });

  it("over a hand edit that nobody has read: 409", async () => {
    const { keys, adminKeyStore } = await start();
    adminKeyStore.add = () => Promise.reject(new AdminKeysEditedError("keys_file_edited", "Edited."));
    expect(await keys("POST", "", { name: "anna", role: "read" })).toEqual({
      ...{ status: 409, body: anError("keys_file_edited") },
    });
  });
});

describe("GET /api/gateway/keys", () => {
  it("lists names, roles and times, the first key first, to a key that may only read, too", async () => {
    const { ask, add, clock } = await start();
    const created_at = new Date(clock.nowMs()).toISOString();
    await add("omar", "admin");
    const grafana = await add("grafana", "read");
    expect(await ask(grafana, "GET", "/api/gateway/keys")).toEqual({
      status: 200,
      body: {
        items: [
          { name: "first", role: "admin", created_at: null },
          { name: "grafana", role: "read", created_at },
          { name: "omar", role: "admin", created_at },
        ],
        next_cursor: null,
      },
    });
  });

  it("page by page; a cursor of another list is refused", async () => {
    const { keys, add } = await start();
    for (const name of ["omar", "anna"]) await add(name, "read");
    const first = await keys("GET", "?limit=2");
    expect(first.body).toMatchObject({ items: [{ name: "first" }, { name: "anna" }], next_cursor: "anna" });
    expect((await keys("GET", "?limit=2&cursor=anna")).body).toMatchObject({
      ...{ items: [{ name: "omar" }], next_cursor: null },
    });
    expect(await keys("GET", "?cursor=No")).toMatchObject({
      status: 400,
      body: anError("invalid_parameter"),
    });
  });
});

describe("DELETE /api/gateway/keys/{name}", () => {
  it("ends a key at once: 200, and 404 the second time", async () => {
    const { ask, keys, add } = await start();
    const anna = await add("anna", "admin");
    expect(await keys("DELETE", "/anna")).toEqual({ status: 200, body: { status: "deleted", name: "anna" } });
    expect(await ask(anna, "GET", "/api/gateway/stats")).toMatchObject({ status: 401 });
    expect(await keys("DELETE", "/anna")).toEqual({ status: 404, body: anError("unknown_key") });
  });

  it("a key may end itself", async () => {
    const { ask, add } = await start();
    const anna = await add("anna", "admin");
    expect((await ask(anna, "DELETE", "/api/gateway/keys/anna")).status).toBe(200);
    expect((await ask(anna, "GET", "/api/gateway/stats")).status).toBe(401);
  });

  it("the first key: 409, and it still opens", async () => {
    const { keys } = await start();
    expect(await keys("DELETE", "/first")).toEqual({ status: 409, body: anError("first_key") });
    expect((await keys("GET")).status).toBe(200);
  });

  it("what can be no key's name: 400", async () => {
    const { keys } = await start();
    expect(await keys("DELETE", "/No%20name")).toMatchObject({
      ...{ status: 400, body: { code: "invalid_parameter", details: [{ field: "name" }] } },
    });
  });
});

describe("a key that may only read", () => {
  it("is told what it may not do, by name and with what to do", async () => {
    const { ask, add } = await start();
    const grafana = await add("grafana", "read");
    expect(await ask(grafana, "DELETE", "/api/gateway/tenants/2")).toEqual({
      status: 403,
      body: {
        ...{ status: "error", code: "read_only_key" },
        message:
          "The key grafana has the role read, which does not open this. Use one with the role admin, or ask somebody who has one.",
      },
    });
  });

  it("gives itself and others nothing", async () => {
    const { ask, add, adminKeyStore } = await start();
    const grafana = await add("grafana", "read");
    expect((await ask(grafana, "POST", "/api/gateway/keys", { name: "x", role: "admin" })).status).toBe(403);
    expect((await ask(grafana, "DELETE", "/api/gateway/keys/grafana")).status).toBe(403);
    expect((await adminKeyStore.list()).map(({ name }) => name)).toEqual(["grafana"]);
  });

  it("is told the details of /readyz", async () => {
    const { ask, add } = await start();
    const grafana = await add("grafana", "read");
    expect((await ask(grafana, "GET", "/readyz")).body).toMatchObject({ details: { storage: "ok" } });
  });
});

describe("admin keys that are looked up one beside the other", () => {
  /** Keys whose look-up takes until it is let go, which happens in the order in which they were asked for. */
  function slowKeys() {
    const waiting: (() => void)[] = [];
    const adminKeys = {
      adminOf: async (key: string): Promise<Admin | undefined> => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return key === KEY ? { name: "first", role: "admin" } : undefined;
      },
    };
    return { adminKeys: { ...adminKeys, markOf: async () => undefined }, waiting };
  }

  it.each([
    ["/api/gateway/stats", 429, { code: "too_many_requests" }],
    ["/readyz", 200, { status: "ready" }],
  ])("%s: past the limit of wrong ones a right one among them is not told", async (path, status, body) => {
    const { adminKeys, waiting } = slowKeys();
    const { ask } = await start({ adminKeys });
    const asked: ReturnType<typeof ask>[] = [];
    for (const key of [...Array<string>(20).fill("wrong"), KEY]) {
      asked.push(ask(key, "GET", path));
      while (waiting.length < asked.length) await new Promise((resolve) => setImmediate(resolve));
    }
    for (const letGo of waiting) letGo();
    const last = (await Promise.all(asked)).at(-1)!;
    expect(last).toMatchObject({ status, body });
    expect(last.body).not.toHaveProperty("details");
    expect(last.body).not.toHaveProperty("gateway_stats");
  });
});
