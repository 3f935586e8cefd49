import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { BadCursorError, StorageUnavailableError } from "@gateway-router/core";
import {
  aContact,
  aDelivery,
  aGeneration,
  aMapping,
  aTenant,
  aTenantId,
  InMemoryStorage,
  InMemoryTenantRegistry,
  ManualClock,
  RecordingLogger,
} from "@gateway-router/core/testing";
import type { WebhookOutcome } from "@gateway-router/waha";
import { SharedNumber } from "../shared-number.js";
import { noMetrics } from "./testing/no-metrics.js";
import { HttpServer } from "./http-server.js";
import type { HttpServices } from "./http-services.js";
import { inMemoryHttpServices } from "./testing/in-memory-http-services.js";

const KEY = "admin-key-of-a-test";
const WITH_KEY = { "X-Api-Key": KEY };
const contact = aContact("971501234567");

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
  const tenants = new InMemoryTenantRegistry({ clock }, [aTenant(), aTenant({ id: 3, active: false })]);
  const services: HttpServices = {
    ...inMemoryHttpServices({ clock, logger, storage, registry: tenants, adminKey: KEY }),
    ...overrides,
  };
  const server = new HttpServer({ host: "127.0.0.1", port: 0, services });
  started.push({ server, clock });
  const port = await server.listen();
  const url = `http://127.0.0.1:${port}`;
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${url}${path}`, { redirect: "manual", ...init });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text === "" ? undefined : JSON.parse(text)) as unknown,
    };
  };
  const post = (body: string, headers: Record<string, string> = {}) =>
    ask("/api/gateway/waha", {
      method: "POST",
      body,
      headers: { "Content-Type": "application/json", ...headers },
    });
  return { ...services, storage, clock, logger, server, port, url, ask, post };
}

const answering = (outcome: WebhookOutcome): Partial<HttpServices> => ({
  webhooks: { receive: async () => outcome },
});

/** Sends the text as it stands, and resolves with what comes back up to the end of the first JSON body. */
function firstAnswer(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.on("error", reject).on("data", (data) => {
      answer += String(data);
      if (!answer.endsWith("}")) return;
      resolve(answer);
      socket.destroy();
    });
  });
}

function jsonOf(answer: string): unknown {
  return JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")));
}

const HEAD_OF_WEBHOOK = "POST /api/gateway/waha HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

function anError(code: string) {
  return { status: "error", code, message: expect.any(String) as string };
}

describe("POST /api/gateway/waha", () => {
  it("routed: 200 with the tenant, the contact and whether the session is new", async () => {
    const { post } = await start(
      answering({ kind: "routed", tenantId: aTenantId(2), contact, isNewSession: true }),
    );
    expect(await post("{}")).toMatchObject({
      status: 200,
      body: { status: "routed", tenant_id: 2, phone_number: "971501234567", is_new_session: true },
    });
  });

  it("a routed message that comes again: 200 duplicate", async () => {
    const { post } = await start(answering({ kind: "duplicate", tenantId: aTenantId(2), contact }));
    const { status, body } = await post("{}");
    expect(status).toBe(200);
    expect(body).toEqual({ status: "duplicate", tenant_id: 2, phone_number: "971501234567" });
  });

  it("no link code, no mapping: 200 unmapped", async () => {
    const { post } = await start(answering({ kind: "unmapped", contact: aContact("88112233@lid") }));
    const { status, body } = await post("{}");
    expect(status).toBe(200);
    expect(body).toEqual({ status: "unmapped", phone_number: "88112233@lid" });
  });

  it("code of a tenant that does not exist: 200 unknown_tenant", async () => {
    const { post } = await start(answering({ kind: "unknown_tenant", tenantId: aTenantId(999), contact }));
    const { status, body } = await post("{}");
    expect(status).toBe(200);
    expect(body).toEqual({ status: "unknown_tenant", tenant_id: 999, phone_number: "971501234567" });
  });

  it.each(["own_message", "group", "broadcast", "channel", "event", "session", "stale"] as const)(
    "nothing for a tenant: 200 ignored, reason %s",
    async (reason) => {
      const { post } = await start(answering({ kind: "ignored", reason }));
      const { status, body } = await post("{}");
      expect(status).toBe(200);
      expect(body).toEqual({ status: "ignored", reason });
    },
  );

  it.each([
    ["missing", "it carries no signature; is WAHA told the key of WAHA_HMAC_KEY?"],
    ["unsupported_algorithm", "its signature is not of sha512"],
    ["wrong_form", "its signature is not 128 hexadecimal digits in lower case"],
    [
      "mismatch",
      "its signature was made with another key than WAHA_HMAC_KEY, or its body was changed on the way",
    ],
  ] as const)("signature missing or wrong (%s): 401, the reason in the log only", async (reason, told) => {
    const { post, logger } = await start(answering({ kind: "unauthorized", reason }));
    const { status, body } = await post("{}");
    expect(status).toBe(401);
    expect(body).toEqual({
      ...anError("unauthorized"),
      message: "The webhook's signature is missing or wrong.",
    });
    expect(logger.messages("warn")).toEqual([`Refused a webhook: ${told}`]);
  });

  it("not JSON or not a WAHA event: 400", async () => {
    const { post } = await start(answering({ kind: "malformed", message: "the body is not JSON" }));
    const { status, body } = await post("{");
    expect(status).toBe(400);
    expect(body).toEqual(anError("malformed_webhook"));
  });

  it.each([
    ["none", undefined],
    ["text", "text/plain"],
    ["a form", "application/x-www-form-urlencoded"],
    ["something like it", "application/jsonp"],
    ["UTF-16", "application/json; charset=UTF-16"],
    ["Latin 1", 'application/json; profile=x; charset="latin1"'],
    ["two charsets", "application/json; charset=utf-8; charset=utf-16"],
  ])("wrong content type (%s): 415", async (_name, type) => {
    const { ask } = await start();
    const { status, body } = await ask("/api/gateway/waha", {
      method: "POST",
      body: Buffer.from("{}"),
      headers: type === undefined ? {} : { "Content-Type": type },
    });
    expect(status).toBe(415);
    expect(body).toEqual(anError("unsupported_media_type"));
  });

  it("a compressed body: 415", async () => {
    const { post } = await start();
    expect(await post("{}", { "Content-Encoding": "gzip" })).toMatchObject({ status: 415 });
  });

  it.each([
    "Application/JSON; charset=utf-8",
    "application/json;charset=UTF-8",
    'application/json; profile=x; charset="utf-8"',
    "application/json; charset=US-ASCII",
  ])("takes the content type %s", async (type) => {
    const { post } = await start();
    expect(await post("{}", { "Content-Type": type })).toMatchObject({ status: 200 });
  });

  it("1 MiB to the byte is taken, one more is not: 413", async () => {
    const sizes: number[] = [];
    const { post } = await start({
      webhooks: {
        receive: async (body) => {
          sizes.push(body.length);
          return { kind: "unmapped", contact };
        },
      },
    });
    expect(await post("x".repeat(2 ** 20))).toMatchObject({ status: 200 });
    expect(await post("x".repeat(2 ** 20 + 1))).toMatchObject({
      status: 413,
      body: anError("payload_too_large"),
    });
    expect(sizes).toEqual([2 ** 20]);
  });

  it("too large by announcement: 413 before a byte of it is sent", async () => {
    const { port } = await start();
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest({
        port,
        path: "/api/gateway/waha",
        method: "POST",
        headers: { "Content-Type": "application/json", "Content-Length": 2 ** 30 },
      });
      request.on("error", reject).on("response", (response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      request.flushHeaders();
    });
    expect(status).toBe(413);
  });

  it("too large, asked before it is sent: 413, and no invitation to go on", async () => {
    const { port } = await start();
    const answer = await firstAnswer(
      port,
      `${HEAD_OF_WEBHOOK}Content-Length: 1048577\r\nExpect: 100-continue\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(jsonOf(answer)).toEqual(anError("payload_too_large"));
  });

  it("asked before it is sent and small enough: an invitation to go on", async () => {
    const { port } = await start();
    const answer = await firstAnswer(
      port,
      `${HEAD_OF_WEBHOOK}Content-Length: 2\r\nExpect: 100-continue\r\n\r\n{}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  });

  it("says that the connection closes where the body was not read: 413 and 503", async () => {
    const { port } = await start({ webhookLimits: { requests: 4, bytes: 10 } });
    const tooLarge = await firstAnswer(port, `${HEAD_OF_WEBHOOK}Content-Length: 1048577\r\n\r\n`);
    const noRoom = await firstAnswer(port, `${HEAD_OF_WEBHOOK}Content-Length: 100\r\n\r\n${"x".repeat(20)}`);
    expect([tooLarge.slice(0, 13), noRoom.slice(0, 13)]).toEqual(["HTTP/1.1 413 ", "HTTP/1.1 503 "]);
    for (const answer of [tooLarge, noRoom]) {
      expect(answer).toMatch(/^Connection: close\r$/m);
      expect(answer).not.toMatch(/^Keep-Alive:/im);
    }
  });

  it("too large without announcement: 413 while the body still comes, and the connection ends soon after", async () => {
    const { port, clock } = await start();
    const closed = await new Promise((resolve, reject) => {
      const request = httpRequest({
        port,
        path: "/api/gateway/waha",
        method: "POST",
        headers: { "Content-Type": "application/json", "Transfer-Encoding": "chunked" },
      });
      request.write("x".repeat(2 ** 20 + 1));
      request
        .on("error", () => undefined)
        .on("response", (response) => {
          if (response.statusCode !== 413) reject(new Error(`got ${String(response.statusCode)}`));
          request.on("close", () => resolve(true));
          response.resume().on("end", () => clock.advance(2_000));
        });
    });
    expect(closed).toBe(true);
  });

  it("can't be made durable: 503 with Retry-After", async () => {
    const { post } = await start(answering({ kind: "unavailable" }));
    const { status, headers, body } = await post("{}");
    expect(status).toBe(503);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect(body).toEqual(anError("storage_unavailable"));
  });

  it("can't be made durable, said by an error: 503 with Retry-After", async () => {
    const { post } = await start({
      webhooks: { receive: async () => Promise.reject(new StorageUnavailableError("disk full")) },
    });
    const { status, headers, body } = await post("{}");
    expect(status).toBe(503);
    expect(headers.get("retry-after")).not.toBeNull();
    expect(body).toEqual(anError("storage_unavailable"));
  });

  it("more than the source can take: 503 with Retry-After", async () => {
    const { post } = await start(answering({ kind: "overloaded" }));
    const { status, headers, body } = await post("{}");
    expect(status).toBe(503);
    expect(headers.get("retry-after")).not.toBeNull();
    expect(body).toEqual(anError("overloaded"));
  });

  it("more than the gateway can take: 503 with Retry-After at once, and room again when one is done", async () => {
    const finish: (() => void)[] = [];
    let allIn = (): void => undefined;
    const full = new Promise<void>((resolve) => {
      allIn = resolve;
    });
    const { post } = await start({
      webhooks: {
        receive: () =>
          new Promise((resolve) => {
            finish.push(() => resolve({ kind: "unmapped", contact }));
            if (finish.length === 4) allIn();
          }),
      },
    });
    const taken = [1, 2, 3, 4].map(() => post("{}"));
    await full;
    const refused = await post("{}");
    expect(refused).toMatchObject({ status: 503, body: anError("overloaded") });
    expect(refused.headers.get("retry-after")).not.toBeNull();
    for (const done of finish) done();
    for (const { status } of await Promise.all(taken)) expect(status).toBe(200);
    const again = post("{}");
    while (finish.length < 5) await new Promise((resolve) => setImmediate(resolve));
    finish[4]!();
    expect(await again).toMatchObject({ status: 200 });
  });

  it("more bytes than the gateway can hold: 503 with Retry-After", async () => {
    const { post } = await start({ webhookLimits: { requests: 4, bytes: 1000 } });
    expect(await post("x".repeat(1001))).toMatchObject({ status: 503, body: anError("overloaded") });
    expect(await post("x".repeat(1000))).toMatchObject({ status: 200 });
  });

  it("gives its place back when a client goes away in the middle of a body", async () => {
    const { port, post } = await start({ webhookLimits: { requests: 1, bytes: 2 ** 20 } });
    await new Promise<void>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.write(
          "POST /api/gateway/waha HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
          () => {
            socket.destroy();
            resolve();
          },
        );
      });
    });
    let answer = await post("{}");
    for (let tries = 0; answer.status === 503 && tries < 1000; tries += 1) answer = await post("{}");
    expect(answer.status).toBe(200);
  });

  it("hands over the bytes and the signature as they came", async () => {
    const seen: unknown[] = [];
    const { post } = await start({
      webhooks: {
        receive: async (body, signature) => {
          seen.push(body.toString("utf8"), signature);
          return { kind: "unmapped", contact };
        },
      },
    });
    const body = '{ "a":\t"ü\\u0041" }\n';
    await post(body, { "X-Webhook-Hmac": "abc", "X-Webhook-Hmac-Algorithm": "sha512" });
    expect(seen).toEqual([body, { hmac: "abc", algorithm: "sha512" }]);
  });

  it("takes no other method: 405", async () => {
    const { ask } = await start();
    const { status, headers, body } = await ask("/api/gateway/waha");
    expect(status).toBe(405);
    expect(headers.get("allow")).toBe("POST");
    expect(body).toEqual(anError("method_not_allowed"));
  });

  it("a fault of the gateway itself: 500 that tells nothing", async () => {
    const { post, logger } = await start({
      webhooks: { receive: async () => Promise.reject(new Error("secret detail")) },
    });
    const { status, body } = await post("{}");
    expect(status).toBe(500);
    expect(body).toEqual(anError("internal_error"));
    expect(JSON.stringify(body)).not.toContain("secret detail");
    expect(logger.lines.find((line) => line.level === "error")?.fields["error"]).toBeInstanceOf(Error);
  });
});

describe("the admin key", () => {
  const paths: [string, string][] = [
    ["GET", "/api/gateway/stats"],
    ["GET", "/api/gateway/user/971501234567/tenant"],
    ["DELETE", "/api/gateway/user/971501234567/mapping"],
    ["GET", "/api/gateway/user/not-a-phone/tenant"],
    ["GET", "/api/gateway/deliveries"],
    ["POST", "/api/gateway/deliveries/msg_1/replay"],
    ["POST", "/api/gateway/deliveries/replay?tenant_id=2"],
    ["GET", "/api/gateway/no-such-thing"],
    ["PUT", "/api/gateway/stats"],
  ];

  it.each(paths)("without it %s %s: 401 and nothing revealed", async (method, path) => {
    const { ask, mappings } = await start();
    await mappings.lock(aMapping({ contact }), 0);
    const answers = await Promise.all([
      ask(path, { method }),
      ask(path, { method, headers: { "X-Api-Key": "wrong" } }),
      ask(path, { method, headers: { "X-Api-Key": "" } }),
      ask(path, { method, headers: { Authorization: `Basic ${KEY}` } }),
      ask(path, { method, headers: { Authorization: `Bearer ${KEY}x` } }),
    ]);
    for (const { status, body, headers } of answers) {
      expect(status).toBe(401);
      expect(body).toEqual({ ...anError("unauthorized"), message: "This needs the admin key." });
      expect(headers.get("www-authenticate")).toBe("Bearer");
    }
    expect(await mappings.find(contact)).toBeDefined();
  });

  it.each([{ "X-Api-Key": KEY }, { Authorization: `Bearer ${KEY}` }, { authorization: `bearer ${KEY}` }])(
    "is taken as %j",
    async (headers) => {
      const { ask } = await start();
      expect(await ask("/api/gateway/stats", { headers: headers as Record<string, string> })).toMatchObject({
        status: 200,
      });
    },
  );
});

describe("GET /api/gateway/stats", () => {
  it("counts contacts and the tenants that have one", async () => {
    const { ask, mappings } = await start();
    await mappings.lock(aMapping({ tenantId: aTenantId(2) }), 0);
    await mappings.lock(aMapping({ tenantId: aTenantId(2) }), 0);
    await mappings.lock(aMapping({ tenantId: aTenantId(55) }), 0);
    const { status, body } = await ask("/api/gateway/stats", { headers: WITH_KEY });
    expect(status).toBe(200);
    expect(body).toEqual({
      status: "success",
      gateway_stats: {
        total_users: 3,
        total_tenants: 2,
        users_per_tenant: { "2": 2, "55": 1 },
        last_updated: "2026-11-23T16:46:00Z",
      },
    });
  });

  it("says null where no mapping ever changed", async () => {
    const { ask } = await start();
    const { body } = await ask("/api/gateway/stats", { headers: WITH_KEY });
    expect(body).toMatchObject({
      gateway_stats: { total_users: 0, users_per_tenant: {}, last_updated: null },
    });
  });
});

describe("GET /api/gateway/user/{phone}/tenant", () => {
  const forms = ["971501234567", "+971 50-123 4567", "00971501234567", "971501234567@c.us"];

  it.each(forms)("found: 200, asked as %s", async (form) => {
    const { ask, mappings } = await start();
    await mappings.lock(aMapping({ contact, tenantId: aTenantId(2) }), 0);
    const { status, body } = await ask(`/api/gateway/user/${encodeURIComponent(form)}/tenant`, {
      headers: WITH_KEY,
    });
    expect(status).toBe(200);
    expect(body).toEqual({ status: "found", phone_number: "971501234567", tenant_id: 2 });
  });

  it("found by LID: 200", async () => {
    const { ask, mappings } = await start();
    await mappings.lock(aMapping({ contact: aContact("88112233445566@lid") }), 0);
    const { body } = await ask("/api/gateway/user/88112233445566@lid/tenant", { headers: WITH_KEY });
    expect(body).toEqual({ status: "found", phone_number: "88112233445566@lid", tenant_id: 2 });
  });

  it("not found: 404", async () => {
    const { ask } = await start();
    const { status, body } = await ask("/api/gateway/user/971501234567/tenant", { headers: WITH_KEY });
    expect(status).toBe(404);
    expect(body).toEqual({ status: "not_found", phone_number: "971501234567" });
  });

  it.each([
    "123456",
    "1234567890123456",
    "hello",
    "120363@g.us",
    "__proto__",
    "٩٧١٥٠١٢٣٤٥٦٧",
    "9".repeat(5000),
  ])("not a phone number (%.20s): 400 that says what is wanted", async (form) => {
    const { ask } = await start();
    const { status, body } = await ask(`/api/gateway/user/${encodeURIComponent(form)}/tenant`, {
      headers: WITH_KEY,
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({ ...anError("invalid_phone_number"), details: [{ field: "phone" }] });
    expect((body as { message: string }).message).toContain("7 to 15 digits");
  });

  it("a single leading 0: 400 that asks for the country code", async () => {
    const { ask } = await start();
    const { status, body } = await ask("/api/gateway/user/0501234567/tenant", { headers: WITH_KEY });
    expect(status).toBe(400);
    expect((body as { message: string }).message).toContain("country code");
  });

  it("a path that is no percent-encoding: 400", async () => {
    const { ask } = await start();
    const { status, body } = await ask("/api/gateway/user/%E0%A4%A/tenant", { headers: WITH_KEY });
    expect(status).toBe(400);
    expect(body).toEqual(anError("bad_request"));
  });
});

describe("DELETE /api/gateway/user/{phone}/mapping", () => {
  it("deleted: 200 with the tenant that held the contact, and what waits becomes dead letters", async () => {
    const { ask, mappings, deliveries } = await start();
    const mapping = aMapping({ contact, tenantId: aTenantId(2) });
    await mappings.lock(mapping, 0);
    await deliveries.enqueue(aDelivery(mapping));
    const { status, body } = await ask("/api/gateway/user/+971501234567/mapping", {
      method: "DELETE",
      headers: WITH_KEY,
    });
    expect(status).toBe(200);
    expect(body).toEqual({ status: "deleted", phone_number: "971501234567", previous_tenant_id: 2 });
    expect(await mappings.find(contact)).toBeUndefined();
    expect(await deliveries.counts()).toMatchObject({ pending: 0, dead: 1 });
  });

  it("not found: 404", async () => {
    const { ask } = await start();
    const { status, body } = await ask("/api/gateway/user/971501234567/mapping", {
      method: "DELETE",
      headers: WITH_KEY,
    });
    expect(status).toBe(404);
    expect(body).toEqual({ status: "not_found", phone_number: "971501234567" });
  });

  it("not a phone number: 400", async () => {
    const { ask } = await start();
    const { status, body } = await ask("/api/gateway/user/me/mapping", {
      method: "DELETE",
      headers: WITH_KEY,
    });
    expect(status).toBe(400);
    expect(body).toMatchObject(anError("invalid_phone_number"));
  });
});

describe("POST /api/gateway/user/{phone}/reassign", () => {
  const reassign = (
    ask: Awaited<ReturnType<typeof start>>["ask"],
    body: object,
    phone = "+971 50-123 4567",
  ) =>
    ask(`/api/gateway/user/${encodeURIComponent(phone)}/reassign`, {
      method: "POST",
      headers: { ...WITH_KEY, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });

  it("gives the contact to the tenant, and the audit log says who did, and why", async () => {
    const { ask, mappings } = await start();
    await mappings.lock(aMapping({ contact, tenantId: aTenantId(7) }), Date.UTC(2026, 10, 23));
    expect(await reassign(ask, { tenant_id: 2, reason: "asked for it" })).toMatchObject({
      status: 200,
      body: { status: "reassigned", phone_number: "971501234567", tenant_id: 2, previous_tenant_id: 7 },
    });
    expect((await ask("/api/gateway/audit", { headers: WITH_KEY })).body).toMatchObject({
      items: [{ actor: "first", action: "contact.reassigned", details: { reason: "asked for it" } }],
    });
    expect(await reassign(ask, { tenant_id: 2, reason: "again" })).toMatchObject({
      status: 200,
      body: { status: "unchanged", tenant_id: 2, previous_tenant_id: 2 },
    });
  });

  it("assigns a contact that nobody has", async () => {
    const { ask } = await start();
    expect((await reassign(ask, { tenant_id: 2, reason: "called us" })).body).toMatchObject({
      ...{ status: "reassigned", previous_tenant_id: null },
    });
  });

  it("an unknown tenant: 404; an inactive one: 409 that says what to do", async () => {
    const { ask } = await start();
    expect(await reassign(ask, { tenant_id: 999, reason: "x" })).toMatchObject({
      ...{ status: 404, body: { code: "unknown_tenant" } },
    });
    expect(await reassign(ask, { tenant_id: 3, reason: "x" })).toMatchObject({
      ...{
        status: 409,
        body: { code: "tenant_inactive", message: expect.stringContaining("make it active") },
      },
    });
  });

  it.each([
    [{}, ["tenant_id", "reason"]],
    [{ tenant_id: "2", reason: " " }, ["tenant_id", "reason"]],
    [{ tenant_id: 2, reason: "x".repeat(501) }, ["reason"]],
    [{ tenant_id: 2.5, reason: "x" }, ["tenant_id"]],
  ])("%j: 400 with each fault", async (body, fields) => {
    const { ask } = await start();
    const answer = await reassign(ask, body);
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_body" } });
    expect((answer.body as { details: { field: string }[] }).details.map(({ field }) => field)).toEqual(
      fields,
    );
  });

  it("not a phone number: 400", async () => {
    const { ask } = await start();
    expect(await reassign(ask, { tenant_id: 2, reason: "x" }, "0501234567")).toMatchObject({
      ...{ status: 400, body: { code: "invalid_phone_number" } },
    });
  });
});

describe("POST /api/gateway/explain", () => {
  const explain = (ask: Awaited<ReturnType<typeof start>>["ask"], body: object) =>
    ask("/api/gateway/explain", {
      method: "POST",
      headers: { ...WITH_KEY, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });

  it("says what would become of a message, and nothing becomes of it", async () => {
    const { ask, mappings } = await start();
    expect(
      await explain(ask, { phone_number: "+971 50-123 4567", text: "start_realty_2_instagram" }),
    ).toMatchObject({
      status: 200,
      body: {
        status: "explained",
        phone_number: "971501234567",
        other_names: [],
        link_code: { tenant_id: 2, campaign: "instagram" },
        mapping: null,
        outcome: { status: "routed", tenant_id: 2, locks: true },
      },
    });
    expect(await mappings.find(contact)).toBeUndefined();
  });

  it("tells who has the contact, since when", async () => {
    const { ask, mappings } = await start();
    await mappings.lock(aMapping({ contact, lockedAtMs: Date.UTC(2026, 10, 23) }), Date.UTC(2026, 10, 23));
    expect((await explain(ask, { phone_number: "971501234567", text: "" })).body).toMatchObject({
      link_code: null,
      mapping: { tenant_id: 2, locked_at: "2026-11-23T00:00:00.000Z", campaign: null },
      outcome: { status: "routed", tenant_id: 2, locks: false },
    });
  });

  it("not a phone number, or no text: 400 with each fault", async () => {
    const { ask } = await start();
    expect(await explain(ask, { phone_number: "hello" })).toMatchObject({
      status: 400,
      body: { code: "invalid_body", details: [{ field: "phone_number" }, { field: "text" }] },
    });
  });
});

describe("GET /api/gateway/deliveries", () => {
  async function withDeliveries() {
    const gateway = await start();
    const mine = aMapping({ tenantId: aTenantId(2) });
    const theirs = aMapping({ tenantId: aTenantId(55) });
    const gone = aMapping({ tenantId: aTenantId(2) });
    await gateway.deliveries.enqueue(aDelivery(mine, { id: "msg_a" }));
    await gateway.deliveries.enqueue(aDelivery(mine, { id: "msg_b" }));
    await gateway.deliveries.enqueue(aDelivery(theirs, { id: "msg_c" }));
    await gateway.deliveries.enqueue(aDelivery(gone, { id: "msg_d" }));
    await gateway.deliveries.retire(gone.generation, "mapping_changed");
    await gateway.replies.enqueue({
      id: "msg_a_0",
      identity: "msg_a_0",
      tenantId: mine.tenantId,
      contact: mine.contact,
      generation: mine.generation,
      body: { kind: "text", text: "a private reply" },
    });
    const list = async (query: string) =>
      (await gateway.ask(`/api/gateway/deliveries${query}`, { headers: WITH_KEY })).body as {
        items: Record<string, unknown>[];
        next_cursor: string | null;
      };
    return { ...gateway, mine, gone, list };
  }

  it("lists what waits, without what the contact wrote", async () => {
    const { list, mine } = await withDeliveries();
    const { items, next_cursor } = await list("");
    expect(items.map((item) => item["id"]).sort()).toEqual(["msg_a", "msg_b", "msg_c"]);
    expect(next_cursor).toBeNull();
    expect(items.find((item) => item["id"] === "msg_a")).toEqual({
      id: "msg_a",
      state: "pending",
      direction: "in",
      tenant_id: 2,
      phone_number: mine.contact,
      is_new_session: true,
      replayed: false,
      enqueued_at: "2026-11-23T16:46:00.000Z",
      attempts: 0,
      waiting_for: null,
      last_error: null,
    });
    expect(JSON.stringify(items)).not.toContain("Hello");
  });

  it("lists dead letters with why and when they were given up", async () => {
    const { list, gone } = await withDeliveries();
    expect((await list("?state=dead")).items).toEqual([
      expect.objectContaining({
        id: "msg_d",
        state: "dead",
        phone_number: gone.contact,
        reason: "mapping_changed",
        died_at: "2026-11-23T16:46:00.000Z",
      }),
    ]);
  });

  it("lists one tenant's", async () => {
    const { list } = await withDeliveries();
    expect((await list("?tenant_id=55")).items.map((item) => item["id"])).toEqual(["msg_c"]);
  });

  it("lists replies on their way out", async () => {
    const { list } = await withDeliveries();
    const { items } = await list("?direction=out");
    expect(items).toEqual([expect.objectContaining({ id: "msg_a_0", direction: "out", tenant_id: 2 })]);
    expect(JSON.stringify(items)).not.toContain("private");
  });

  it("goes page by page", async () => {
    const { list } = await withDeliveries();
    const seen: unknown[] = [];
    let query = "?limit=1";
    for (let pages = 0; pages < 10; pages += 1) {
      const page = await list(query);
      seen.push(...page.items.map((item) => item["id"]));
      if (page.next_cursor === null) break;
      query = `?limit=1&cursor=${encodeURIComponent(page.next_cursor)}`;
    }
    expect(seen.sort()).toEqual(["msg_a", "msg_b", "msg_c"]);
  });

  it.each([
    ["state", "?state=lost"],
    ["direction", "?direction=up"],
    ["tenant_id", "?tenant_id=02"],
    ["tenant_id", "?tenant_id="],
    ["limit", "?limit=0"],
    ["limit", "?limit=501"],
    ["limit", "?limit=many"],
    ["cursor", "?cursor="],
    ["cursor", "?cursor=zzz"],
    ["cursor", "?cursor=%7B%7D"],
    ["cursor", "?cursor=%5B%22x%22%5D&direction=out"],
    ["cursor", "?cursor=zzz&state=dead"],
    ["state", "?state=dead&state=pending"],
  ])("a wrong %s (%s): 400 that names it", async (field, query) => {
    const { ask } = await start();
    const { status, body } = await ask(`/api/gateway/deliveries${query}`, { headers: WITH_KEY });
    expect(status).toBe(400);
    expect(body).toMatchObject({ ...anError("invalid_parameter"), details: [{ field }] });
  });
});

describe("GET /api/gateway/deliveries with a cursor that the list did not hand out", () => {
  it.each([
    ["pending", "in", "deliveries"],
    ["dead", "in", "deliveries"],
    ["pending", "out", "replies"],
    ["dead", "out", "replies"],
  ] as const)("%s, %s: 400 that says what is wanted", async (state, direction, queue) => {
    const gateway = await start();
    const refuse = () => Promise.reject(new BadCursorError());
    Object.assign(gateway[queue], { pending: refuse, deadLetters: refuse });
    const { status, body } = await gateway.ask(
      `/api/gateway/deliveries?cursor=x&state=${state}&direction=${direction}`,
      { headers: WITH_KEY },
    );
    expect(status).toBe(400);
    expect(body).toEqual({
      ...anError("invalid_parameter"),
      details: [{ field: "cursor", message: "must be the next_cursor of the page before" }],
    });
    expect(gateway.logger.messages("error")).toEqual([]);
  });
});

describe("POST /api/gateway/deliveries/…/replay", () => {
  async function withDeadLetter() {
    const gateway = await start();
    const gone = aMapping({ contact, tenantId: aTenantId(2) });
    await gateway.deliveries.enqueue(aDelivery(gone, { id: "msg_d" }));
    await gateway.deliveries.retire(gone.generation, "mapping_changed");
    // A replay takes what died before it.
    gateway.clock.advance(1);
    const replay = (path: string) =>
      gateway.ask(`/api/gateway/deliveries/${path}`, { method: "POST", headers: WITH_KEY });
    const lockAgain = () =>
      gateway.mappings.lock(
        aMapping({ contact, tenantId: aTenantId(55), generation: aGeneration() }),
        gateway.clock.nowMs(),
      );
    return { ...gateway, replay, lockAgain };
  }

  it("puts one dead letter back, for who holds the contact now", async () => {
    const { replay, lockAgain, deliveries } = await withDeadLetter();
    await lockAgain();
    const { status, body } = await replay("msg_d/replay");
    expect(status).toBe(200);
    expect(body).toEqual({ status: "replayed", id: "msg_d", tenant_id: 55 });
    expect(await deliveries.counts()).toMatchObject({ pending: 1, dead: 0 });
  });

  it("no such dead letter: 404", async () => {
    const { replay } = await withDeadLetter();
    expect(await replay("msg_x/replay")).toMatchObject({
      status: 404,
      body: anError("dead_letter_not_found"),
    });
  });

  it("nobody holds the contact: 409", async () => {
    const { replay } = await withDeadLetter();
    expect(await replay("msg_d/replay")).toMatchObject({ status: 409, body: anError("no_holder") });
  });

  it("puts a tenant's dead letters back and counts them", async () => {
    const { replay, lockAgain } = await withDeadLetter();
    expect((await replay("replay?tenant_id=2")).body).toEqual({
      status: "replayed",
      tenant_id: 2,
      replayed: 0,
      without_holder: 1,
    });
    await lockAgain();
    expect((await replay("replay?tenant_id=2")).body).toMatchObject({ replayed: 1, without_holder: 0 });
  });

  it("without saying whose: 400", async () => {
    const { replay } = await withDeadLetter();
    expect(await replay("replay")).toMatchObject({ status: 400, body: anError("invalid_parameter") });
  });
});

describe("GET /healthz", () => {
  it("says that the process is up, to anybody", async () => {
    const { ask } = await start();
    expect(await ask("/healthz")).toMatchObject({ status: 200, body: { status: "ok" } });
  });
});

describe("GET /readyz", () => {
  it("ready: 200, and no more than that without the key", async () => {
    const { ask } = await start();
    expect((await ask("/readyz")).body).toEqual({ status: "ready" });
    expect((await ask("/readyz", { headers: { "X-Api-Key": "wrong" } })).body).toEqual({ status: "ready" });
  });

  it("tells the admin the details, WAHA's state among them", async () => {
    const number = new SharedNumber(undefined);
    const { ask } = await start({ number });
    number.learn({ status: "FAILED", me: undefined });
    expect(await ask("/readyz", { headers: WITH_KEY })).toMatchObject({
      status: 200,
      body: {
        status: "ready",
        details: {
          storage: "ok",
          draining: false,
          deliveries: { pending: 0, dead: 0, paused_tenants: 0, held_tenants: 0 },
          waha: { session: "FAILED", phone_number: null },
        },
      },
    });
  });

  it("storage not reachable: 503, the reason in the log only", async () => {
    const { ask, deliveries, logger } = await start();
    deliveries.counts = async () => Promise.reject(new StorageUnavailableError("disk on fire"));
    const open = await ask("/readyz");
    expect(open.status).toBe(503);
    expect(open.body).toEqual(anError("storage_unavailable"));
    expect((await ask("/readyz", { headers: WITH_KEY })).body).toMatchObject({
      details: { storage: "unreachable" },
    });
    expect(logger.messages("error")).toContain("The storage does not answer");
  });

  it("storage that does not answer in time: 503", async () => {
    const { ask, deliveries, clock } = await start();
    const asked = new Promise<void>((resolve) => {
      deliveries.counts = () => {
        resolve();
        return new Promise(() => undefined);
      };
    });
    const answer = ask("/readyz");
    await asked;
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(2_000);
    expect(await answer).toMatchObject({ status: 503, body: anError("storage_unavailable") });
  });

  it("draining: 503", async () => {
    const { ask, drain } = await start();
    drain.begin();
    expect(await ask("/readyz")).toMatchObject({ status: 503, body: anError("draining") });
  });
});

describe("GET /metrics", () => {
  it("takes the admin key, and no other method: 401, 405", async () => {
    const { ask } = await start();
    expect(await ask("/metrics")).toMatchObject({ status: 401, body: { code: "unauthorized" } });
    expect(await ask("/metrics", { method: "POST", headers: WITH_KEY })).toMatchObject({ status: 405 });
  });

  it("answers what was counted, as the text that Prometheus reads", async () => {
    const text = async () => "# HELP a\na 1\n";
    const { url } = await start({ metrics: { ...noMetrics, text } });
    const response = await fetch(`${url}/metrics`, { headers: WITH_KEY });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/plain");
    expect(await response.text()).toBe(await text());
  });

  it("counts each webhook by what it was answered", async () => {
    const outcomes: string[] = [];
    const webhookAnswered = (outcome: string): void => void outcomes.push(outcome);
    const receive = async (body: Buffer): Promise<WebhookOutcome> => {
      if (body.includes("fault")) throw new Error("a fault of the gateway");
      return body.includes("forged")
        ? { kind: "unauthorized", reason: "mismatch" }
        : { kind: "unmapped", contact };
    };
    const { post } = await start({ metrics: { ...noMetrics, webhookAnswered }, webhooks: { receive } });
    await post("{}");
    await post('"forged"');
    await post('"fault"');
    await post(" ".repeat(2 ** 20 + 1));
    await post("{}", { "Content-Type": "text/plain" });
    expect(outcomes).toEqual([
      "unmapped",
      "unauthorized",
      "internal_error",
      "payload_too_large",
      "unsupported_media_type",
    ]);
  });
});

describe("GET /l/{tenant_id}", () => {
  it("leads to the tenant's wa.me link", async () => {
    const { ask } = await start();
    const { status, headers } = await ask("/l/2");
    expect(status).toBe(302);
    expect(headers.get("location")).toBe("https://wa.me/971557357753?text=start_realty_2");
  });

  it.each(["999", "0", "02", "-1", "2.5", "two", "3", "9007199254740993"])(
    "an unknown or inactive tenant (%s): 404",
    async (id) => {
      const { ask } = await start();
      expect(await ask(`/l/${id}`)).toMatchObject({ status: 404, body: anError("unknown_tenant") });
    },
  );

  it("while the number is not known: 503, and the link once it is learnt", async () => {
    const number = new SharedNumber(undefined);
    const { ask } = await start({ number });
    expect(await ask("/l/2")).toMatchObject({ status: 503, body: anError("phone_number_unknown") });
    number.learn({ status: "WORKING", me: "971557357753@c.us" });
    number.learn({ status: "STARTING", me: undefined });
    expect((await ask("/l/2")).headers.get("location")).toContain("https://wa.me/971557357753");
  });
});

describe("the doors", () => {
  const wrong = { "X-Api-Key": "wrong" };

  it("past twenty wrong admin keys a minute: 429 with Retry-After, and none is looked at until then", async () => {
    const { ask, clock } = await start();
    for (let count = 0; count < 20; count += 1) {
      expect((await ask("/api/gateway/stats", { headers: wrong })).status).toBe(401);
    }
    const refused = await ask("/api/gateway/stats", { headers: wrong });
    expect(refused).toMatchObject({ status: 429, body: { code: "too_many_requests" } });
    expect(refused.headers.get("retry-after")).toBe("3");
    expect((await ask("/api/gateway/stats", { headers: WITH_KEY })).status).toBe(429);
    expect((await ask("/readyz", { headers: WITH_KEY })).body).toEqual({ status: "ready" });
    expect((await ask("/healthz")).status).toBe(200);
    clock.advance(3_000);
    expect((await ask("/api/gateway/stats", { headers: WITH_KEY })).status).toBe(200);
  });

  it("wrong admin keys at /readyz and /metrics count as well", async () => {
    const { ask } = await start();
    for (let count = 0; count < 10; count += 1) {
      expect((await ask("/readyz", { headers: wrong })).body).toEqual({ status: "ready" });
      expect((await ask("/metrics", { headers: wrong })).status).toBe(401);
    }
    expect((await ask("/metrics", { headers: wrong })).status).toBe(429);
  });

  it("wrong tokens, and requests without any key, have the same limit, and keep no admin waiting", async () => {
    const { ask } = await start();
    const wrongToken = { Authorization: "Bearer gwt_wrong" };
    for (let count = 0; count < 10; count += 1) {
      expect((await ask("/api/gateway/stats")).status).toBe(401);
      expect((await ask("/api/tenant/deep-link", { headers: wrongToken })).status).toBe(401);
    }
    expect((await ask("/api/gateway/stats")).status).toBe(429);
    expect((await ask("/api/tenant/deep-link", { headers: wrongToken })).status).toBe(429);
    expect((await ask("/api/gateway/stats", { headers: WITH_KEY })).status).toBe(200);
  });

  it("who is behind a proxy that is trusted has a limit of their own, and who only says so has not", async () => {
    const fail = async (ask: Awaited<ReturnType<typeof start>>["ask"], address: string) =>
      (await ask("/api/gateway/stats", { headers: { ...wrong, "X-Forwarded-For": address } })).status;
    const trusting = await start({ trustedProxies: 1 });
    for (let count = 0; count < 21; count += 1) await fail(trusting.ask, "192.0.2.1");
    expect(await fail(trusting.ask, "192.0.2.1")).toBe(429);
    expect(await fail(trusting.ask, "192.0.2.1, 192.0.2.2")).toBe(401);
    const wary = await start();
    for (let count = 0; count < 20; count += 1) await fail(wary.ask, `192.0.2.${count}`);
    expect(await fail(wary.ask, "192.0.2.99")).toBe(429);
  });

  it("so many short links of one address at once, and no more: 429", async () => {
    const { ask, clock } = await start();
    const statuses = await Promise.all(Array.from({ length: 101 }, async () => (await ask("/l/2")).status));
    expect(statuses.filter((status) => status === 302)).toHaveLength(100);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    clock.advance(1_000);
    expect((await ask("/l/2")).status).toBe(302);
  });

  it.each(["key", "api_key", "token", "ACCESS_TOKEN"])(
    "a key in the query as %s: 400, though it is right",
    async (name) => {
      const { ask, logger } = await start();
      const refused = await ask(`/api/gateway/stats?${name}=${KEY}`, { headers: WITH_KEY });
      expect(refused).toMatchObject({ status: 400, body: { code: "key_in_query" } });
      expect(refused.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(JSON.stringify(logger.lines)).not.toContain(KEY);
    },
  );

  it("a webhook's URL may have a query of its owner's", async () => {
    const { ask } = await start();
    const answer = await ask("/api/gateway/waha?token=of-a-proxy", {
      ...{ method: "POST", body: "{}", headers: { "Content-Type": "application/json" } },
    });
    expect(answer).toMatchObject({ status: 200, body: { status: "unmapped" } });
  });

  it("answers let browsers do nothing with them; https is insisted on where it is there", async () => {
    const { ask } = await start();
    const { headers } = await ask("/healthz");
    expect(headers.get("content-security-policy")).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("strict-transport-security")).toBeNull();
    expect((await ask("/api/gateway/stats")).headers.get("x-frame-options")).toBe("SAMEORIGIN");
    const secure = await start({ isHttps: true });
    expect((await secure.ask("/healthz")).headers.get("strict-transport-security")).toMatch(/max-age=/);
  });
});

describe("every answer", () => {
  it("an unknown path: 404 in the one format of errors", async () => {
    const { ask } = await start();
    for (const path of ["/", "/api", "/favicon.ico", "/l", "/api/gatewa/stats"]) {
      expect(await ask(path)).toMatchObject({ status: 404, body: anError("not_found") });
    }
    expect(await ask("/api/gateway/nothing", { headers: WITH_KEY })).toMatchObject({
      status: 404,
      body: anError("not_found"),
    });
  });

  it("another method: 405 that says which there are", async () => {
    const { ask } = await start();
    const { status, headers, body } = await ask("/healthz", { method: "POST" });
    expect(status).toBe(405);
    expect(headers.get("allow")).toBe("GET, HEAD");
    expect(body).toEqual(anError("method_not_allowed"));
    expect(await ask("/api/gateway/stats", { method: "PUT", headers: WITH_KEY })).toMatchObject({
      status: 405,
    });
  });

  it("names no software, and is kept by no cache", async () => {
    const { ask } = await start();
    const { headers } = await ask("/healthz");
    for (const name of ["x-powered-by", "server", "etag"]) expect(headers.get(name)).toBeNull();
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
  });

  it("carries the request's id: the caller's, WAHA's, or a new one", async () => {
    const { ask } = await start();
    const idFor = async (headers: Record<string, string>) =>
      (await ask("/healthz", { headers })).headers.get("x-request-id");
    expect(await idFor({ "X-Request-Id": "mine-1", "X-Webhook-Request-Id": "waha-1" })).toBe("mine-1");
    expect(await idFor({ "X-Webhook-Request-Id": "waha-1" })).toBe("waha-1");
    expect(await idFor({ "X-Request-Id": "not fit {}" })).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor({})).not.toBe(await idFor({}));
  });

  it("no Host header: 400 in the one format of errors, and none needed in HTTP/1.0", async () => {
    const { port } = await start();
    const answer = await firstAnswer(port, "GET /healthz HTTP/1.1\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(jsonOf(answer)).toEqual({ ...anError("bad_request"), message: "The request has no Host header." });
    expect(await firstAnswer(port, "GET /healthz HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("an expectation that nobody knows: 417 in the one format of errors, and what follows is not read", async () => {
    const { port } = await start();
    const head = "POST /api/gateway/explain HTTP/1.1\r\nHost: x\r\nExpect: the best\r\n";
    const answer = await firstAnswer(port, `${head}Content-Length: 2\r\n\r\n{}`);
    expect(answer).toMatch(/^HTTP\/1\.1 417 /);
    expect(answer).toContain("Connection: close");
    expect(jsonOf(answer)).toEqual(anError("expectation_failed"));
  });

  it("what is not HTTP: 400 in the one format of errors", async () => {
    const { port } = await start();
    const answer = await new Promise<string>((resolve, reject) => {
      let text = "";
      const socket = connect(port, "127.0.0.1", () => socket.write("HELO gateway\r\n\r\n"));
      socket
        .on("data", (data) => (text += String(data)))
        .on("error", reject)
        .on("close", () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(answer.split("\r\n\r\n")[1]!)).toEqual(anError("bad_request"));
  });
});

describe("HttpServer", () => {
  it("says when its port is taken", async () => {
    const { port, ...services } = await start();
    const second = new HttpServer({ host: "127.0.0.1", port, services });
    await expect(second.listen()).rejects.toMatchObject({ code: "port_in_use" });
  });

  it("answers what it has taken before it stops, and closes that connection", async () => {
    let finish = (): void => undefined;
    let began = (): void => undefined;
    const underWay = new Promise<void>((resolve) => {
      began = resolve;
    });
    const { post, server, url } = await start({
      webhooks: {
        receive: () =>
          new Promise((resolve) => {
            finish = () => resolve({ kind: "unmapped", contact });
            began();
          }),
      },
    });
    const taken = post("{}");
    await underWay;
    const stopped = server.stop(10_000);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    finish();
    const { status, headers } = await taken;
    expect(status).toBe(200);
    expect(headers.get("connection")).toBe("close");
    await stopped;
  });

  it("turns away what comes on an open connection while it stops", async () => {
    const { post, drain } = await start();
    drain.begin();
    const { status, headers, body } = await post("{}");
    expect(status).toBe(503);
    expect(body).toEqual(anError("draining"));
    expect(headers.get("retry-after")).not.toBeNull();
    expect(headers.get("connection")).toBe("close");
  });

  it("cuts off what is not answered within the grace", async () => {
    let began = (): void => undefined;
    const underWay = new Promise<void>((resolve) => {
      began = resolve;
    });
    const { post, server, clock } = await start({
      webhooks: {
        receive: () => {
          began();
          return new Promise(() => undefined);
        },
      },
    });
    const taken = post("{}");
    await underWay;
    const stopped = server.stop(10_000);
    const refused = expect(taken).rejects.toThrow();
    clock.advance(10_000);
    await refused;
    await stopped;
  });

  it("does not wait for a connection that has asked nothing", async () => {
    const { port, server, clock } = await start();
    const socket = connect(port, "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined).resume();
    // The server knows of the connection when it has answered a later one.
    await fetch(`http://127.0.0.1:${port}/healthz`);
    const stopped = server.stop(10_000);
    clock.advance(500);
    await stopped;
    await closed;
  });
});
