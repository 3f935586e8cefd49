import type { Tenant } from "@gateway-router/core";
import {
  aDelivery,
  aMapping,
  aMessage,
  aTenant,
  aTraceContext,
  ManualClock,
} from "@gateway-router/core/testing";
import { Webhook } from "standardwebhooks";
import { HttpTenantDispatcher, type HttpTenantDispatcherOptions } from "./http-tenant-dispatcher.js";
import { tenantEventJson } from "./tenant-event-json.js";
import { claimOf, HandlerServer, type HandlerAnswerer } from "./testing/handler-server.js";

const secretOf = (text: string) => `whsec_${Buffer.from(text).toString("base64")}`;
const [newSecret, oldSecret] = [
  secretOf("the new secret of the tenant"),
  secretOf("the old secret of the tenant"),
];
const never = new AbortController().signal;
const mediaUrl = (id: string) => `https://gateway.example/api/tenant/media/${id}`;

let clock: ManualClock;
let handler: HandlerServer;
let dispatcher: HttpTenantDispatcher;

beforeEach(async () => {
  // Receivers compare the timestamp with the real time.
  clock = new ManualClock(Date.now());
  handler = await HandlerServer.start();
  dispatcher = aDispatcher();
});

afterEach(async () => {
  await dispatcher.close();
  await handler.close();
});

function aDispatcher(options: Partial<HttpTenantDispatcherOptions> = {}): HttpTenantDispatcher {
  return new HttpTenantDispatcher({ clock, timeoutMs: 30_000, version: "1.2.3", mediaUrl, ...options });
}

function aClaim() {
  return claimOf(aDelivery(aMapping()));
}

function dispatch(tenant: Partial<Omit<Tenant, "id">> = {}, claim = aClaim()) {
  return dispatcher.dispatch(aTenant({ url: handler.url, ...tenant }), claim, never);
}

/** Dispatches to a handler that answers so. */
function dispatchAnswered(answer: HandlerAnswerer) {
  handler.answer = answer;
  return dispatch();
}

describe("HttpTenantDispatcher: the request", () => {
  it("is the event as JSON, from the gateway by name and version", async () => {
    const claim = aClaim();
    expect(await dispatch({}, claim)).toEqual({ kind: "accepted", replies: [] });
    const [request] = handler.requests;
    expect(request).toMatchObject({ method: "POST", url: "/messages" });
    expect(request!.headers).toMatchObject({
      "content-type": "application/json",
      "user-agent": "gateway-router/1.2.3",
    });
    expect(JSON.parse(request!.body)).toEqual(tenantEventJson(claim, { mediaUrl }));
  });

  it("names the trace it belongs to, where there is one", async () => {
    const trace = aTraceContext();
    await dispatch({}, claimOf(aDelivery(aMapping(), { trace })));
    await dispatch();
    const [traced, other] = handler.requests;
    expect(traced!.headers["traceparent"]).toBe(trace);
    expect(traced!.body).not.toContain(trace);
    expect(other!.headers).not.toHaveProperty("traceparent");
  });

  it("has whoever watches told what it was answered with, and nothing where it was not", async () => {
    const statuses: number[] = [];
    await dispatcher.close();
    dispatcher = aDispatcher({ onStatus: (status) => statuses.push(status) });
    await dispatch();
    await dispatchAnswered((response) => response.writeHead(503).end());
    await dispatchAnswered((response) => response.destroy());
    expect(statuses).toEqual([200, 503]);
  });

  it("is signed for a receiver that uses the standard package", async () => {
    const body = aMessage({ text: "مرحبا 👋 \ud800" });
    const claim = claimOf(aDelivery(aMapping(), { body }));
    await dispatch({ signingSecrets: [newSecret] }, claim);
    const { headers, body: sent } = handler.requests[0]!;
    const verified = new Webhook(newSecret).verify(sent, headers as Record<string, string>);
    expect(verified).toEqual(tenantEventJson(claim, { mediaUrl }));
    expect(headers["webhook-id"]).toBe(claim.id);
    expect(headers["webhook-timestamp"]).toBe(String(Math.floor(clock.nowMs() / 1000)));
  });

  it("is signed with both secrets while a rotation overlaps", async () => {
    await dispatch({ signingSecrets: [newSecret, oldSecret] });
    const { headers, body } = handler.requests[0]!;
    expect(headers["webhook-signature"]).toMatch(/^v1,\S+ v1,\S+$/);
    for (const secret of [newSecret, oldSecret]) {
      expect(() => new Webhook(secret).verify(body, headers as Record<string, string>)).not.toThrow();
    }
  });

  it("has the same id and body on every attempt, and a timestamp of its own", async () => {
    const claim = aClaim();
    await dispatch({}, claim);
    clock.advance(60_000);
    await dispatch({}, { ...claim, attempts: 1 });
    const [first, second] = handler.requests;
    expect(second!.headers["webhook-id"]).toBe(first!.headers["webhook-id"]);
    expect(second!.body).toBe(first!.body);
    expect(Number(second!.headers["webhook-timestamp"])).toBe(
      Number(first!.headers["webhook-timestamp"]) + 60,
    );
  });

  it("goes over the same connection as the one before", async () => {
    for (let count = 0; count < 5; count += 1) await dispatch();
    expect(handler.requests).toHaveLength(5);
    expect(handler.connections).toBe(1);
  });

  it("keeps the connection after errors, too", async () => {
    handler.answer = (response) => response.writeHead(500).end("oh no");
    for (let count = 0; count < 3; count += 1) await dispatch();
    expect(handler.connections).toBe(1);
  });

  it("carries the login of the URL", async () => {
    await dispatch({ url: handler.url.replace("//", "//agent:p%40ss@") });
    const expected = Buffer.from("agent:p@ss").toString("base64");
    expect(handler.requests[0]!.headers.authorization).toBe(`Basic ${expected}`);
  });

  it.each(["", "not a url", "ftp://127.0.0.1/", "file:///etc/passwd", "javascript:1"])(
    "is not made to %j",
    async (url) => {
      expect(await dispatch({ url })).toEqual({
        kind: "unreachable",
        error: "the tenant's handler URL is no http or https URL",
      });
    },
  );

  it("is not made to a tenant without a URL", async () => {
    const { id, active, signingSecrets } = aTenant();
    expect(await dispatcher.dispatch({ id, active, signingSecrets }, aClaim(), never)).toMatchObject({
      kind: "unreachable",
    });
  });

  it.each([[[]], [["whsec_!!!"]], [[newSecret, ""]]])(
    "is not made unsigned: secrets %j",
    async (signingSecrets) => {
      expect(await dispatch({ signingSecrets })).toEqual({
        kind: "unreachable",
        error: "the tenant has no usable signing secret",
      });
      expect(handler.requests).toHaveLength(0);
    },
  );
});

