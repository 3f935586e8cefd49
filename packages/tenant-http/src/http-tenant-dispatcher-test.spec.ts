import type { Tenant } from "@gateway-router/core";
import { aTenant, ManualClock } from "@gateway-router/core/testing";
import { Webhook } from "standardwebhooks";
import { HttpTenantDispatcher } from "./http-tenant-dispatcher.js";
import { HandlerServer } from "./testing/handler-server.js";

const SECRET = "whsec_dGVzdCBzZWNyZXQgb2YgYSB0ZW5hbnQ=";

let clock: ManualClock;
let handler: HandlerServer;
let dispatcher: HttpTenantDispatcher;

beforeEach(async () => {
  // Receivers compare the timestamp with the real time.
  clock = new ManualClock(Date.now());
  handler = await HandlerServer.start();
  dispatcher = new HttpTenantDispatcher({ clock, timeoutMs: 30_000, version: "1.2.3", mediaUrl: (id) => id });
});

afterEach(async () => {
  await dispatcher.close();
  await handler.close();
});

const test = (tenant: Partial<Omit<Tenant, "id">> = {}, signal = new AbortController().signal) =>
  dispatcher.test(aTenant({ url: handler.url, signingSecrets: [SECRET], ...tenant }), {
    id: "msg_1",
    signal,
  });

describe("HttpTenantDispatcher.test", () => {
  it("sends a signed gateway.test event and tells the status and the time", async () => {
    handler.answer = (response) => {
      clock.advance(120);
      response.writeHead(204).end();
    };
    expect(await test()).toEqual({ status: 204, durationMs: 120, error: undefined });
    const { method, headers, body } = handler.requests[0]!;
    expect(method).toBe("POST");
    expect(headers["webhook-id"]).toBe("msg_1");
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toEqual({
      type: "gateway.test",
      timestamp: new Date(clock.nowMs() - 120).toISOString(),
      data: { tenant_id: 2 },
    });
  });

  it("tests an inactive tenant too", async () => {
    expect(await test({ active: false })).toMatchObject({ status: 200 });
  });

  it.each([
    [401, "who are you?", "HTTP 401: who are you?"],
    [422, "", "HTTP 422"],
    [503, `my secret is ${SECRET}`, "HTTP 503: my secret is [secret]"],
  ])("an answer of %i: says so", async (status, said, error) => {
    handler.answer = (response) => response.writeHead(status).end(said);
    expect(await test()).toMatchObject({ status, error });
  });

  it("an answer that can't be read: what is wrong with it", async () => {
    handler.answer = (response) => response.end("OK");
    expect(await test()).toMatchObject({ status: 200, error: expect.stringContaining("not JSON") });
  });

  it("an answer that breaks off: its status, and that it broke off", async () => {
    handler.answer = (response) => {
      response.writeHead(200, { "Content-Length": 100 }).write("{", () => response.destroy());
    };
    expect(await test()).toMatchObject({ status: 200, error: expect.stringContaining("before the answer") });
  });

  it("nobody there: no status, and why", async () => {
    expect(await test({ url: "http://127.0.0.1:9/" })).toMatchObject({
      status: undefined,
      error: "connection refused",
    });
  });

  it("no URL, or no secret to sign with: why, and nothing is sent", async () => {
    const { url, ...withoutUrl } = aTenant();
    expect(url).toBeDefined();
    const request = { id: "msg_1", signal: new AbortController().signal };
    expect(await dispatcher.test(withoutUrl, request)).toMatchObject({
      error: expect.stringContaining("URL"),
    });
    expect(await test({ signingSecrets: [] })).toMatchObject({ error: expect.stringContaining("secret") });
    expect(handler.requests).toEqual([]);
  });

  it("ends when it is told to, and by itself when it took too long", async () => {
    handler.answer = () => undefined;
    const abort = new AbortController();
    const aborted = test({}, abort.signal);
    await handler.received(1);
    abort.abort();
    expect(await aborted).toEqual({ status: undefined, durationMs: 0, error: "aborted after 0 ms" });
    const late = test();
    await handler.received(2);
    clock.advance(30_000);
    expect(await late).toEqual({
      status: undefined,
      durationMs: 30_000,
      error: "timed out after 30000 ms",
    });
  });
});
