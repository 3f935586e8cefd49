import {
  InMemoryAdminKeyStore,
  InMemoryStorage,
  InMemoryTenantRegistry,
  ManualClock,
  RecordingLogger,
} from "@gateway-router/core/testing";
import { MOST_SESSIONS, SESSION_MS } from "./console-sessions.js";
import { HttpServer } from "./http-server.js";
import type { HttpServices } from "./http-services.js";
import { inMemoryHttpServices } from "./testing/in-memory-http-services.js";

const KEY = "admin-key-of-a-test";
const SESSION = "/api/gateway/console/session";

interface SignedIn {
  readonly cookie: string;
  readonly csrfToken: string;
  readonly setCookie: string;
}

async function enter(changes: Partial<HttpServices> = {}) {
  const clock = new ManualClock();
  const storage = new InMemoryStorage({ clock });
  const adminKeyStore = new InMemoryAdminKeyStore();
  const house = { clock, storage, logger: new RecordingLogger(), adminKey: KEY, adminKeyStore };
  const services = {
    ...inMemoryHttpServices({ ...house, registry: new InMemoryTenantRegistry({ clock }) }),
    ...changes,
  };
  const server = new HttpServer({ host: "127.0.0.1", port: 0, services });
  const url = `http://127.0.0.1:${await server.listen()}`;
  const ask = async (method: string, path: string, headers: Record<string, string> = {}, body?: object) => {
    const response = await fetch(url + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const said = (await response.json()) as Readonly<Record<string, unknown>>;
    return { status: response.status, headers: response.headers, body: said };
  };
  const signIn = async (key = KEY): Promise<SignedIn> => {
    const { headers, body } = await ask("POST", SESSION, {}, { key });
    const setCookie = headers.get("set-cookie") ?? "";
    return { cookie: setCookie.split(";")[0]!, csrfToken: String(body["csrf_token"]), setCookie };
  };
  const close = async () => {
    const stopped = server.stop(0);
    clock.advance(0);
    await stopped;
  };
  return { clock, services, storage, ask, signIn, close };
}

let house: Awaited<ReturnType<typeof enter>>;

beforeEach(async () => {
  house = await enter();
});

afterEach(() => house.close());

describe("signing in to the console", () => {
  it("turns a key into a cookie that no script reads and no other site sends", async () => {
    const { ask, storage } = house;
    const { status, headers, body } = await ask("POST", SESSION, {}, { key: KEY });
    expect([status, body]).toEqual([
      201,
      { name: "first", role: "admin", csrf_token: expect.any(String), expires_at: expect.any(String) },
    ]);
    const cookie = headers.get("set-cookie")!;
    expect(cookie).toMatch(
      /^gateway_console=[A-Za-z0-9_-]{43}; Max-Age=43200; Path=\/api\/gateway; Expires=.*; HttpOnly; SameSite=Strict$/,
    );
    const { items } = await storage.audit.list({ limit: 10 });
    expect(items).toMatchObject([{ actor: "first", action: "console.signed_in", subject: "key first" }]);
  });

  it("says Secure where people come by https", async () => {
    const other = await enter({ isHttps: true });
    expect((await other.signIn()).setCookie).toContain("; Secure");
    await other.close();
  });

  it("opens the admin API, and tells who it is", async () => {
    const { ask, signIn } = house;
    const { cookie, csrfToken } = await signIn();
    expect((await ask("GET", "/api/gateway/stats", { cookie })).status).toBe(200);
    expect(await ask("GET", SESSION, { cookie })).toMatchObject({
      ...{ status: 200, body: { name: "first", role: "admin", csrf_token: csrfToken } },
    });
  });

  it("refuses a wrong key as any door does, and counts it", async () => {
    const { ask } = house;
    expect(await ask("POST", SESSION, {}, { key: "wrong" })).toMatchObject({
      ...{ status: 401, body: { code: "unauthorized" } },
    });
    for (let count = 0; count < 19; count += 1) await ask("POST", SESSION, {}, { key: "wrong" });
    expect((await ask("POST", SESSION, {}, { key: KEY })).status).toBe(429);
    expect((await ask("POST", SESSION, {}, { key: "" })).body["code"]).toBe("invalid_body");
  });

  it("signs nobody in from another site's page", async () => {
    const { ask } = house;
    for (const site of ["cross-site", "same-site"]) {
      expect(await ask("POST", SESSION, { "Sec-Fetch-Site": site }, { key: KEY })).toMatchObject({
        ...{ status: 403, body: { code: "from_elsewhere" } },
      });
    }
  });
});

describe("a session of the console", () => {
  const tenant = "/api/gateway/tenants/77";

  it("changes something only with its own word, and never for another site", async () => {
    const { ask, signIn } = house;
    const { cookie, csrfToken } = await signIn();
    const other = await signIn();
    for (const headers of [{}, { "X-CSRF-Token": "" }, { "X-CSRF-Token": other.csrfToken }]) {
      expect(await ask("PUT", tenant, { cookie, ...headers }, { name: "A" })).toMatchObject({
        ...{ status: 403, body: { code: "csrf_token_missing" } },
      });
    }
    const right = { cookie, "X-CSRF-Token": csrfToken };
    expect((await ask("PUT", tenant, { ...right, "Sec-Fetch-Site": "same-site" }, {})).status).toBe(403);
    expect((await ask("GET", "/api/gateway/stats", { cookie, "Sec-Fetch-Site": "cross-site" })).status).toBe(
      403,
    );
    expect((await ask("PUT", tenant, { ...right, "Sec-Fetch-Site": "same-origin" }, {})).status).toBe(201);
  });

  it("of a key that may only read changes nothing", async () => {
    const { ask, signIn, services } = house;
    const made = await services.manageAdminKeys.add({ actor: "first", name: "grafana", role: "read" });
    const { cookie, csrfToken } = await signIn(made.kind === "added" ? made.key : "");
    expect((await ask("GET", SESSION, { cookie })).body).toMatchObject({ name: "grafana", role: "read" });
    expect((await ask("GET", "/api/gateway/stats", { cookie })).status).toBe(200);
    expect(await ask("PUT", tenant, { cookie, "X-CSRF-Token": csrfToken }, {})).toMatchObject({
      ...{ status: 403, body: { code: "read_only_key" } },
    });
    expect((await ask("GET", "/api/gateway/waha/qr", { cookie })).status).toBe(403);
  });

  it("ends with its time", async () => {
    const { ask, signIn, clock } = house;
    const { cookie } = await signIn();
    clock.advance(SESSION_MS - 1);
    expect((await ask("GET", "/api/gateway/stats", { cookie })).status).toBe(200);
    clock.advance(1);
    expect(await ask("GET", "/api/gateway/stats", { cookie })).toMatchObject({
      ...{ status: 401, body: { code: "session_over" } },
    });
    expect((await ask("GET", SESSION, { cookie })).status).toBe(401);
  });

  it("ends with its key, also where another of the name is made", async () => {
    const { ask, signIn, services, clock } = house;
    const made = await services.manageAdminKeys.add({ actor: "first", name: "anna", role: "admin" });
    const { cookie } = await signIn(made.kind === "added" ? made.key : "");
    await services.manageAdminKeys.remove("anna", { actor: "first" });
    expect((await ask("GET", "/api/gateway/stats", { cookie })).status).toBe(401);
    clock.advance(1_000);
    await services.manageAdminKeys.add({ actor: "first", name: "anna", role: "admin" });
    expect((await ask("GET", "/api/gateway/stats", { cookie })).status).toBe(401);
  });

  it("ends when its holder signs out, which needs its word, and when they sign in anew", async () => {
    const { ask, signIn, storage } = house;
    const { cookie, csrfToken } = await signIn();
    expect((await ask("DELETE", SESSION, { cookie })).status).toBe(403);
    const out = await ask("DELETE", SESSION, { cookie, "X-CSRF-Token": csrfToken });
    expect(out).toMatchObject({ status: 200, body: { status: "signed_out" } });
    expect(out.headers.get("set-cookie")).toMatch(
      /^gateway_console=; Path=\/api\/gateway; Expires=Thu, 01 Jan 1970/,
    );
    expect((await ask("GET", "/api/gateway/stats", { cookie })).status).toBe(401);
    expect((await storage.audit.list({ limit: 1 })).items).toMatchObject([{ action: "console.signed_out" }]);

    const before = await signIn();
    await ask("POST", SESSION, { cookie: before.cookie }, { key: KEY });
    expect((await ask("GET", "/api/gateway/stats", { cookie: before.cookie })).status).toBe(401);
  });

  it("stands behind a key that the request carries besides", async () => {
    const { ask, signIn } = house;
    const { cookie } = await signIn();
    expect((await ask("GET", "/api/gateway/stats", { cookie, Authorization: "Bearer wrong" })).status).toBe(
      401,
    );
  });

  it("has no end of them: past a thousand the oldest goes", async () => {
    const { services } = house;
    const admin = { name: "first", role: "admin" } as const;
    const first = await services.consoleSessions.begin(admin);
    for (let count = 0; count < MOST_SESSIONS; count += 1) {
      house.clock.advance(1);
      await services.consoleSessions.begin(admin);
    }
    expect(await services.consoleSessions.find(first!.token)).toBeUndefined();
  });
});
