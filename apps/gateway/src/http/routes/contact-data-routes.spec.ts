import {
  aContact,
  aDelivery,
  aMapping,
  aMediaMessage,
  aMessage,
  aTenantId,
  InMemoryStorage,
  InMemoryTenantRegistry,
  ManualClock,
  RecordingLogger,
} from "@gateway-router/core/testing";
import { HttpServer } from "../http-server.js";
import { inMemoryHttpServices } from "../testing/in-memory-http-services.js";

const KEY = "admin-key-of-a-test";
const PHONE = "971501234567";
const LID = "88112233445566@lid";
const START = "2026-11-23T16:46:00.000Z";

let stop: (() => Promise<void>) | undefined;

afterEach(async () => {
  await stop?.();
  stop = undefined;
});

async function start() {
  const clock = new ManualClock();
  const storage = new InMemoryStorage({ clock });
  const services = inMemoryHttpServices({
    ...{ clock, storage, registry: new InMemoryTenantRegistry({ clock }) },
    ...{ logger: new RecordingLogger(), adminKey: KEY },
  });
  const server = new HttpServer({ host: "127.0.0.1", port: 0, services });
  const port = await server.listen();
  stop = async () => {
    const stopped = server.stop(0);
    clock.advance(0);
    await stopped;
  };
  const url = `http://127.0.0.1:${port}`;
  const fetchAs = (key: string, path: string, method = "GET") =>
    fetch(path.startsWith("http") ? path : `${url}/api/gateway${path}`, {
      method,
      headers: { "X-Api-Key": key },
    });
  const ask = async (path: string, method = "GET") => {
    const response = await fetchAs(KEY, path, method);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { clock, storage, services, url, fetchAs, ask };
}

/** A contact by two names with something at every place where there can be something. */
async function fill({ storage, clock }: Awaited<ReturnType<typeof start>>) {
  const { mappings, deliveries, replies, replyJournal, media, firstWords, contested, optOuts } = storage;
  const [contact, tenantId] = [aContact(PHONE), aTenantId(2)];
  await mappings.learnAlias({ phone: contact, lid: aContact(LID) });
  const mapping = aMapping({ contact, tenantId, campaign: "flyer", lockedAtMs: clock.nowMs() });
  await mappings.lock(mapping, clock.nowMs());
  const { generation } = mapping;
  const said = aMessage({ contact, text: "Is it free?", sentAtMs: clock.nowMs() });
  await deliveries.enqueue({ ...aDelivery(mapping), id: "msg_1", body: said });
  const sent = aMediaMessage({ id: "file_1" }, { contact, sentAtMs: clock.nowMs() });
  await deliveries.enqueue({ ...aDelivery(mapping), id: "msg_2", body: sent });
  const content = (async function* () {
    yield Buffer.from("a picture");
  })();
  await media.keep({ id: "file_1", contact, mimetype: "image/jpeg", filename: "flat.jpg" }, content);
  await media.handTo("file_1", tenantId);
  await media.fail({ id: "file_2", contact }, "WAHA has it no more");
  await replies.enqueue({
    ...{ id: "msg_1_0", identity: "r", tenantId, contact, generation },
    body: { kind: "text", text: "At ten." },
  });
  await replyJournal.open({ id: "msg_1_0", tenantId, contact, generation });
  await firstWords.hold({ deliveryId: "w", message: { ...said, identity: "w", contact: aContact(LID) } });
  await contested.note({ contact, heldBy: tenantId, linkOf: aTenantId(55), atMs: clock.nowMs() });
  await optOuts.note(contact, { wish: "opt_out", sentAtMs: clock.nowMs() });
}

describe("GET /api/gateway/user/{phone}/export", () => {
  it("tells all that is known of a contact, asked for by any of its names in any form", async () => {
    const house = await start();
    await fill(house);
    const { status, body } = await house.ask(`/user/${LID}/export`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ status: "exported", exported_at: START, phone_number: PHONE, other_names: [LID] },
      ...{ mapping: { tenant_id: 2, locked_at: START, campaign: "flyer" }, opted_out: true },
      deliveries: [
        {
          ...{ id: "msg_1", state: "pending", direction: "in", tenant_id: 2 },
          event: { type: "message.received", data: { message: { type: "text", text: "Is it free?" } } },
        },
        {
          id: "msg_2",
          event: { data: { message: { media: { url: fileUrl(house), size: 9, mimetype: "image/jpeg" } } } },
        },
      ],
      first_words: [{ type: "text", text: "Is it free?" }],
      replies: [{ id: "msg_1_0", state: "pending", direction: "out", text: "At ten." }],
      reply_records: [{ id: "msg_1_0", tenant_id: 2, state: "queued" }],
      media: [
        { id: "file_1", tenant_id: 2, size: 9, filename: "flat.jpg", error: null, url: fileUrl(house) },
        { id: "file_2", tenant_id: null, size: null, error: "WAHA has it no more", url: null },
      ],
      contested: [{ tenant_id: 2, link_tenant_id: 55 }],
      audit: [],
    });
    const again = await house.ask(`/user/%2B971%2050-123%204567/export`);
    expect(again.body["audit"]).toMatchObject([{ actor: "first", action: "contact.exported" }]);
    expect(JSON.stringify(body)).not.toMatch(/sourceUrl|waha\.test|files\//);
  });

  it("shows no password of a tenant's file", async () => {
    const house = await start();
    await fill(house);
    const mapping = (await house.storage.mappings.find(aContact(PHONE)))!;
    await house.storage.replies.enqueue({
      ...{ ...mapping, id: "msg_1_1", identity: "f" },
      body: { kind: "media", url: "https://ali:opensesame@files.example/plan.pdf" },
    });
    const { body } = await house.ask(`/user/${PHONE}/export`);
    expect(body["replies"]).toMatchObject([
      { id: "msg_1_0" },
      { media: { url: "https://ali:***@files.example/plan.pdf" } },
    ]);
  });

  it("of whom nothing is known: 404; a bad number: 400", async () => {
    const { ask } = await start();
    expect(await ask("/user/971509999999/export")).toEqual({
      status: 404,
      body: { status: "not_found", phone_number: "971509999999" },
    });
    expect(await ask("/user/12/export")).toMatchObject({
      status: 400,
      body: { code: "invalid_phone_number" },
    });
  });

  it("a key that may only read is refused what a contact wrote, whatever there is", async () => {
    const house = await start();
    await fill(house);
    const made = await house.services.manageAdminKeys.add({ actor: "first", name: "grafana", role: "read" });
    if (made.kind !== "added") throw new Error(made.kind);
    for (const path of [
      `/user/${PHONE}/export`,
      "/user/971509999999/export",
      `/user/${PHONE}/media/file_1`,
    ]) {
      const response = await house.fetchAs(made.key, path);
      expect([path, response.status, await response.json()]).toEqual([
        ...[path, 403],
        expect.objectContaining({
          code: "read_only_key",
          message: expect.stringContaining("grafana") as unknown,
        }),
      ]);
    }
  });
});