describe("HttpTenantDispatcher: the answer", () => {
  it.each([200, 201, 202, 204, 299])("%d is taken", async (status) => {
    expect(await dispatchAnswered((response) => response.writeHead(status).end())).toEqual({
      kind: "accepted",
      replies: [],
    });
  });

  it("brings the replies in their order", async () => {
    const result = await dispatchAnswered((response) =>
      response.end('{"replies":[{"text":"One"},{"media":{"url":"https://cdn.test/a.pdf"}}]}'),
    );
    expect(result).toEqual({
      kind: "accepted",
      replies: [
        { kind: "text", text: "One" },
        { kind: "media", url: "https://cdn.test/a.pdf" },
      ],
    });
  });

  it("that can't be read is taken, without reply", async () => {
    const result = await dispatchAnswered((response) =>
      response.setHeader("content-type", "text/html").end("<html>\nWelcome</html>"),
    );
    expect(result).toEqual({
      kind: "accepted",
      replies: [],
      unreadableAnswer: String.raw`the answer is not JSON, it begins with "<html>\nWelcome</html>"`,
    });
  });

  it.each([400, 413, 415, 422])("%d is a refusal", async (status) => {
    expect(await dispatchAnswered((response) => response.writeHead(status).end("no such field"))).toEqual({
      kind: "refused",
      error: `HTTP ${status}: no such field`,
    });
  });

  it.each([
    401, 402, 403, 404, 405, 408, 409, 410, 414, 418, 421, 423, 429, 451, 500, 501, 502, 503, 504, 599, 999,
  ])("%d is unreachable", async (status) => {
    expect(await dispatchAnswered((response) => response.writeHead(status).end())).toEqual({
      kind: "unreachable",
      error: `HTTP ${status}`,
    });
  });

  it.each([300, 301, 302, 303, 304, 307, 308])("%d is unreachable and not followed", async (status) => {
    const result = await dispatchAnswered((response) =>
      response.writeHead(status, { location: "/elsewhere" }).end(),
    );
    expect(result).toEqual({ kind: "unreachable", error: `HTTP ${status}: redirects are not followed` });
    expect(handler.requests.map(({ url }) => url)).toEqual(["/messages"]);
  });

  it.each([302, 404, 429, 500, 503])("%d may ask for time", async (status) => {
    const result = await dispatchAnswered((response) =>
      response.writeHead(status, { "retry-after": "120" }).end(),
    );
    expect(result).toMatchObject({ kind: "unreachable", retryAfterMs: 120_000 });
  });

  it("may ask for time by a date, and for an hour at most", async () => {
    const inTwoDays = new Date(clock.nowMs() + 2 * 86_400_000).toUTCString();
    const result = await dispatchAnswered((response) =>
      response.writeHead(503, { "retry-after": inTwoDays }).end(),
    );
    expect(result).toMatchObject({ kind: "unreachable", retryAfterMs: 3_600_000 });
  });

  it("is quoted with at most 500 characters in an error", async () => {
    const result = await dispatchAnswered((response) => response.writeHead(500).end("é".repeat(100_000)));
    expect(result).toEqual({ kind: "unreachable", error: `HTTP 500: ${"é".repeat(500)}` });
  });

  it("is quoted without the secrets it echoes", async () => {
    handler.answer = (response, { headers, url }) =>
      response.writeHead(500).end(`${url} ${headers.authorization} env SECRET=${newSecret}`);
    const url = `${handler.url.replace("//", "//agent:password@")}?token=abcdef123`;
    expect(await dispatch({ url, signingSecrets: [newSecret] })).toEqual({
      kind: "unreachable",
      error: "HTTP 500: /messages?token=[secret] Basic [secret] env SECRET=[secret]",
    });
  });
});

describe("HttpTenantDispatcher: proxies", () => {
  const names = ["HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"];
  const before = new Map(names.map((name) => [name, process.env[name]]));

  beforeEach(() => {
    for (const name of names) Reflect.deleteProperty(process.env, name);
    process.env["http_proxy"] = `http://127.0.0.1:${handler.port}`;
  });

  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });

  it("are not taken from the environment", async () => {
    expect(await dispatch({ url: `http://${"x".repeat(64)}.invalid/hook` })).toMatchObject({
      kind: "unreachable",
    });
    expect(handler.requests).toHaveLength(0);
  });

  it("are taken from there where the gateway's owner says so", async () => {
    await dispatcher.close();
    dispatcher = aDispatcher({ useEnvironmentProxy: true });
    expect(await dispatch({ url: "http://handler.invalid/hook" })).toMatchObject({ kind: "accepted" });
    expect(handler.requests[0]).toMatchObject({ url: "http://handler.invalid/hook" });
  });
});
