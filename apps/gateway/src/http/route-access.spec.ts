import {
  aContact,
  aMapping,
  aTenantId,
  InMemoryStorage,
  InMemoryTenantRegistry,
  ManualClock,
  RecordingLogger,
} from "@gateway-router/core/testing";
import { HttpServer } from "./http-server.js";
import { inMemoryHttpServices } from "./testing/in-memory-http-services.js";
import { mountedRoutes } from "./testing/mounted-routes.js";

const KEY = "admin-key-of-a-test";
const WHO = [
  ...(["nobody", "a wrong key", "an admin", "a key that may only read"] as const),
  ...(["tenant 2", "tenant 55", "a deactivated tenant"] as const),
];

type Statuses = readonly [
  nobody: number,
  wrongKey: number,
  admin: number,
  reader: number,
  tenant2: number,
  tenant55: number,
  deactivated: number,
];

const open = (status: number): Statuses => [status, status, status, status, status, status, status];
/** Changes something, or shows what a contact wrote. */
const admins = (status: number): Statuses => [401, 401, status, 403, 401, 401, 401];
/** Changes nothing. */
const readers = (status: number): Statuses => [401, 401, status, status, 401, 401, 401];
const tenants = (tenant2: number, tenant55 = tenant2): Statuses => [
  ...([401, 401, 401, 401] as const),
  ...([tenant2, tenant55, 403] as const),
];

interface Row {
  /** What is asked for; the path itself where it has no parameter. */
  readonly at?: string;
  readonly body?: object;
  readonly statuses: Statuses;
}