const fileUrl = ({ url }: { readonly url: string }) => `${url}/api/gateway/user/${PHONE}/media/file_1`;

describe("GET /api/gateway/user/{phone}/media/{id}", () => {
  it("sends the file as an attachment that no browser runs, and enters who opened it", async () => {
    const house = await start();
    await fill(house);
    const response = await house.fetchAs(KEY, fileUrl(house));
    expect([response.status, await response.text()]).toEqual([200, "a picture"]);
    expect(response.headers.get("content-disposition")).toBe("attachment; filename=flat.jpg");
    expect(response.headers.get("content-security-policy")).toBe("sandbox");
    expect((await house.storage.audit.list({ limit: 1 })).items).toMatchObject([
      { action: "contact.file_opened", subject: PHONE, details: { media_id: "file_1" } },
    ]);
  });

  it("another contact's file, one that failed, and one that is not there: 404, and nothing entered", async () => {
    const house = await start();
    await fill(house);
    for (const path of ["971509999999/media/file_1", `${PHONE}/media/file_2`, `${PHONE}/media/none`]) {
      const { status, body } = await house.ask(`/user/${path}`);
      expect([path, status, body["code"]]).toEqual([path, 404, "not_found"]);
    }
    expect((await house.storage.audit.list({ limit: 1 })).items).toEqual([]);
  });
});

describe("DELETE /api/gateway/user/{phone}/data", () => {
  it("erases what the export told, and answers how much; asking again is harmless", async () => {
    const house = await start();
    await fill(house);
    const { status, body } = await house.ask(`/user/${PHONE}/data`, "DELETE");
    expect([status, body]).toEqual([
      200,
      {
        ...{ status: "erased", pseudonym: expect.stringMatching(/^erased\//) as unknown },
        ...{ previous_tenant_id: 2, audit_entries: 0, unreadable_backups: [] },
        erased: { deliveries: 2, replies: 1, reply_records: 1, media: 2, backups: 0 },
      },
    ]);
    expect((await house.ask(`/user/${PHONE}/tenant`)).status).toBe(404);
    expect((await house.ask(`/user/${LID}/export`)).body).toMatchObject({
      opted_out: true,
      mapping: null,
      media: [],
    });
    const again = await house.ask(`/user/${PHONE}/data`, "DELETE");
    expect(again.body).toMatchObject({
      ...{ pseudonym: body["pseudonym"], previous_tenant_id: null },
      erased: { deliveries: 0, media: 0 },
    });
  });
});
