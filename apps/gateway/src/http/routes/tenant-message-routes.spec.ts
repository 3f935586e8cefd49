import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  FindReplyStatus,
  SendReply,
  StorageUnavailableError,
  untraced,
  type Mapping,
  type SendReplyOutcome,
} from "@gateway-router/core";
import {
  aContact,
  aMapping,
  aTenant,
  aTenantId,
  InMemoryStorage,
  ManualClock,
  silentLogger,
} from "@gateway-router/core/testing";
import express, { Router } from "express";
import { Drain } from "../drain.js";
import { errorHandler } from "../error-handler.js";
import { tenantMessageRoutes, type TenantMessageServices } from "./tenant-message-routes.js";

type Init = Omit<RequestInit, "headers"> & { readonly headers?: Readonly<Record<string, string>> };

let servers: Server[] = [];

afterEach(async () => {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise((resolve) => {
          server.close(resolve);
          server.closeAllConnections();
        }),
    ),
  );
  servers = [];
});

/** The routes as they are mounted, with a tenant that says itself who it is. */
async function start(overrides: Partial<TenantMessageServices> = {}) {
  const clock = new ManualClock();
  const storage = new InMemoryStorage({ clock });
  const { mappings, optOuts, replies, replyJournal: journal, idempotencyKeys: keys } = storage;
  let made = 0;
  const ids = { deliveryId: () => `msg_${(made += 1)}` };
  const services = {
    sendReply: new SendReply({ mappings, optOuts, replies, journal, keys, ids, logger: silentLogger }),
    findReplyStatus: new FindReplyStatus({ journal, replies }),
    drain: new Drain(),
    tracer: untraced,
    clock,
    ...overrides,
  };
  const router = Router();
  tenantMessageRoutes(router, services, (request) => aTenant({ id: Number(request.headers["x-tenant"]) }));
  const app = express().use("/api/tenant", router).use(errorHandler(silentLogger));
  const server = createServer(app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  const mapping: Mapping = aMapping({ contact: aContact("971501234567"), tenantId: aTenantId(2) });
  await mappings.lock(mapping, clock.nowMs());
  const ask = async (path: string, init: Init = {}, tenantId = 2) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/tenant${path}`, {
      ...init,
      headers: { "X-Tenant": String(tenantId), "Content-Type": "application/json", ...init.headers },
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const post = (body: unknown, tenantId?: number) =>
    ask("/messages", { method: "POST", body: JSON.stringify(body) }, tenantId);
  return { clock, mappings, optOuts, replies, journal, mapping, services, ask, post };
}

describe("POST /api/tenant/messages to a contact that asked for no more", () => {
  it("is 409 and says until when", async () => {
    const { post, optOuts, mapping, clock, replies } = await start();
    await optOuts.note(mapping.contact, { wish: "opt_out", sentAtMs: clock.nowMs() });
    expect(await post({ phone_number: "971501234567", text: "Hello" })).toMatchObject({
      status: 409,
      body: { status: "error", code: "opted_out", message: expect.stringContaining("START") as unknown },
    });
    expect((await post({ phone_number: "971501234567", text: "Hello" }, 55)).status).toBe(403);
    expect((await replies.counts()).pending).toBe(0);
  });
});

describe("POST /api/tenant/messages with an Idempotency-Key", () => {
  const message = { phone_number: "+971 50-123 4567", text: "Hello" };
  const withKey = (house: Awaited<ReturnType<typeof start>>, key: string, body: object = message) =>
    house.ask("/messages", {
      ...{ method: "POST", body: JSON.stringify(body), headers: { "Idempotency-Key": key } },
    });

  it("answers a repeat as it answered first, and sends nothing again, however the message is written", async () => {
    const house = await start();
    const first = await withKey(house, "order 4711");
    expect(first).toEqual({ status: 202, body: { status: "queued", id: "msg_1" } });
    expect(await withKey(house, "order 4711", { text: "Hello", phone_number: "971501234567" })).toEqual(
      first,
    );
    expect((await house.replies.pending({ limit: 10 })).items).toHaveLength(1);
    expect(await withKey(house, "order 4712")).toMatchObject({ status: 202, body: { id: "msg_2" } });
  });

  it("refuses it for another message: 409", async () => {
    const house = await start();
    await withKey(house, "order 4711");
    expect(await withKey(house, "order 4711", { ...message, text: "Good-bye" })).toMatchObject({
      ...{ status: 409, body: { code: "idempotency_key_reused" } },
    });
    expect((await house.replies.pending({ limit: 10 })).items).toHaveLength(1);
  });

  it.each(["", "é", "x".repeat(256)])("%j is none: 400, and nothing is sent", async (key) => {
    const house = await start();
    expect(await withKey(house, key)).toMatchObject({
      ...{ status: 400, body: { code: "invalid_idempotency_key" } },
    });
    expect((await house.replies.pending({ limit: 10 })).items).toEqual([]);
  });
});

describe("POST /api/tenant/messages", () => {
  it("a text: 202 with the id under which it is followed", async () => {
    const { post, replies, mapping } = await start();
    expect(await post({ phone_number: "+971 50-123 4567", text: " Hello 👋 " })).toEqual({
      status: 202,
      body: { status: "queued", id: "msg_1" },
    });
    expect((await replies.pending({ limit: 10 })).items).toMatchObject([
      {
        ...{ id: "msg_1", tenantId: 2, contact: "971501234567", generation: mapping.generation },
        body: { kind: "text", text: " Hello 👋 " },
      },
    ]);
  });

  it.each([
    [
      { url: "https://cdn.test/plan.pdf", filename: "plan.pdf", caption: "Second floor" },
      { kind: "media", url: "https://cdn.test/plan.pdf", filename: "plan.pdf", caption: "Second floor" },
    ],
    [
      { url: "http://cdn.test/a", filename: null, caption: "", mimetype: "ignored/here" },
      { kind: "media", url: "http://cdn.test/a" },
    ],
  ])("a file: 202", async (media, content) => {
    const { post, replies } = await start();
    expect(await post({ phone_number: "971501234567", text: null, media })).toMatchObject({ status: 202 });
    expect((await replies.pending({ limit: 10 })).items.map(({ body }) => body)).toEqual([content]);
  });

  it("somebody else's contact and nobody's: 403, alike to the letter", async () => {
    const { post, replies } = await start();
    const others = await post({ phone_number: "971501234567", text: "Hello" }, 55);
    const nobodys = await post({ phone_number: "971509999999", text: "Hello" });
    expect(others).toEqual({
      status: 403,
      body: { status: "error", code: "not_your_contact", message: "This is not one of your contacts." },
    });
    expect(nobodys).toEqual(others);
    expect((await replies.counts()).pending).toBe(0);
  });

  it.each<[unknown, [field: string, message: string][]]>([
    [[], [["body", "must be a JSON object"]]],
    [null, [["body", "must be a JSON object"]]],
    [
      {},
      [
        [
          "phone_number",
          "must be a phone number with its country code, such as +971501234567, or <digits>@lid",
        ],
        ["text", "must be there, or media instead, and not both"],
      ],
    ],
    [
      { phone_number: 971501234567, text: "a" },
      [
        [
          "phone_number",
          "must be a phone number with its country code, such as +971501234567, or <digits>@lid",
        ],
      ],
    ],
    [
      { phone_number: "0501234567", text: "a" },
      [
        [
          "phone_number",
          "must be a phone number with its country code, such as +971501234567, or <digits>@lid",
        ],
      ],
    ],
    [
      { phone_number: "971501234567", text: " \n" },
      [["text", "must be text of at most 4096 characters, and not blank"]],
    ],
    [
      { phone_number: "971501234567", text: "🇦🇪".repeat(4_097) },
      [["text", "must be text of at most 4096 characters, and not blank"]],
    ],
    [
      { phone_number: "971501234567", text: ["a"] },
      [["text", "must be text of at most 4096 characters, and not blank"]],
    ],
    [
      { phone_number: "971501234567", text: "a", media: { url: "https://cdn.test/a" } },
      [["text", "must be there, or media instead, and not both"]],
    ],
    [
      { phone_number: "971501234567", media: "https://cdn.test/a" },
      [["media", "must be an object with a url"]],
    ],
    [{ phone_number: "971501234567", media: [{}] }, [["media", "must be an object with a url"]]],
    [
      { phone_number: "971501234567", media: { url: "file:///etc/passwd", filename: "", caption: 1 } },
      [
        ["media.url", "must be an http or https URL of at most 2048 characters"],
        ["media.filename", "must be text of at most 255 characters"],
        ["media.caption", "must be text of at most 4096 characters"],
      ],
    ],
    [
      { phone_number: "971501234567", ...JSON.parse('{"__proto__":{"text":"a"}}') },
      [["text", "must be there, or media instead, and not both"]],
    ],
  ])("%j: 400 with all that is wrong", async (body, details) => {
    const { post, replies } = await start();
    const answered = await post(body);
    expect(answered).toMatchObject({ status: 400, body: { status: "error", code: "invalid_message" } });
    expect(answered.body["details"]).toEqual(details.map(([field, message]) => ({ field, message })));
    expect((await replies.counts()).pending).toBe(0);
  });

  it("4,096 characters as people count them, however they are written: 202", async () => {
    const { post, ask } = await start();
    expect(await post({ phone_number: "971501234567", text: "🇦🇪".repeat(4_096) })).toMatchObject({
      status: 202,
    });
    const escaped = "\\ud83d\\ude00".repeat(4_096);
    const body = `{"phone_number":"971501234567","text":"${escaped}"}`;
    expect(await ask("/messages", { method: "POST", body })).toMatchObject({ status: 202 });
  });

  it.each([
    ["no JSON", "{", 400, "malformed_json"],
    ["broken UTF-8", new Uint8Array([0x22, 0xff, 0x22]), 400, "malformed_json"],
    ["too large", " ".repeat(512 * 1024 + 1), 413, "payload_too_large"],
  ])("%s: refused", async (_name, body, status, code) => {
    const { ask } = await start();
    expect(await ask("/messages", { method: "POST", body })).toMatchObject({ status, body: { code } });
  });

  it("another content type: 415; another method: 405", async () => {
    const { ask } = await start();
    const headers = { "Content-Type": "text/plain" };
    expect(await ask("/messages", { method: "POST", body: "{}", headers })).toMatchObject({ status: 415 });
    expect(await ask("/messages", { method: "PUT", body: "{}" })).toMatchObject({ status: 405 });
  });

  it("what can't be made durable, too many that wait, going down: 503, to be tried again", async () => {
    const message = { phone_number: "971501234567", text: "Hello" };
    const sendReply = (execute: () => Promise<SendReplyOutcome>) => ({ sendReply: { execute } });
    const full = await start(sendReply(async () => ({ kind: "too_many_waiting" })));
    expect(await full.post(message)).toMatchObject({ status: 503, body: { code: "too_many_waiting" } });
    const broken = await start(sendReply(() => Promise.reject(new StorageUnavailableError("disk full"))));
    expect(await broken.post(message)).toMatchObject({ status: 503, body: { code: "storage_unavailable" } });
    const draining = await start();
    draining.services.drain.begin();
    expect(await draining.post(message)).toMatchObject({ status: 503, body: { code: "draining" } });
  });
});

describe("GET /api/tenant/messages/{id}", () => {
  it("follows a message to the contact", async () => {
    const { post, ask, journal, mapping, clock } = await start();
    await post({ phone_number: "971501234567", text: "Hello" });
    const updated_at = new Date(clock.nowMs()).toISOString();
    const common = { id: "msg_1", phone_number: "971501234567", updated_at };
    expect(await ask("/messages/msg_1")).toEqual({ status: 200, body: { status: "queued", ...common } });
    await journal.beginAttempt({ ...mapping, id: "msg_1" }, { fingerprint: "f" });
    expect(await ask("/messages/msg_1")).toMatchObject({ body: { status: "queued" } });
    await journal.markSent("msg_1", "3EB0");
    expect(await ask("/messages/msg_1")).toEqual({ status: 200, body: { status: "sent", ...common } });
    await journal.acknowledge("3EB0", "read");
    expect(await ask("/messages/msg_1")).toMatchObject({ body: { status: "read" } });
  });

  it("says why one failed", async () => {
    const { post, ask, replies, mapping } = await start();
    await post({ phone_number: "971501234567", text: "Hello" });
    await replies.retire(mapping.generation, "mapping_changed");
    expect(await ask("/messages/msg_1")).toMatchObject({
      ...{ status: 200, body: { status: "failed", reason: "mapping_changed" } },
    });
  });

  it("another tenant's, one that is not there, and what is no id: 404, alike", async () => {
    const { post, ask } = await start();
    await post({ phone_number: "971501234567", text: "Hello" });
    const others = await ask("/messages/msg_1", {}, 55);
    expect(others).toMatchObject({ status: 404, body: { code: "message_not_found" } });
    for (const id of ["msg_2", "%00", "a".repeat(3_000), "msg_1%2F", "__proto__"]) {
      expect(await ask(`/messages/${id}`)).toEqual(others);
    }
  });
});