/** Who may do what: a route without a row here fails. Tenant 2 has the contact 971501234567, tenant 55 has none. */
const ROWS: Readonly<Record<string, Row>> = {
  "POST /api/gateway/waha": { body: {}, statuses: open(200) },
  "GET /healthz": { statuses: open(200) },
  "GET /readyz": { statuses: open(200) },
  "GET /l/:tenantId": { at: "/l/2", statuses: open(302) },
  "GET /l/:tenantId/:campaign": { at: "/l/2/flyer", statuses: open(302) },
  "GET /l/:tenantId/qr.svg": { at: "/l/2/qr.svg", statuses: open(200) },
  "GET /l/:tenantId/qr.png": { at: "/l/2/qr.png", statuses: open(200) },
  "GET /l/:tenantId/:campaign/qr.svg": { at: "/l/2/flyer/qr.svg", statuses: open(200) },
  "GET /l/:tenantId/:campaign/qr.png": { at: "/l/2/flyer/qr.png", statuses: open(200) },
  "GET /console": { statuses: open(200) },
  "GET /console/*page": { at: "/console/tenants/2", statuses: open(200) },
  "GET /console/assets/:file": { at: "/console/assets/page.js", statuses: open(200) },

  // A key is exchanged for a session, which alone can be asked about and ended.
  "POST /api/gateway/console/session": { body: { key: KEY }, statuses: open(201) },
  "GET /api/gateway/console/session": { statuses: open(401) },
  "DELETE /api/gateway/console/session": { statuses: open(401) },

  "GET /docs": { statuses: open(200) },

  "GET /metrics": { statuses: readers(200) },
  "GET /openapi.json": { statuses: readers(200) },
  "GET /api/gateway/stats": { statuses: readers(200) },
  "GET /api/gateway/overview": { statuses: readers(200) },
  "GET /api/gateway/overview/events": { statuses: readers(200) },
  "GET /api/gateway/growth": { statuses: readers(200) },
  // Whoever scans it makes their own phone the shared number's.
  "GET /api/gateway/waha/qr": { statuses: admins(200) },
  "GET /api/gateway/user/:phone": { at: "/api/gateway/user/971501234567", statuses: readers(200) },
  "GET /api/gateway/user/:phone/tenant": {
    ...{ at: "/api/gateway/user/971501234567/tenant", statuses: readers(200) },
  },
  "DELETE /api/gateway/user/:phone/mapping": {
    ...{ at: "/api/gateway/user/971501234567/mapping", statuses: admins(200) },
  },
  "POST /api/gateway/user/:phone/reassign": {
    at: "/api/gateway/user/971501234567/reassign",
    body: { tenant_id: 55, reason: "asked for it" },
    statuses: admins(200),
  },
  "GET /api/gateway/user/:phone/export": {
    ...{ at: "/api/gateway/user/971501234567/export", statuses: admins(200) },
  },
  "GET /api/gateway/user/:phone/media/:id": {
    ...{ at: "/api/gateway/user/971501234567/media/med_1", statuses: admins(404) },
  },
  "DELETE /api/gateway/user/:phone/data": {
    ...{ at: "/api/gateway/user/971501234567/data", statuses: admins(200) },
  },
  "POST /api/gateway/explain": { body: { phone_number: "971501234567", text: "Hi" }, statuses: readers(200) },
  "GET /api/gateway/deliveries": { statuses: readers(200) },
  "POST /api/gateway/deliveries/:id/replay": {
    ...{ at: "/api/gateway/deliveries/msg_1/replay", statuses: admins(404) },
  },
  "POST /api/gateway/deliveries/replay": {
    ...{ at: "/api/gateway/deliveries/replay?tenant_id=2", statuses: admins(200) },
  },
  "GET /api/gateway/replies": { statuses: readers(200) },
  "GET /api/gateway/audit": { statuses: readers(200) },
  "GET /api/gateway/tenants": { statuses: readers(200) },
  "GET /api/gateway/tenants/:id": { at: "/api/gateway/tenants/2", statuses: readers(200) },
  "GET /api/gateway/tenants/:id/contacts": {
    ...{ at: "/api/gateway/tenants/2/contacts", statuses: readers(200) },
  },
  "GET /api/gateway/tenants/:id/health": {
    ...{ at: "/api/gateway/tenants/2/health", statuses: readers(200) },
  },
  "GET /api/gateway/contested": { statuses: readers(200) },
  "PUT /api/gateway/tenants/:id": { at: "/api/gateway/tenants/77", body: {}, statuses: admins(201) },
  "DELETE /api/gateway/tenants/:id": { at: "/api/gateway/tenants/55", statuses: admins(200) },
  "POST /api/gateway/tenants/:id/rotate": { at: "/api/gateway/tenants/2/rotate", statuses: admins(200) },
  "POST /api/gateway/tenants/:id/test": { at: "/api/gateway/tenants/2/test", statuses: admins(200) },
  "GET /api/gateway/tenants/:id/deep-link": {
    ...{ at: "/api/gateway/tenants/2/deep-link", statuses: readers(200) },
  },
  "GET /api/gateway/keys": { statuses: readers(200) },
  "POST /api/gateway/keys": { body: { name: "anna", role: "admin" }, statuses: admins(201) },
  "DELETE /api/gateway/keys/:name": { at: "/api/gateway/keys/reader", statuses: admins(200) },

  "GET /api/tenant/deep-link": { statuses: tenants(200) },
  "GET /api/tenant/contacts": { statuses: tenants(200) },
  "GET /api/tenant/campaigns": { statuses: tenants(200) },
  "POST /api/tenant/messages": {
    ...{ body: { phone_number: "971501234567", text: "Hi" }, statuses: tenants(202, 403) },
  },
  "GET /api/tenant/messages/:id": { at: "/api/tenant/messages/msg_1", statuses: tenants(404) },
  "GET /api/tenant/media/:id": { at: "/api/tenant/media/med_1", statuses: tenants(404) },
};

