import { inspect } from "node:util";
import { GatewayError, systemClock, type Clock } from "@gateway-router/core";
import { ManualClock } from "@gateway-router/core/testing";
import { ScriptedWahaServer } from "./testing/scripted-waha-server.js";
import { WahaClient, type WahaClientOptions } from "./waha-client.js";
import { WahaError } from "./waha-error.js";

const API_KEY = "very-secret-api-key";
const text = { chatId: "971501234567@c.us", text: "Welcome! 🏠" };

let waha: ScriptedWahaServer;
const clients: WahaClient[] = [];

beforeEach(async () => {
  waha = await ScriptedWahaServer.open();
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await waha.close();
});

function aClient(overrides: Partial<WahaClientOptions> = {}): WahaClient {
  const client = new WahaClient({
    baseUrl: waha.url,
    apiKey: API_KEY,
    session: "default",
    clock: systemClock,
    ...overrides,
  });
  clients.push(client);
  return client;
}

async function faultOf(promise: Promise<unknown>): Promise<WahaError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof WahaError)) throw new TypeError(`No WahaError but ${inspect(error)}`);
  return error;
}

describe("WahaClient.sendText", () => {
  it("posts session, chat and text with the API key", async () => {
    await aClient({ session: "sales" }).sendText(text);
    expect(waha.requests).toHaveLength(1);
    const [request] = waha.requests;
    expect(request).toMatchObject({
      method: "POST",
      path: "/api/sendText",
      body: { session: "sales", chatId: "971501234567@c.us", text: "Welcome! 🏠" },
    });
    expect(request!.headers).toMatchObject({ "x-api-key": API_KEY, accept: "application/json" });
    expect(request!.headers["content-type"]).toMatch(/^application\/json/);
  });

  it("sends no API key where there is none", async () => {
    await aClient({ apiKey: undefined }).sendText(text);
    expect(waha.requests[0]!.headers).not.toHaveProperty("x-api-key");
  });

  it("finds WAHA below a path, with or without a slash at its end", async () => {
    await aClient({ baseUrl: `${waha.url}/waha` }).sendText(text);
    await aClient({ baseUrl: `${waha.url}/waha/` }).sendText(text);
    expect(waha.requests.map(({ path }) => path)).toEqual(["/waha/api/sendText", "/waha/api/sendText"]);
  });

  it.each<[string, unknown]>([
    [
      "NOWEB",
      { key: { remoteJid: "971501234567@s.whatsapp.net", fromMe: true, id: "3EB0A1" }, status: "PENDING" },
    ],
    ["GOWS", { id: "true_971501234567@c.us_3EB0A1", timestamp: 1795452367 }],
    ["WEBJS", { id: { fromMe: true, id: "3EB0A1", _serialized: "true_971501234567@c.us_3EB0A1" } }],
    ["an engine that tells the bare id", { id: "3EB0A1" }],
  ])("reads the message's bare id from the answer of %s", async (_, json) => {
    waha.answer = () => ({ status: 201, json });
    expect(await aClient().sendText(text)).toEqual({ messageId: "3EB0A1" });
  });

  it.each(["", "null", "[]", "OK", '{"id":7}', '{"key":null}'])(
    "counts %j for sent, by its status",
    async (body) => {
      waha.answer = () => ({ status: 201, text: body });
      expect(await aClient().sendText(text)).toEqual({});
    },
  );

  it("keeps its connection for the next request", async () => {
    const client = aClient();
    await client.sendText(text);
    await client.sendText(text);
    expect(waha.requests.map(({ connection }) => connection)).toEqual([1, 1]);
  });
});

describe("WahaClient.sendMedia", () => {
  const media = { chatId: "971501234567@c.us", url: "https://tenant.example/a", mimetype: "image/png" };

  it.each([
    ["image", "/api/sendImage", {}],
    ["file", "/api/sendFile", {}],
    ["voice", "/api/sendVoice", { convert: false }],
  ] as const)("posts a %s to %s", async (as, path, extra) => {
    await aClient().sendMedia({ ...media, as });
    expect(waha.requests[0]).toMatchObject({ method: "POST", path });
    expect(waha.requests[0]!.body).toEqual({
      session: "default",
      chatId: "971501234567@c.us",
      file: { url: "https://tenant.example/a", mimetype: "image/png" },
      ...extra,
    });
  });

  it("sends name and caption along", async () => {
    waha.answer = () => ({ status: 201, json: { key: { id: "3EB0A2" } } });
    const sent = await aClient().sendMedia({
      ...media,
      as: "image",
      filename: "plan.png",
      caption: "The plan",
    });
    expect(sent).toEqual({ messageId: "3EB0A2" });
    expect(waha.requests[0]!.body).toMatchObject({ file: { filename: "plan.png" }, caption: "The plan" });
  });
});

describe("WahaClient.session", () => {
  it("tells status and number", async () => {
    waha.answer = () => ({
      status: 200,
      json: {
        name: "a b",
        status: "WORKING",
        me: { id: "971557357753@c.us", pushName: "Gateway" },
        config: {},
      },
    });
    expect(await aClient({ session: "a b" }).session()).toEqual({
      status: "WORKING",
      me: { id: "971557357753@c.us", pushName: "Gateway" },
    });
    expect(waha.requests[0]).toMatchObject({ method: "GET", path: "/api/sessions/a%20b", body: undefined });
  });

  it.each<[string, unknown]>([
    ["not paired", { name: "default", status: "SCAN_QR_CODE", me: null }],
    ["in a state of a newer version", { name: "default", status: "PASSKEY_REQUIRED" }],
  ])("tells of a session that is %s", async (_, json) => {
    waha.answer = () => ({ status: 200, json });
    expect(await aClient().session()).toEqual({ status: (json as { status: string }).status });
  });

  it.each(["<html>", "", "[]", "{}", '{"status":7}'])("does not take %j for a session", async (body) => {
    waha.answer = () => ({ status: 200, text: body });
    expect(await faultOf(aClient().session())).toMatchObject({
      code: "waha_unreadable_answer",
      retryable: true,
    });
  });
});

