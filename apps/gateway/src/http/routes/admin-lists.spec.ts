import type { ReplyOrigin } from "@gateway-router/core";
import {
  aContact,
  aDelivery,
  aMapping,
  aTenantId,
  InMemoryStorage,
  InMemoryTenantRegistry,
  ManualClock,
  RecordingLogger,
} from "@gateway-router/core/testing";
import { HttpServer } from "../http-server.js";
import { inMemoryHttpServices } from "../testing/in-memory-http-services.js";

const KEY = "admin-key-of-a-test";
const phone = aContact("971501234567");
const lid = aContact("4242424242424@lid");

interface ListAnswer {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly next_cursor: string | null;
}

let opened: { readonly server: HttpServer; readonly clock: ManualClock } | undefined;

afterEach(async () => {
  const stopped = opened?.server.stop(0);
  opened?.clock.advance(0);
  await stopped;
  opened = undefined;
});

async function enter() {
  const clock = new ManualClock();
  const storage = new InMemoryStorage({ clock });
  const registry = new InMemoryTenantRegistry({ clock });
  const house = { clock, storage, registry, logger: new RecordingLogger(), adminKey: KEY };
  const services = inMemoryHttpServices(house);
  const server = new HttpServer({ host: "127.0.0.1", port: 0, services });
  opened = { server, clock };
  const url = `http://127.0.0.1:${await server.listen()}`;
  const ask = async (path: string) => {
    const response = await fetch(`${url}${path}`, { headers: { "X-Api-Key": KEY } });
    return { status: response.status, body: (await response.json()) as ListAnswer };
  };
  const ids = async (path: string) => (await ask(path)).body.items.map(({ id }) => id);
  /** Opens a reply's record, and lets a second pass, so that the next one is newer. */
  const open = async (id: string, origin: Omit<ReplyOrigin, "id"> = aMapping()) => {
    await storage.replyJournal.open({ ...origin, id });
    clock.advance(1_000);
  };
  return { ...services, storage, clock, ask, ids, open };
}

describe("GET /api/gateway/replies", () => {
  it("tells what goes out and what became of it, the newest first, and not what it says", async () => {
    const { ask, open, storage, clock } = await enter();
    const queuedAt = new Date(clock.nowMs()).toISOString();
    const mapping = aMapping({ contact: phone, tenantId: aTenantId(2) });
    await open("msg_1_0", mapping);
    await storage.replyJournal.fail({ ...mapping, id: "msg_1_0" }, { reason: "refused", error: "HTTP 400" });
    const failedAt = new Date(clock.nowMs()).toISOString();
    await open("unmapped_1", { contact: lid });
    const { status, body } = await ask("/api/gateway/replies");
    expect(status).toBe(200);
    expect(body).toEqual({
      items: [
        {
          ...{ id: "unmapped_1", tenant_id: null, phone_number: lid, state: "queued" },
          ...{ reason: null, error: null, queued_at: failedAt, changed_at: failedAt },
        },
        {
          ...{ id: "msg_1_0", tenant_id: 2, phone_number: phone, state: "failed" },
          ...{ reason: "refused", error: "HTTP 400", queued_at: queuedAt, changed_at: failedAt },
        },
      ],
      next_cursor: null,
    });
  });

  it("of one tenant, in one state, to one contact under each of its names", async () => {
    const { ids, open, storage } = await enter();
    await open("msg_lid", aMapping({ contact: lid, tenantId: aTenantId(2) }));
    await storage.mappings.learnAlias({ lid, phone });
    await open("msg_phone", aMapping({ contact: phone, tenantId: aTenantId(2) }));
    await open("msg_other", aMapping({ tenantId: aTenantId(55) }));
    await storage.replyJournal.beginAttempt({ ...aMapping(), id: "msg_other" }, { fingerprint: "hello" });
    expect(await ids("/api/gateway/replies?tenant_id=55")).toEqual(["msg_other"]);
    expect(await ids("/api/gateway/replies?state=sending")).toEqual(["msg_other"]);
    expect(await ids("/api/gateway/replies?state=read")).toEqual([]);
    for (const number of ["%2B971%2050-123%204567", "4242424242424@lid"]) {
      expect(await ids(`/api/gateway/replies?phone_number=${number}`)).toEqual(["msg_phone", "msg_lid"]);
    }
    expect(await ids("/api/gateway/replies?phone_number=971501234567&tenant_id=55")).toEqual([]);
  });

  it("what was retired with its mapping has failed, as its tenant is told, and waits no more", async () => {
    const { ask, ids, open, storage, removeMapping } = await enter();
    const mapping = aMapping({ contact: phone, tenantId: aTenantId(2) });
    await storage.mappings.lock(mapping, 0);
    await open("msg_waits");
    await open("msg_dropped", mapping);
    const delivery = { ...aDelivery(mapping), id: "msg_dropped", identity: "msg_dropped" };
    await storage.replies.enqueue({ ...delivery, body: { kind: "text", text: "Hi" } });
    await removeMapping.execute(phone, { actor: "first" });
    expect(await ids("/api/gateway/replies?state=queued")).toEqual(["msg_waits"]);
    expect((await ask("/api/gateway/replies?state=failed")).body.items).toMatchObject([
      { id: "msg_dropped", tenant_id: 2, state: "failed", reason: "mapping_changed" },
    ]);
    expect(await ids("/api/gateway/replies")).toEqual(["msg_dropped", "msg_waits"]);
  });

  it("goes page by page", async () => {
    const { ask, ids, open } = await enter();
    for (let index = 0; index < 5; index += 1) await open(`msg_${index}`);
    const first = (await ask("/api/gateway/replies?limit=3")).body;
    expect(first.items.map(({ id }) => id)).toEqual(["msg_4", "msg_3", "msg_2"]);
    const cursor = encodeURIComponent(first.next_cursor!);
    expect(await ids(`/api/gateway/replies?limit=3&cursor=${cursor}`)).toEqual(["msg_1", "msg_0"]);
    expect(await ask(`/api/gateway/replies?tenant_id=2&cursor=${cursor}`)).toMatchObject({
      ...{ status: 400, body: { code: "invalid_parameter", details: [{ field: "cursor" }] } },
    });
  });

  it.each([
    ["state", "pending"],
    ["tenant_id", "0"],
    ["phone_number", "12"],
    ["cursor", "1"],
    ["limit", "501"],
  ])("%s=%s: 400 that says what it must be", async (field, value) => {
    const { ask } = await enter();
    expect(await ask(`/api/gateway/replies?${field}=${value}`)).toMatchObject({
      ...{ status: 400, body: { code: "invalid_parameter", details: [{ field }] } },
    });
  });
});

