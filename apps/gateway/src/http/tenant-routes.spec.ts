import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import {
  TenantRegistryEditedError,
  type HandlerTestRequest,
  type Tenant,
  type TenantId,
} from "@gateway-router/core";
import {
  aContact,
  aDelivery,
  aMapping,
  aTenant,
  aTenantId,
  InMemoryStorage,
  InMemoryTenantRegistry,
  ManualClock,
  RecordingLogger,
} from "@gateway-router/core/testing";
import decodeQR from "qr/decode.js";
import { SharedNumber } from "../shared-number.js";
import { HttpServer } from "./http-server.js";
import type { HttpServices } from "./http-services.js";
import { inMemoryHttpServices } from "./testing/in-memory-http-services.js";

const KEY = "admin-key-of-a-test";
const PUBLIC_URL = "https://gateway.example";
const HANDLER = "http://127.0.0.1:9002/messages";
const TEMPLATE = "http://127.0.0.1:9000/";
const DEFAULT_SECRET = "whsec_ZGVmYXVsdCBzZWNyZXQgb2YgZ2F0ZXdheQ==";

let started: { readonly server: HttpServer; readonly clock: ManualClock }[] = [];

afterEach(async () => {
  const stopped = started.map(({ server }) => server.stop(0));
  for (const { clock } of started) clock.advance(0);
  await Promise.all(stopped);
  started = [];
});

/** Every id from 900 to 999 is a tenant by the template. */
function withTemplate(registry: InMemoryTenantRegistry) {
  return {
    find: async (id: TenantId): Promise<Tenant | undefined> => {
      const own = await registry.find(id);
      if (own !== undefined || id < 900 || id > 999 || (await registry.isRetired(id))) return own;
      return { id, url: `${TEMPLATE}${id}`, active: true, signingSecrets: [DEFAULT_SECRET] };
    },
  };
}