async function enter() {
  const clock = new ManualClock();
  const storage = new InMemoryStorage({ clock });
  const registry = new InMemoryTenantRegistry({ clock });
  const house = { clock, storage, registry, logger: new RecordingLogger(), adminKey: KEY };
  const services = inMemoryHttpServices(house);
  const tokens: string[] = [];
  for (const id of [2, 55, 9]) {
    const change = { url: `http://127.0.0.1:9/tenant-${id}` };
    const made = await services.manageTenants.put({ actor: "first", id: aTenantId(id), change });
    if (made.kind === "created") tokens.push(made.credentials.token);
  }
  await services.manageTenants.put({ actor: "first", id: aTenantId(9), change: { active: false } });
  const contact = aContact("971501234567");
  await storage.mappings.lock(aMapping({ contact, tenantId: aTenantId(2) }), clock.nowMs());
  const reader = await services.manageAdminKeys.add({ actor: "first", name: "reader", role: "read" });
  const readKey = reader.kind === "added" ? reader.key : undefined;
  return { clock, services, keys: [undefined, "wrong", KEY, readKey, ...tokens] };
}

let server: HttpServer | undefined;

afterEach(async () => {
  await server?.stop(0);
  server = undefined;
});

describe("who may do what", () => {
  it("is said of every route there is, and of none that is not", async () => {
    const { services } = await enter();
    expect(mountedRoutes(services).sort()).toEqual(Object.keys(ROWS).sort());
  });

  it.each(Object.entries(ROWS))("%s", async (route, { at, body, statuses }) => {
    const [method, path] = route.split(" ") as [string, string];
    for (const [index, who] of WHO.entries()) {
      // Anew for each, since some of these change what is there.
      const { clock, services, keys } = await enter();
      const opened = new HttpServer({ host: "127.0.0.1", port: 0, services });
      server = opened;
      const url = `http://127.0.0.1:${await opened.listen()}`;
      const key = keys[index];
      const response = await fetch(`${url}${at ?? path}`, {
        method,
        redirect: "manual",
        headers: {
          ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      // A stream goes on until the gateway does not.
      const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
      const text = isStream ? "" : await response.text();
      if (isStream) await response.body?.cancel();
      expect([who, response.status, response.status === statuses[index] ? "" : text]).toEqual([
        who,
        statuses[index],
        "",
      ]);
      const stopped = opened.stop(0);
      clock.advance(0);
      await stopped;
    }
  });

  it("what there is not is refused to a key that may only read as what it may not do, but for a GET", async () => {
    const { clock, services, keys } = await enter();
    server = new HttpServer({ host: "127.0.0.1", port: 0, services });
    const url = `http://127.0.0.1:${await server.listen()}`;
    const statusOf = async (method: string, path: string) => {
      const headers = { Authorization: `Bearer ${keys[3]!}` };
      return (await fetch(url + path, { method, headers })).status;
    };
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      expect(await statusOf(method, "/api/gateway/not-there-yet")).toBe(403);
      expect(await statusOf(method, "/api/gateway/stats")).toBe(403);
    }
    expect(await statusOf("GET", "/api/gateway/not-there-yet")).toBe(404);
    expect(await statusOf("HEAD", "/api/gateway/stats")).toBe(200);
    const stopped = server.stop(0);
    clock.advance(0);
    await stopped;
  });

  it("a contact of another tenant's and one of nobody's look alike to a tenant, to the byte", async () => {
    const { clock, services, keys } = await enter();
    server = new HttpServer({ host: "127.0.0.1", port: 0, services });
    const url = `http://127.0.0.1:${await server.listen()}`;
    const send = async (phone_number: string) => {
      const response = await fetch(`${url}/api/tenant/messages`, {
        method: "POST",
        headers: { Authorization: `Bearer ${keys[5]!}`, "Content-Type": "application/json" },
        body: JSON.stringify({ phone_number, text: "Hi" }),
      });
      return [response.status, await response.text()];
    };
    expect(await send("971501234567")).toEqual(await send("971509999999"));
    const stopped = server.stop(0);
    clock.advance(0);
    await stopped;
  });
});
