import { inspect } from "node:util";
import { GatewayError, systemClock, type Clock } from "@gateway-router/core";
import { ManualClock } from "@gateway-router/core/testing";
import { SilentTlsServer } from "./testing/silent-tls-server.js";
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

describe("WahaClient.sendText with more", () => {
  it("sends the id that was chosen and the message that is answered", async () => {
    await aClient().sendText({ ...text, id: "3EB0A9", replyTo: "false_971501234567@c.us_3EB0A1" });
    expect(waha.requests[0]!.body).toMatchObject({
      id: "3EB0A9",
      reply_to: "false_971501234567@c.us_3EB0A1",
    });
  });
});

describe("WahaClient.sendMedia", () => {
  const bytes = new Uint8Array([0, 1, 2, 250, 255]).subarray(1);
  const media = { chatId: "971501234567@c.us", bytes, mimetype: "image/png" };

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
      file: { data: "AQL6/w==", mimetype: "image/png" },
      ...extra,
    });
  });

  it("sends name and caption along, and a file of megabytes", async () => {
    waha.answer = () => ({ status: 201, json: { key: { id: "3EB0A2" } } });
    const sent = await aClient().sendMedia({
      ...media,
      bytes: new Uint8Array(20_000_000),
      as: "image",
      filename: "plan.png",
      caption: "The plan",
    });
    expect(sent).toEqual({ messageId: "3EB0A2" });
    const { body } = waha.requests[0]!;
    expect(body).toMatchObject({ file: { filename: "plan.png" }, caption: "The plan" });
    expect((body as { file: { data: string } }).file.data).toHaveLength(26_666_668);
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
      config: {},
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
    expect(error.message).toBe(`The connection to WAHA at ${new URL(waha.url).host} broke (ECONNRESET)`);
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

  describe("and says whether it may be done all the same:", () => {
    const failing = (client: WahaClient, signal?: AbortSignal) => faultOf(client.sendText(text, signal));

    it("not where nobody listens", async () => {
      const gone = await ScriptedWahaServer.open();
      const baseUrl = gone.url;
      await gone.close();
      const error = await failing(aClient({ baseUrl }));
      expect(error.mayBeDone).toBe(false);
      expect(error.message).toContain("can't be reached");
    });

    it("not where the connection never stood, its time being over", async () => {
      const backlog = await SilentTlsServer.open();
      try {
        const clock = new ManualClock();
        const fault = failing(aClient({ baseUrl: backlog.url, clock, timeoutMs: 1_000 }));
        await backlog.connecting();
        clock.advance(1_000);
        expect(await fault).toMatchObject({ code: "waha_timeout", mayBeDone: false });
      } finally {
        await backlog.close();
      }
    });

    it("not where its caller gave up beforehand", async () => {
      const error = await failing(aClient(), AbortSignal.abort());
      expect(error).toMatchObject({ code: "waha_aborted", mayBeDone: false });
      expect(waha.requests).toHaveLength(0);
    });

    it("it may where the connection broke, also one kept from before", async () => {
      const client = aClient();
      await client.sendText(text);
      waha.answer = () => "reset";
      expect((await failing(client)).mayBeDone).toBe(true);
      expect(waha.requests.map(({ connection }) => connection)).toEqual([1, 1]);
      expect((await failing(client)).mayBeDone).toBe(true);
    });

    it("it may where the answer broke off or had no end", async () => {
      waha.answer = () => ({ status: 201, text: '{"key":', then: "reset" });
      expect((await failing(aClient())).mayBeDone).toBe(true);
      waha.answer = () => ({ status: 201, text: "x".repeat(1_048_577) });
      expect((await failing(aClient())).mayBeDone).toBe(true);
    });

    it("it may where no answer came in time, or while its caller waited", async () => {
      waha.answer = () => "hang";
      const clock = new ManualClock();
      let arrival = waha.nextRequest();
      const late = failing(aClient({ clock }));
      await arrival;
      clock.advance(30_000);
      expect(await late).toMatchObject({ code: "waha_timeout", mayBeDone: true });
      const controller = new AbortController();
      arrival = waha.nextRequest();
      const givenUp = failing(aClient(), controller.signal);
      await arrival;
      controller.abort();
      expect(await givenUp).toMatchObject({ code: "waha_aborted", mayBeDone: true });
    });

    it.each([
      [302, false],
      [400, false],
      [401, false],
      [404, false],
      [408, true],
      [413, false],
      [422, false],
      [429, false],
      [500, true],
      [501, false],
      [502, true],
      [504, true],
    ])("answered %i: %s", async (status, mayBeDone) => {
      waha.answer = () => ({ status });
      expect((await failing(aClient())).mayBeDone).toBe(mayBeDone);
    });
  });

  it("and leaves no timer behind", async () => {
    const clock = new ManualClock();
    waha.answer = () => ({ status: 500 });
    await faultOf(aClient({ clock: clock satisfies Clock }).ping());
    expect(clock.waiting).toBe(0);
  });
});