async function start(overrides: Partial<HttpServices> = {}) {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const storage = new InMemoryStorage({ clock });
  const registry = new InMemoryTenantRegistry({ clock });
  const directory = withTemplate(registry);
  const tests: { readonly tenant: Tenant; readonly request: HandlerTestRequest }[] = [];
  const services: HttpServices = {
    ...inMemoryHttpServices({ clock, logger, storage, registry, directory, adminKey: KEY }),
    handlerTester: {
      test: async (tenant, request) => {
        tests.push({ tenant, request });
        return { status: 204, durationMs: 12, error: undefined };
      },
    },
    publicUrl: () => PUBLIC_URL,
    ...overrides,
  };
  const server = new HttpServer({ host: "127.0.0.1", port: 0, services });
  started.push({ server, clock });
  const url = `http://127.0.0.1:${await server.listen()}`;
  const fetchRaw = (path: string, init: RequestInit = {}) =>
    fetch(url + path, { redirect: "manual", ...init });
  const answerTexts: string[] = [];
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetchRaw(path, init);
    const text = await response.text();
    answerTexts.push(text);
    const body = JSON.parse(text) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, body };
  };
  const admin = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    ask(`/api/gateway/tenants${path}`, {
      method,
      headers: {
        "X-Api-Key": KEY,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  const asTenant = (token: unknown, path = "/api/tenant/deep-link") =>
    ask(path, { headers: { Authorization: `Bearer ${String(token)}` } });
  return { ...services, ask, admin, asTenant, fetchRaw, answerTexts, clock, logger, registry, tests };
}

function anError(code: string) {
  return { status: "error", code, message: expect.any(String) as string };
}

describe("PUT /api/gateway/tenants/{id}", () => {
  it("makes a tenant: 201 with its secret and token", async () => {
    const { admin, asTenant } = await start();
    const { status, body } = await admin("PUT", "/2", { name: "Agent 2", url: HANDLER });
    expect(status).toBe(201);
    expect(body).toEqual({
      ...{ id: 2, name: "Agent 2", url: HANDLER, active: true, source: "directory" },
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
      token: expect.stringMatching(/^gwt_[A-Za-z0-9_-]{43}$/),
    });
    expect((await asTenant(body["token"])).status).toBe(200);
  });

  it("changes a tenant: 200 without secret and token, which stay; what is left out stays, null takes away", async () => {
    const { admin, asTenant } = await start();
    const { token } = (await admin("PUT", "/2", { name: "Agent 2", url: HANDLER })).body;
    expect(await admin("PUT", "/2", { name: "Ali" })).toMatchObject({
      status: 200,
      body: { id: 2, name: "Ali", url: HANDLER, active: true, source: "directory" },
    });
    const { body } = await admin("PUT", "/2", { name: null, url: null });
    expect(body).toEqual({ id: 2, name: null, url: null, active: true, source: "directory" });
    expect((await asTenant(token)).status).toBe(200);
  });

  it("deactivates, and the tenant's token says so: 403", async () => {
    const { admin, asTenant } = await start();
    const { token } = (await admin("PUT", "/2", { url: HANDLER })).body;
    expect((await admin("PUT", "/2", { active: false })).body).toMatchObject({ url: HANDLER, active: false });
    expect(await asTenant(token)).toMatchObject({ status: 403, body: anError("tenant_inactive") });
    await admin("PUT", "/2", { active: true });
    expect((await asTenant(token)).status).toBe(200);
  });

  it("takes back what it answered", async () => {
    const { admin } = await start();
    await admin("PUT", "/2", { name: "Agent 2", url: HANDLER });
    const { body } = await admin("GET", "/2");
    expect(await admin("PUT", "/2", { ...body, name: "Ali" })).toMatchObject({
      status: 200,
      body: { ...body, name: "Ali" },
    });
  });

  it("takes the secret given for a new tenant, and refuses another for one that has its own: 409", async () => {
    const { admin } = await start();
    const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    expect((await admin("PUT", "/2", { secret })).body).toMatchObject({ secret });
    expect((await admin("PUT", "/2", { secret, name: "Ali" })).status).toBe(200);
    const other = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;
    expect(await admin("PUT", "/2", { secret: other, name: "Omar" })).toMatchObject({
      status: 409,
      body: anError("tenant_has_secret"),
    });
    expect((await admin("GET", "/2")).body).toMatchObject({ name: "Ali" });
  });

  it("If-None-Match: * makes a new one only: 412 where it is there", async () => {
    const { admin } = await start();
    const onlyNew = { "If-None-Match": "*" };
    expect((await admin("PUT", "/2", { name: "Ali" }, onlyNew)).status).toBe(201);
    expect(await admin("PUT", "/2", { name: "Omar" }, onlyNew)).toMatchObject({
      status: 412,
      body: anError("tenant_exists"),
    });
    expect((await admin("GET", "/2")).body).toMatchObject({ name: "Ali" });
  });

  it("a tenant by the template gets a token, and both secrets sign for a day", async () => {
    const { admin, asTenant, registry, clock } = await start();
    expect((await admin("GET", "/900")).body).toEqual({
      ...{ id: 900, name: null, url: `${TEMPLATE}900`, active: true, source: "template" },
    });
    const { status, body } = await admin("PUT", "/900", { url: HANDLER }, { "If-None-Match": "*" });
    expect(status).toBe(201);
    expect((await asTenant(body["token"])).status).toBe(200);
    const secrets = async () => (await registry.find(aTenantId(900)))?.signingSecrets;
    expect(await secrets()).toEqual([body["secret"], DEFAULT_SECRET]);
    clock.advance(24 * 3_600_000);
    expect(await secrets()).toEqual([body["secret"]]);
  });

  it.each([
    [{ name: "x".repeat(201) }, "name"],
    [{ name: "one\ntwo" }, "name"],
    [{ name: 2 }, "name"],
    [{ url: "ftp://x.example/" }, "url"],
    [{ url: "/messages" }, "url"],
    [{ url: "http://user:pass@x.example/" }, "url"],
    [{ url: "http://x.example/a b" }, "url"],
    [{ url: `http://x.example/${"x".repeat(2_048)}` }, "url"],
    [{ url: "http://" }, "url"],
    [{ active: "true" }, "active"],
    [{ active: null }, "active"],
    [{ secret: "whsec_!" }, "secret"],
    [{ secret: null }, "secret"],
    [{ secret: "whsec_c2hvcnQ=" }, "secret"],
    [{ id: 3 }, "id"],
    [{ ids: 2 }, "ids"],
    [JSON.parse('{"__proto__": 1}') as object, "__proto__"],
  ])("%j: 400 that names the field", async (body, field) => {
    const { admin } = await start();
    expect(await admin("PUT", "/2", body)).toMatchObject({
      status: 400,
      body: { ...anError("invalid_body"), details: [{ field, message: expect.any(String) }] },
    });
    expect((await admin("GET", "/2")).status).toBe(404);
  });

  it("names every fault at once, and shows no value", async () => {
    const { admin } = await start();
    const { body } = await admin("PUT", "/2", { secret: "hush-hush", url: "hush", nmae: "hush" });
    expect((body["details"] as { field: string }[]).map(({ field }) => field)).toEqual([
      "nmae",
      "url",
      "secret",
    ]);
    expect(JSON.stringify(body)).not.toContain("hush");
  });

  it.each(["null", "[]", "2", '"text"'])("a body that is no object (%s): 400", async (text) => {
    const { admin } = await start();
    expect(await admin("PUT", "/2", text)).toMatchObject({ status: 400, body: anError("invalid_body") });
  });

  it.each(["", "{", "{}x"])("not JSON (%j): 400", async (text) => {
    const { admin } = await start();
    expect(await admin("PUT", "/2", text)).toMatchObject({ status: 400, body: anError("malformed_json") });
  });

  it("not UTF-8: 400", async () => {
    const { ask } = await start();
    const init = {
      method: "PUT",
      headers: { "X-Api-Key": KEY, "Content-Type": "application/json" },
      body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    };
    expect(await ask("/api/gateway/tenants/2", init)).toMatchObject({
      status: 400,
      body: anError("malformed_json"),
    });
  });

  it("another content type, or compressed: 415", async () => {
    const { admin } = await start();
    for (const headers of [{ "Content-Type": "text/plain" }, { "Content-Encoding": "gzip" }]) {
      expect(await admin("PUT", "/2", {}, headers)).toMatchObject({
        status: 415,
        body: anError("unsupported_media_type"),
      });
    }
  });

  it("64 KiB to the byte is read, one more is not: 413", async () => {
    const { admin } = await start();
    expect(await admin("PUT", "/2", `{}${" ".repeat(64 * 1024 - 2)}`)).toMatchObject({ status: 201 });
    expect(await admin("PUT", "/2", `{}${" ".repeat(64 * 1024 - 1)}`)).toMatchObject({
      status: 413,
      body: anError("payload_too_large"),
    });
  });

  it.each(["0", "02", "-1", "2.5", "two", "9007199254740992"])("no id (%s): 400", async (id) => {
    const { admin } = await start();
    expect(await admin("PUT", `/${id}`, {})).toMatchObject({
      status: 400,
      body: { ...anError("invalid_parameter"), details: [{ field: "id", message: expect.any(String) }] },
    });
  });

  it("the largest id there is: 201", async () => {
    const { admin } = await start();
    expect((await admin("PUT", "/9007199254740991", {})).body).toMatchObject({ id: 9007199254740991 });
  });

  it("a file edited by hand meanwhile: 409 by its code", async () => {
    const { admin } = await start({
      manageTenants: {
        put: () => Promise.reject(new TenantRegistryEditedError("tenants_file_edited", "edited")),
      } as unknown as HttpServices["manageTenants"],
    });
    expect(await admin("PUT", "/2", {})).toMatchObject({ status: 409, body: anError("tenants_file_edited") });
  });
});

describe("GET /api/gateway/tenants", () => {
  it("lists by id, page by page, without secrets", async () => {
    const { admin } = await start();
    for (const id of [20, 3, 1]) await admin("PUT", `/${id}`, { url: HANDLER });
    const first = await admin("GET", "?limit=2");
    expect(first.body).toEqual({
      items: [1, 3].map((id) => ({ id, name: null, url: HANDLER, active: true, source: "directory" })),
      next_cursor: expect.any(String),
    });
    const { body } = await admin("GET", `?limit=2&cursor=${String(first.body["next_cursor"])}`);
    expect(body).toMatchObject({ items: [{ id: 20 }], next_cursor: null });
    expect(await admin("GET", "?cursor=none")).toMatchObject({
      status: 400,
      body: anError("invalid_parameter"),
    });
    expect((await admin("GET", "?limit=0")).status).toBe(400);
  });

  it("an unknown tenant: 404", async () => {
    const { admin } = await start();
    for (const [method, path] of [
      ["GET", "/7"],
      ["DELETE", "/7"],
      ["POST", "/7/rotate"],
      ["POST", "/7/test"],
      ["GET", "/7/deep-link"],
    ] as const) {
      expect(await admin(method, path)).toMatchObject({ status: 404, body: anError("unknown_tenant") });
    }
  });

  it("shows no password that somebody wrote into the file", async () => {
    const tenant = aTenant({ url: "http://ali:pass-word@x.example/messages" });
    const { admin } = await start({
      manageTenants: {
        find: async () => ({ tenant, source: "directory" }),
      } as unknown as HttpServices["manageTenants"],
    });
    expect((await admin("GET", "/2")).body["url"]).toBe("http://ali:***@x.example/messages");
  });
});

describe("POST /api/gateway/tenants/{id}/rotate", () => {
  it("gives a new secret and token; both tokens are taken for a day", async () => {
    const { admin, asTenant, registry, clock } = await start();
    const old = (await admin("PUT", "/2", {})).body;
    const { status, body } = await admin("POST", "/2/rotate");
    expect(status).toBe(200);
    expect(body).toEqual({
      id: 2,
      secret: expect.stringMatching(/^whsec_/),
      token: expect.stringMatching(/^gwt_/),
      overlap_until: new Date(clock.nowMs() + 24 * 3_600_000).toISOString(),
    });
    expect((await registry.find(aTenantId(2)))?.signingSecrets).toEqual([body["secret"], old["secret"]]);
    for (const { token } of [old, body]) expect((await asTenant(token)).status).toBe(200);
    clock.advance(24 * 3_600_000);
    expect((await asTenant(old["token"])).status).toBe(401);
    expect((await asTenant(body["token"])).status).toBe(200);
  });

  it("overlap_hours 0 ends the old ones at once", async () => {
    const { admin, asTenant } = await start();
    const old = (await admin("PUT", "/2", {})).body;
    const { body } = await admin("POST", "/2/rotate", { overlap_hours: 0 });
    expect(body).toMatchObject({ overlap_until: null });
    expect((await asTenant(old["token"])).status).toBe(401);
    expect((await asTenant(body["token"])).status).toBe(200);
  });

  it("a tenant by the template alone has nothing to rotate: 409", async () => {
    const { admin } = await start();
    expect(await admin("POST", "/900/rotate")).toMatchObject({
      status: 409,
      body: anError("tenant_not_in_directory"),
    });
  });

  it.each([-1, 169, 1.5, "24", null])("overlap_hours %j: 400", async (overlap_hours) => {
    const { admin } = await start();
    await admin("PUT", "/2", {});
    expect(await admin("POST", "/2/rotate", { overlap_hours })).toMatchObject({
      status: 400,
      body: { ...anError("invalid_body"), details: [{ field: "overlap_hours" }] },
    });
  });

  it("a body that is no JSON is not taken for none: 415", async () => {
    const { admin } = await start();
    expect(
      (await admin("POST", "/2/rotate", "overlap_hours=0", { "Content-Type": "text/plain" })).status,
    ).toBe(415);
  });
});

describe("DELETE /api/gateway/tenants/{id}", () => {
  const contacts = ["971501234567", "971507654321"].map((text) => aContact(text));
  async function withContacts() {
    const house = await start();
    const { token } = (await house.admin("PUT", "/2", { url: HANDLER })).body;
    for (const contact of contacts) {
      const mapping = aMapping({ contact });
      await house.mappings.lock(mapping, 0);
      await house.deliveries.enqueue(aDelivery(mapping));
    }
    // What a crash left behind: a delivery whose contact went free.
    await house.deliveries.enqueue(aDelivery(aMapping()));
    const other = aMapping({ tenantId: aTenantId(55) });
    await house.mappings.lock(other, 0);
    await house.deliveries.enqueue(aDelivery(other));
    return { ...house, token };
  }

  it("removes a tenant without contacts; its id is never given again: 409", async () => {
    const { admin, asTenant, tenants } = await start();
    const { token } = (await admin("PUT", "/900", {})).body;
    expect(await admin("DELETE", "/900")).toMatchObject({
      status: 200,
      body: { status: "deleted", tenant_id: 900, unlocked_users: 0 },
    });
    expect((await asTenant(token)).status).toBe(401);
    expect(await tenants.find(aTenantId(900))).toBeUndefined();
    expect(await admin("PUT", "/900", {})).toMatchObject({ status: 409, body: anError("tenant_id_retired") });
    for (const method of ["GET", "DELETE"]) expect((await admin(method, "/900")).status).toBe(404);
    expect((await admin("POST", "/900/rotate")).status).toBe(404);
  });

  it("a tenant by the template is not revived by it", async () => {
    const { admin } = await start();
    expect((await admin("DELETE", "/901")).status).toBe(200);
    expect((await admin("GET", "/901")).status).toBe(404);
  });

  it("with contacts: 409 that says how many, and nothing changes", async () => {
    const { admin, mappings } = await withContacts();
    expect(await admin("DELETE", "/2")).toMatchObject({
      status: 409,
      body: { ...anError("tenant_has_contacts"), details: [{ field: "contacts", message: "2" }] },
    });
    expect((await admin("GET", "/2")).status).toBe(200);
    expect((await mappings.stats()).contacts).toBe(3);
  });

  it("force: its contacts go free, all that waits for it becomes dead letters, others keep theirs", async () => {
    const { admin, mappings, deliveries } = await withContacts();
    expect(await admin("DELETE", "/2?force=true")).toMatchObject({
      status: 200,
      body: { unlocked_users: 2 },
    });
    for (const contact of contacts) expect(await mappings.find(contact)).toBeUndefined();
    expect((await mappings.stats()).contactsPerTenant).toEqual(new Map([[55, 1]]));
    const { items } = await deliveries.deadLetters({ limit: 10, tenantId: aTenantId(2) });
    expect(items.map(({ reason }) => reason)).toEqual(["tenant_removed", "tenant_removed", "tenant_removed"]);
    expect(await deliveries.counts()).toMatchObject({ pending: 1, dead: 3 });
    expect((await admin("DELETE", "/2?force=true")).status).toBe(404);
  });

  it("goes on where a crash or a fault cut it short", async () => {
    const { admin, registry, mappings } = await withContacts();
    await registry.remove(aTenantId(2));
    expect((await admin("DELETE", "/2")).status).toBe(409);
    expect((await admin("DELETE", "/2?force=true")).body).toMatchObject({ unlocked_users: 2 });
    expect((await mappings.stats()).contacts).toBe(1);
  });

  it("force is true or false: 400", async () => {
    const { admin } = await start();
    expect((await admin("DELETE", "/2?force=yes")).status).toBe(400);
  });
});

describe("POST /api/gateway/tenants/{id}/test", () => {
  it("tests the handler and tells status, time and error", async () => {
    const { admin, tests, audit } = await start();
    const { secret } = (await admin("PUT", "/2", { url: HANDLER, active: false })).body;
    const { status, body } = await admin("POST", "/2/test");
    expect(status).toBe(200);
    expect(body).toEqual({ tenant_id: 2, status: 204, time_ms: 12, error: null });
    expect(tests).toMatchObject([
      {
        tenant: { id: 2, url: HANDLER, signingSecrets: [secret] },
        request: { id: expect.stringMatching(/^msg_/) },
      },
    ]);
    expect((await audit.list({ limit: 1 })).items).toMatchObject([
      { actor: "first", action: "tenant.tested", subject: "tenant 2", details: { status: 204, error: null } },
    ]);
  });

  it("nobody there: no status, and why", async () => {
    const { admin } = await start({
      handlerTester: {
        test: async () => ({ status: undefined, durationMs: 3, error: "connection refused" }),
      },
    });
    await admin("PUT", "/2", { url: HANDLER });
    expect((await admin("POST", "/2/test")).body).toEqual({
      tenant_id: 2,
      status: null,
      time_ms: 3,
      error: "connection refused",
    });
  });

  it("without a URL: 409", async () => {
    const { admin } = await start();
    await admin("PUT", "/2", {});
    expect(await admin("POST", "/2/test")).toMatchObject({
      status: 409,
      body: anError("tenant_without_url"),
    });
  });

  it("is given up when whoever asked goes away", async () => {
    let signal: AbortSignal | undefined;
    const gone = new Promise<void>((resolve) => {
      void start({
        handlerTester: {
          test: (_tenant, request) => {
            signal = request.signal;
            return new Promise((done) => {
              request.signal.addEventListener("abort", () => {
                resolve();
                done({ status: undefined, durationMs: 1, error: "aborted" });
              });
            });
          },
        },
      }).then(async ({ admin, fetchRaw }) => {
        await admin("PUT", "/2", { url: HANDLER });
        const abort = new AbortController();
        const asked = fetchRaw("/api/gateway/tenants/2/test", {
          method: "POST",
          headers: { "X-Api-Key": KEY },
          signal: abort.signal,
        });
        asked.catch(() => undefined);
        while (signal === undefined) await new Promise((next) => setImmediate(next));
        abort.abort();
      });
    });
    await gone;
    expect(signal?.aborted).toBe(true);
  });
});

describe("deep links", () => {
  const links = (path: string) => ({
    short_url: `${PUBLIC_URL}/l/${path}`,
    qr_svg_url: `${PUBLIC_URL}/l/${path}/qr.svg`,
    qr_png_url: `${PUBLIC_URL}/l/${path}/qr.png`,
  });

  it("are the same for the admin and for the tenant itself", async () => {
    const { admin, asTenant } = await start();
    const { token } = (await admin("PUT", "/2", {})).body;
    const expected = { tenant_id: 2, url: "https://wa.me/971557357753?text=start_realty_2", ...links("2") };
    expect((await admin("GET", "/2/deep-link")).body).toEqual(expected);
    expect((await asTenant(token)).body).toEqual(expected);
  });

  it("name a campaign, and lead to it", async () => {
    const { admin, asTenant, fetchRaw } = await start();
    const { token } = (await admin("PUT", "/2", {})).body;
    const url = "https://wa.me/971557357753?text=start_realty_2_instagram";
    const expected = { tenant_id: 2, campaign: "instagram", url, ...links("2/instagram") };
    expect((await admin("GET", "/2/deep-link?campaign=Instagram")).body).toEqual(expected);
    expect((await asTenant(token, "/api/tenant/deep-link?campaign=instagram")).body).toEqual(expected);
    for (const path of ["/l/2/instagram", "/l/2/INSTAGRAM"]) {
      const { status, headers } = await fetchRaw(path);
      expect([status, headers.get("location")]).toEqual([302, url]);
    }
  });

  it.each(["", "with space", "a_b", "x".repeat(33)])(
    "campaign %j: 400 for the admin, 404 for people",
    async (name) => {
      const { admin, ask } = await start();
      await admin("PUT", "/2", {});
      expect((await admin("GET", `/2/deep-link?campaign=${encodeURIComponent(name)}`)).status).toBe(400);
      if (name !== "") expect((await ask(`/l/2/${encodeURIComponent(name)}`)).status).toBe(404);
    },
  );

  it("while the number is not known: 503", async () => {
    const { admin } = await start({ number: new SharedNumber(undefined) });
    await admin("PUT", "/2", {});
    expect(await admin("GET", "/2/deep-link")).toMatchObject({
      status: 503,
      body: anError("phone_number_unknown"),
    });
  });

  it.each([
    "/l/7",
    "/l/3",
    "/l/7/instagram",
    "/l/7/qr.svg",
    "/l/3/qr.png",
    "/l/7/instagram/qr.png",
    "/l/x/qr.svg",
  ])("%s of an unknown or inactive tenant: 404", async (path) => {
    const { admin, ask } = await start();
    await admin("PUT", "/3", { active: false });
    expect(await ask(path)).toMatchObject({ status: 404, body: anError("unknown_tenant") });
  });
});

describe("QR codes", () => {
  async function fetchImage(path: string) {
    const { admin, fetchRaw } = await start({ number: new SharedNumber(undefined) });
    await admin("PUT", "/2", {});
    const response = await fetchRaw(path);
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  it.each([
    ["/l/2/qr.png", 512, "/l/2"],
    ["/l/2/qr.png?size=128", 128, "/l/2"],
    ["/l/2/qr.png?size=333", 333, "/l/2"],
    ["/l/2/qr.png?size=2048", 2048, "/l/2"],
    ["/l/2/Instagram/qr.png", 512, "/l/2/instagram"],
  ])("%s can be read: the short link", async (path, size, link) => {
    const { response, bytes } = await fetchImage(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("image/png");
    const image = pixelsOf(bytes);
    expect([image.width, image.height]).toEqual([size, size]);
    expect(decodeQR(image)).toBe(PUBLIC_URL + link);
  });

  it.each([
    ["/l/2/qr.svg", 512, "/l/2"],
    ["/l/2/instagram/qr.svg?size=200", 200, "/l/2/instagram"],
  ])("%s can be read, and is a picture that does nothing", async (path, size, link) => {
    const { response, bytes } = await fetchImage(path);
    expect(response.headers.get("content-type")).toBe("image/svg+xml");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    const svg = bytes.toString("utf8");
    expect(svg).toContain(`width="${size}" height="${size}"`);
    expect(decodeQR(pixelsOfSvg(svg))).toBe(PUBLIC_URL + link);
  });

  it("has white of four modules around it, and corrects errors of level M", async () => {
    const svg = (await fetchImage("/l/2/qr.svg")).bytes.toString("utf8");
    const [, modules] = /viewBox="0 0 (\d+) /.exec(svg)!;
    const runs = darkRunsOf(svg);
    expect(Math.min(...runs.map(({ x }) => x))).toBe(4);
    expect(Math.min(...runs.map(({ y }) => y))).toBe(4);
    expect(Math.max(...runs.map(({ y }) => y))).toBe(Number(modules) - 5);
    // The first two bits of the format beside the upper left corner: 00 is M, masked with 10.
    const isDark = (x: number, y: number) =>
      runs.some((run) => run.y === y + 4 && run.x <= x + 4 && x + 4 < run.x + run.length);
    expect([isDark(0, 8), isDark(1, 8)]).toEqual([true, false]);
  });

  it.each(["0", "127", "2049", "1e3", "-200", "x", ""])("size=%s: 400", async (size) => {
    for (const image of ["qr.png", "qr.svg"]) {
      const { response } = await fetchImage(`/l/2/${image}?size=${size}`);
      expect(response.status).toBe(400);
    }
  });
});

describe("the tenant API", () => {
  it.each([
    ["no token", undefined],
    ["another scheme", "Basic Z3d0Xw=="],
    ["an unknown token", "Bearer gwt_nobody"],
    ["the admin's key", `Bearer ${KEY}`],
    ["a token too long to be one", `Bearer ${"x".repeat(10_000)}`],
  ])("%s: 401, and not even which paths there are", async (_name, authorization) => {
    const { ask, admin } = await start();
    await admin("PUT", "/2", {});
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    for (const path of ["/api/tenant/deep-link", "/api/tenant/nothing"]) {
      const { status, headers: answered, body } = await ask(path, { headers });
      expect(status).toBe(401);
      expect(body).toEqual(anError("unauthorized"));
      expect(answered.get("www-authenticate")).toBe("Bearer");
    }
  });

  it("an unknown path: 404, another method: 405", async () => {
    const { ask, admin } = await start();
    const headers = { Authorization: `Bearer ${String((await admin("PUT", "/2", {})).body["token"])}` };
    expect((await ask("/api/tenant/nothing", { headers })).status).toBe(404);
    expect((await ask("/api/tenant/deep-link", { method: "POST", headers })).status).toBe(405);
  });

  it("a tenant's token is no admin key", async () => {
    const { ask, admin } = await start();
    const headers = { Authorization: `Bearer ${String((await admin("PUT", "/2", {})).body["token"])}` };
    expect((await ask("/api/gateway/tenants", { headers })).status).toBe(401);
  });
});

describe("GET /api/tenant/contacts", () => {
  /** Tenants 2 and 55 with a token each; tenant 2 has two contacts, one of them by a campaign. */
  async function withContacts() {
    const house = await start();
    const { admin, mappings, clock } = house;
    const [token, otherToken] = [
      (await admin("PUT", "/2", {})).body["token"],
      (await admin("PUT", "/55", {})).body["token"],
    ];
    const locked = [
      aMapping({ contact: aContact("971501234567"), tenantId: aTenantId(2), campaign: "instagram" }),
      aMapping({ contact: aContact("971501234568"), tenantId: aTenantId(2) }),
      aMapping({ contact: aContact("971501234569"), tenantId: aTenantId(55) }),
    ];
    for (const mapping of locked) await mappings.lock(mapping, clock.nowMs());
    const list = (query: string, of = token) => house.asTenant(of, `/api/tenant/contacts${query}`);
    const numbers = async (query: string, of = token) =>
      ((await list(query, of)).body["items"] as { phone_number: string }[]).map((item) => item.phone_number);
    return { ...house, token, otherToken, locked, list, numbers };
  }

  it("lists the tenant's own, with what it knows them by", async () => {
    const { list, locked, numbers, otherToken } = await withContacts();
    const [first] = locked;
    expect(await list("?limit=1")).toMatchObject({
      status: 200,
      body: {
        items: [
          {
            phone_number: "971501234567",
            contact_id: first!.generation,
            since: new Date(first!.lockedAtMs).toISOString(),
            campaign: "instagram",
          },
        ],
        next_cursor: expect.any(String),
      },
    });
    const { next_cursor } = (await list("?limit=1")).body as { next_cursor: string };
    expect(await numbers(`?limit=1&cursor=${encodeURIComponent(next_cursor)}`)).toEqual(["971501234568"]);
    expect(await numbers("", otherToken)).toEqual(["971501234569"]);
    expect((await list(`?cursor=${encodeURIComponent(next_cursor)}`, otherToken)).status).toBe(400);
  });

  it("lists those of one campaign, and one by its number in any writing", async () => {
    const { numbers } = await withContacts();
    expect(await numbers("?campaign=Instagram")).toEqual(["971501234567"]);
    expect(await numbers(`?phone_number=${encodeURIComponent("+971 50-123 4568")}`)).toEqual([
      "971501234568",
    ]);
    expect(await numbers("?campaign=instagram&phone_number=971501234568")).toEqual([]);
  });

  it("are counted by the campaign they came by, each tenant's its own", async () => {
    const { asTenant, token, otherToken, mappings, clock } = await withContacts();
    const lock = (tenantId: number, campaign: string) =>
      mappings.lock(aMapping({ tenantId: aTenantId(tenantId), campaign }), clock.nowMs());
    for (const campaign of ["flyer", "instagram"]) await lock(2, campaign);
    await lock(55, "bus");
    expect(await asTenant(token, "/api/tenant/campaigns")).toMatchObject({
      status: 200,
      body: {
        items: [
          { campaign: "instagram", contacts: 2 },
          { campaign: "flyer", contacts: 1 },
        ],
      },
    });
    expect((await asTenant(otherToken, "/api/tenant/campaigns")).body).toEqual({
      items: [{ campaign: "bus", contacts: 1 }],
    });
  });

  it("answers the same, after the same look-ups, where another tenant has the number and where nobody does", async () => {
    const { list, mappings } = await withContacts();
    const asked: string[] = [];
    for (const name of ["find", "ofTenant", "namesOf"] as const) {
      const original = mappings[name].bind(mappings) as (...args: unknown[]) => Promise<never>;
      mappings[name] = (...args: unknown[]) => {
        asked.push(name);
        return original(...args);
      };
    }
    const anothers = await list("?phone_number=971501234569");
    const lookUps = asked.splice(0);
    const nobodys = await list("?phone_number=971509999999");
    expect(nobodys.status).toBe(anothers.status);
    expect(nobodys.body).toEqual(anothers.body);
    expect(anothers.body).toEqual({ items: [], next_cursor: null });
    expect(asked).toEqual(lookUps);
  });

  it.each(["?phone_number=0501234567", "?campaign=two%20words", "?limit=0", "?cursor=x"])(
    "%s: 400",
    async (query) => {
      const { list } = await withContacts();
      expect((await list(query)).status).toBe(400);
    },
  );
});

describe("secrets, tokens and hashes", () => {
  it("are in no log line, and in no answer but the two that hand one out", async () => {
    const { admin, asTenant, answerTexts, logger } = await start();
    const handedOut: unknown[] = [];
    for (const id of [2, 3, 900])
      handedOut.push(...Object.values((await admin("PUT", `/${id}`, {})).body).slice(5));
    for (const hours of [24, 0]) {
      const { secret, token } = (await admin("POST", "/2/rotate", { overlap_hours: hours })).body;
      handedOut.push(secret, token);
    }
    expect(handedOut).toHaveLength(10);
    const before = answerTexts.length;
    await admin("GET", "");
    await admin("GET", "/2");
    await admin("PUT", "/2", { url: HANDLER, active: false });
    await admin("PUT", "/2", { secret: handedOut[0] });
    await admin("POST", "/2/test");
    await admin("GET", "/2/deep-link");
    await admin("PUT", "/2", { active: true });
    await asTenant(handedOut.at(-1));
    await admin("DELETE", "/3");
    await admin("PUT", "/3", { secret: handedOut[2] });
    const told = [...answerTexts.slice(before), JSON.stringify(logger.lines)].join("\n");
    for (const value of [...handedOut, DEFAULT_SECRET].map(String)) {
      expect(told).not.toContain(value);
      expect(told).not.toContain(createHash("sha256").update(value).digest("hex"));
    }
    expect(told).not.toMatch(/whsec_|gwt_/);
  });
});

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A PNG of one bit a pixel, without filters, as colours. */
function pixelsOf(png: Buffer): Pixels {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  expect([...png.subarray(24, 29)]).toEqual([1, 0, 0, 0, 0]);
  const length = png.readUInt32BE(33);
  expect(png.toString("latin1", 37, 41)).toBe("IDAT");
  const rows = inflateSync(png.subarray(41, 41 + length));
  const bytesPerRow = 1 + Math.ceil(width / 8);
  expect(rows).toHaveLength(height * bytesPerRow);
  return painted(width, (x, y) => (rows[y * bytesPerRow + 1 + (x >> 3)]! & (0x80 >> (x & 7))) === 0);
}

function pixelsOfSvg(svg: string): Pixels {
  const scale = 4;
  const modules = Number(/viewBox="0 0 (\d+) /.exec(svg)![1]);
  const dark = new Set(
    darkRunsOf(svg).flatMap(({ x, y, length }) => Array.from({ length }, (_, i) => `${x + i} ${y}`)),
  );
  return painted(modules * scale, (x, y) => dark.has(`${Math.floor(x / scale)} ${Math.floor(y / scale)}`));
}

function darkRunsOf(svg: string) {
  const path = /<path d="([^"]+)"/.exec(svg)![1]!;
  return [...path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)].map(([, x, y, length]) => ({
    ...{ x: Number(x), y: Number(y), length: Number(length) },
  }));
}

function painted(size: number, isDark: (x: number, y: number) => boolean): Pixels {
  const data = new Uint8Array(size * size * 4).fill(255);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1)
      if (isDark(x, y)) data.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
  }
  return { width: size, height: size, data };
}