describe("WahaClient.ping", () => {
  it("resolves where WAHA answers", async () => {
    waha.answer = () => ({ status: 200, json: { message: "pong" } });
    await expect(aClient().ping()).resolves.toBeUndefined();
    expect(waha.requests[0]).toMatchObject({ method: "GET", path: "/ping" });
  });

  it("rejects where something else does", async () => {
    waha.answer = () => ({ status: 200, text: "hello" });
    expect((await faultOf(aClient().ping())).code).toBe("waha_unreadable_answer");
  });
});

describe("WahaClient fails", () => {
  const sessionDown = {
    error: "Session status is not as expected. Try again later or restart the session",
    session: "default",
    status: "SCAN_QR_CODE",
    expected: ["WORKING"],
  };

  it.each<[number, unknown, string, boolean]>([
    [400, { statusCode: 400, message: ["text must be a string"] }, "waha_refused", false],
    [413, {}, "waha_refused", false],
    [501, {}, "waha_refused", false],
    [401, { statusCode: 401, message: "Unauthorized" }, "waha_unauthorized", false],
    [403, {}, "waha_unauthorized", false],
    [404, {}, "waha_not_found", false],
    [422, sessionDown, "waha_session_not_working", true],
    [422, { message: "Only in the Plus version" }, "waha_unprocessable", false],
    [429, {}, "waha_failed", true],
    [302, {}, "waha_failed", true],
    [500, {}, "waha_failed", true],
    [503, {}, "waha_failed", true],
  ])("by status %i as %j tells: %s", async (status, json, code, retryable) => {
    waha.answer = () => ({ status, json });
    const error = await faultOf(aClient().sendText(text));
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({ code, retryable });
    expect(error.message).toMatch(new RegExp(`^WAHA answered ${status}`));
  });

  it.each<[unknown, string]>([
    [
      { message: ["text must be a string", "chatId must be a string"] },
      ": text must be a string, chatId must be a string",
    ],
    [{ message: "Not\n\tfound" }, ": Not found"],
    [{ statusCode: 500, exception: { message: "boom" }, request: { body: { text: "private" } } }, ": boom"],
    [sessionDown, ": Session status is not as expected. Try again later or restart the session"],
    [{ message: "x".repeat(9_999) }, `: ${"x".repeat(300)}`],
    [{ message: `wrong key ${API_KEY}!` }, ": wrong key [secret]!"],
    ["private", ""],
    [null, ""],
  ])("with WAHA's own words %j", async (json, says) => {
    waha.answer = () => ({ status: 500, json });
    expect((await faultOf(aClient().sendText(text))).message).toBe(`WAHA answered 500${says}`);
  });

  it("quotes nothing where the API key is empty", async () => {
    waha.answer = () => ({ status: 500, json: { message: "boom" } });
    expect((await faultOf(aClient({ apiKey: "" }).ping())).message).toBe("WAHA answered 500: boom");
  });

  it("as unreachable where the connection breaks", async () => {
    waha.answer = () => "reset";
    const error = await faultOf(aClient().sendText(text));
    expect(error).toMatchObject({ code: "waha_unreachable", retryable: true });
    expect(error.message).toBe(`WAHA at ${new URL(waha.url).host} can't be reached (ECONNRESET)`);
  });

  it("as unreachable where nobody listens", async () => {
    const gone = await ScriptedWahaServer.open();
    const baseUrl = gone.url;
    await gone.close();
    expect(await faultOf(aClient({ baseUrl }).ping())).toMatchObject({ code: "waha_unreachable" });
  });

  it("as unreachable where the answer has no end", async () => {
    waha.answer = () => ({ status: 200, text: "x".repeat(1_048_577) });
    expect((await faultOf(aClient().session())).code).toBe("waha_unreachable");
  });

  it("as timed out when its time is over", async () => {
    waha.answer = () => "hang";
    const clock = new ManualClock();
    const arrival = waha.nextRequest();
    const failing = faultOf(aClient({ clock, timeoutMs: 12_000 }).sendText(text));
    await arrival;
    clock.advance(12_000);
    expect(await failing).toMatchObject({ code: "waha_timeout", retryable: true });
  });

  it("as aborted when its caller gives up, during the request or before", async () => {
    waha.answer = () => "hang";
    const controller = new AbortController();
    const arrival = waha.nextRequest();
    const failing = faultOf(aClient().sendText(text, controller.signal));
    await arrival;
    controller.abort();
    expect(await failing).toMatchObject({ code: "waha_aborted", retryable: true });
    expect((await faultOf(aClient().session(controller.signal))).code).toBe("waha_aborted");
    expect(waha.requests).toHaveLength(1);
  });

  it.each<[string, () => void]>([
    ["an answer", () => (waha.answer = () => ({ status: 401, json: { message: API_KEY } }))],
    ["no answer", () => (waha.answer = () => "reset")],
  ])("after %s without the API key anywhere in the error", async (_, prepare) => {
    prepare();
    const error = await faultOf(aClient().sendText(text));
    expect(inspect(error, { depth: 20, showHidden: true, getters: true })).not.toContain(API_KEY);
    expect(JSON.stringify(error)).not.toContain(API_KEY);
  });

  it("and leaves no timer behind", async () => {
    const clock = new ManualClock();
    waha.answer = () => ({ status: 500 });
    await faultOf(aClient({ clock: clock satisfies Clock }).ping());
    expect(clock.waiting).toBe(0);
  });
});