describe("GET /api/gateway/audit", () => {
  it("lists one actor's entries, and those about one contact under each of its names", async () => {
    const { audit, clock, ask, storage } = await enter();
    await storage.mappings.learnAlias({ lid, phone });
    for (const [actor, subject] of [
      ["gateway", lid],
      ["first", phone],
      ["first", "tenant 2"],
      ["command line", "tenant 22"],
    ] as const) {
      await audit.append({ atMs: clock.nowMs(), actor, action: "contact.unlocked", subject, details: {} });
    }
    const subjects = async (query: string) =>
      (await ask(`/api/gateway/audit?${query}`)).body.items.map(({ subject }) => subject);
    expect(await subjects("actor=first")).toEqual(["tenant 2", phone]);
    expect(await subjects("actor=command%20line")).toEqual(["tenant 22"]);
    expect(await subjects("actor=nobody")).toEqual([]);
    expect(await subjects("subject=tenant%202")).toEqual(["tenant 2"]);
    for (const name of ["%2B971501234567", "4242424242424@lid"]) {
      expect(await subjects(`subject=${name}`)).toEqual([phone, lid]);
      expect(await subjects(`subject=${name}&actor=gateway&action=contact.unlocked`)).toEqual([lid]);
    }
  });

  it("a cursor goes on in its own list only", async () => {
    const { audit, clock, ask } = await enter();
    for (const actor of ["first", "gateway", "first"]) {
      await audit.append({ atMs: clock.nowMs(), actor, action: "a.b", subject: actor, details: {} });
    }
    const { next_cursor } = (await ask("/api/gateway/audit?actor=first&limit=1")).body;
    const cursor = encodeURIComponent(next_cursor!);
    expect((await ask(`/api/gateway/audit?actor=first&limit=1&cursor=${cursor}`)).body.items).toHaveLength(1);
    expect((await ask(`/api/gateway/audit?actor=gateway&limit=1&cursor=${cursor}`)).status).toBe(400);
  });

  it.each([
    ["actor", "%20"],
    ["actor", "a".repeat(201)],
    ["subject", ""],
    ["action", "merged"],
  ])("%s=%s: 400 that says what it must be", async (field, value) => {
    const { ask } = await enter();
    expect(await ask(`/api/gateway/audit?${field}=${value}`)).toMatchObject({
      ...{ status: 400, body: { code: "invalid_parameter", details: [{ field }] } },
    });
  });
});
