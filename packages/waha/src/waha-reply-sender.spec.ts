import {
  systemClock,
  type FetchedFile,
  type MediaFetcher,
  type Reply,
  type ReplyContent,
  type SendResult,
} from "@gateway-router/core";
import { aContact, eventually, ManualClock, RecordingLogger } from "@gateway-router/core/testing";
import { ScriptedWahaServer, type WahaServerAnswer } from "./testing/scripted-waha-server.js";
import { WahaClient } from "./waha-client.js";
import { WahaReplySender, type WahaReplySenderOptions } from "./waha-reply-sender.js";

const API_KEY = "very-secret-api-key";

let waha: ScriptedWahaServer;
let client: WahaClient;
let logger: RecordingLogger;
let sender: WahaReplySender;
let clock: ManualClock;
let fetcher: { readonly files: Map<string, FetchedFile>; readonly asked: string[] };

beforeEach(async () => {
  waha = await ScriptedWahaServer.open();
  client = new WahaClient({ baseUrl: waha.url, apiKey: API_KEY, session: "default", clock: systemClock });
  logger = new RecordingLogger();
  clock = new ManualClock();
  fetcher = { files: new Map(), asked: [] };
  sender = aSender();
});

afterEach(async () => {
  await client.close();
  await waha.close();
});

function aSender(overrides: Partial<WahaReplySenderOptions> = {}): WahaReplySender {
  const media: MediaFetcher = {
    fetch: async (url) => {
      fetcher.asked.push(url);
      return fetcher.files.get(url) ?? { kind: "refused", error: "no such file" };
    },
  };
  return new WahaReplySender({ client, media, clock, logger, ...overrides });
}

function aReply(content: ReplyContent = { kind: "text", text: "Welcome!" }, to = "971501234567"): Reply {
  return { id: "msg_1/0", contact: aContact(to), content };
}

function send(reply = aReply(), signal = new AbortController().signal): Promise<SendResult> {
  return sender.send(reply, signal);
}

/** Answers the sending so, and questions after the session by its status. */
function answer(sending: WahaServerAnswer, sessionStatus = "WORKING"): void {
  waha.answer = ({ method }) =>
    method === "POST" ? sending : { status: 200, json: { name: "default", status: sessionStatus } };
}

describe("WahaReplySender", () => {
  it("sends a text to the contact's number", async () => {
    answer({ status: 201, json: { key: { id: "3EB0A1" }, status: "PENDING" } });
    expect(await send()).toEqual({ kind: "sent", messageId: "3EB0A1" });
    expect(waha.requests).toHaveLength(1);
    expect(waha.requests[0]).toMatchObject({
      path: "/api/sendText",
      body: { session: "default", chatId: "971501234567@c.us", text: "Welcome!" },
    });
  });

  it("sends to the LID of a contact whose number is hidden", async () => {
    await send(aReply(undefined, "99112233445566@lid"));
    expect(waha.requests[0]!.body).toMatchObject({ chatId: "99112233445566@lid" });
  });

  it("sends media, fetched before, by what they are", async () => {
    const url = "https://t.example/a";
    fetcher.files.set(url, { kind: "fetched", bytes: new Uint8Array([1, 2, 3]), mimetype: "image/png" });
    answer({ status: 201, json: { id: "true_971501234567@c.us_3EB0A2" } });
    expect(await send(aReply({ kind: "media", url, caption: "Look" }))).toEqual({
      kind: "sent",
      messageId: "3EB0A2",
    });
    expect(waha.requests).toHaveLength(1);
    expect(waha.requests[0]).toMatchObject({
      path: "/api/sendImage",
      body: {
        session: "default",
        chatId: "971501234567@c.us",
        file: { data: "AQID", mimetype: "image/png", filename: "a" },
        caption: "Look",
      },
    });
    expect(JSON.stringify(waha.requests[0]!.body)).not.toContain("t.example");
  });

  it.each<[FetchedFile, SendResult]>([
    [
      { kind: "refused", error: "the address is not allowed" },
      { kind: "rejected", error: "the address is not allowed" },
    ],
    [
      { kind: "unavailable", error: "it answers 503" },
      { kind: "file_unavailable", error: "it answers 503" },
    ],
    [
      { kind: "doubtful", error: "host name not found" },
      { kind: "doubtful", error: "host name not found" },
    ],
  ])("asks nothing of WAHA where the file is %j", async (file, result) => {
    fetcher.files.set("https://t.example/a", file);
    const pacing = { typingMsPerCharacter: 1, shortestTypingMs: 1, longestTypingMs: 1, random: () => 0 };
    const paced = aSender({ pacing });
    const reply = aReply({ kind: "media", url: "https://t.example/a" });
    expect(await paced.send(reply, new AbortController().signal)).toEqual(result);
    expect(waha.requests).toEqual([]);
  });

  it("sends the message id that was chosen, and answers it though WAHA tells none", async () => {
    answer({ status: 201, text: "" });
    expect(await send({ ...aReply(), messageId: "3EB0A9" })).toEqual({ kind: "sent", messageId: "3EB0A9" });
    expect(waha.requests[0]!.body).toMatchObject({ id: "3EB0A9" });
  });

  it("counts a message whose id WAHA does not tell for sent", async () => {
    answer({ status: 201, text: "" });
    expect(await send()).toEqual({ kind: "sent" });
  });

  it.each([400, 413, 415, 501])("rejects what WAHA will never take: %i", async (status) => {
    answer({ status, json: { message: "no" } });
    expect(await send()).toEqual({ kind: "rejected", error: `WAHA answered ${status}: no` });
    expect(waha.requests).toHaveLength(1);
  });

  it.each([
    [302, false],
    [401, false],
    [403, false],
    [404, false],
    [408, true],
    [429, false],
    [500, true],
    [502, true],
    [503, true],
  ])("waits where it is WAHA's fault: %i, may be sent: %s", async (status, mayBeSent) => {
    answer({ status });
    expect(await send()).toEqual({ kind: "unavailable", error: `WAHA answered ${status}`, mayBeSent });
  });

  it("waits where the session is not connected, as WAHA itself says", async () => {
    answer({
      status: 422,
      json: { error: "not as expected", status: "SCAN_QR_CODE", expected: ["WORKING"] },
    });
    expect(await send()).toEqual({
      kind: "unavailable",
      error: "WAHA answered 422: not as expected",
      mayBeSent: false,
    });
    expect(waha.requests).toHaveLength(1);
  });

  it.each<[string, string, "rejected" | "unavailable"]>([
    ["rejects", "WORKING", "rejected"],
    ["waits with", "STOPPED", "unavailable"],
    ["waits with", "OF_THE_FUTURE", "unavailable"],
  ])("%s what WAHA can't process while its session is %s", async (_, status, kind) => {
    answer({ status: 422, json: { message: "only in the Plus version" } }, status);
    expect(await send()).toEqual({
      kind,
      error: "WAHA answered 422: only in the Plus version",
      ...(kind === "unavailable" ? { mayBeSent: false } : {}),
    });
    expect(waha.requests.map(({ path }) => path)).toEqual(["/api/sendText", "/api/sessions/default"]);
  });

  it("waits where the session's state can't be learnt", async () => {
    waha.answer = ({ method }) => (method === "POST" ? { status: 422 } : "reset");
    expect(await send()).toMatchObject({ kind: "unavailable" });
  });

  it("waits where WAHA is not there", async () => {
    answer("reset");
    expect(await send()).toMatchObject({
      kind: "unavailable",
      error: expect.stringContaining("ECONNRESET"),
      mayBeSent: true,
    });
    await waha.close();
    expect(await send()).toMatchObject({ kind: "unavailable", mayBeSent: false });
    waha = await ScriptedWahaServer.open();
  });

  it("ends with its caller's patience", async () => {
    answer("hang");
    const controller = new AbortController();
    const arrival = waha.nextRequest();
    const sending = send(aReply(), controller.signal);
    await arrival;
    controller.abort();
    expect(await sending).toMatchObject({ kind: "unavailable", mayBeSent: true });
  });

  it("says loudly that the API key is wrong: once, and again when it was right in between", async () => {
    const lines = () => logger.messages("error");
    answer({ status: 401 });
    await send();
    await send();
    expect(lines()).toEqual([
      "🔑 WAHA refuses the gateway's API key: no reply goes out until the right one is set (WAHA answered 401)",
    ]);
    answer({ status: 201 });
    await send();
    answer({ status: 401 });
    await send();
    expect(lines()).toHaveLength(2);
    expect(JSON.stringify(logger.lines)).not.toContain(API_KEY);
  });

  it("logs neither what a tenant wrote nor to whom where sending fails", async () => {
    for (const status of [400, 401, 422, 500]) {
      answer({ status });
      await send(aReply({ kind: "text", text: "private words" }));
    }
    expect(JSON.stringify(logger.lines)).not.toMatch(/private|971501234567/);
  });

  it("passes on a fault of its own house", async () => {
    const fault = new TypeError("not WAHA's");
    const fail = () => Promise.reject(fault);
    const broken = aSender({
      client: {
        sendText: fail,
        sendMedia: fail,
        session: fail,
        newMessageId: fail,
        sendSeen: fail,
        startTyping: fail,
        stopTyping: fail,
      },
    });
    await expect(
      broken.chooseMessageId({ kind: "text", text: "" }, new AbortController().signal),
    ).rejects.toBe(fault);
    await expect(broken.send(aReply(), new AbortController().signal)).rejects.toBe(fault);
  });
});

describe("WahaReplySender.chooseMessageId", () => {
  const choose = (content: ReplyContent = { kind: "text", text: "Hi" }) =>
    sender.chooseMessageId(content, new AbortController().signal);

  it("asks WAHA, each time anew", async () => {
    let made = 0;
    waha.answer = () => ({ status: 200, json: { id: `3EB0A${(made += 1)}` } });
    expect([await choose(), await choose()]).toEqual(["3EB0A1", "3EB0A2"]);
    expect(waha.log).toEqual(Array(2).fill("GET /api/default/new-message-id"));
  });

  it("has none for media, and asks nothing", async () => {
    expect(await choose({ kind: "media", url: "https://t.example/a" })).toBeUndefined();
    expect(waha.requests).toEqual([]);
  });

  it.each([404, 501])("remembers for a while that WAHA can't (%i)", async (status) => {
    waha.answer = () => ({ status });
    expect(await choose()).toBeUndefined();
    clock.advance(10 * 60_000 - 1);
    expect(await choose()).toBeUndefined();
    expect(waha.requests).toHaveLength(1);
    clock.advance(1);
    waha.answer = () => ({ status: 200, json: { id: "3EB0A1" } });
    expect(await choose()).toBe("3EB0A1");
  });

  it.each<[string, WahaServerAnswer]>([
    ["fails", { status: 500 }],
    ["is not connected", { status: 422, json: { status: "STOPPED", expected: ["WORKING"] } }],
    ["refuses the key", { status: 401 }],
    ["is not there", "reset"],
    ["tells no id", { status: 200, json: { id: 7 } }],
    ["tells what is no id", { status: 200, json: { id: "a b" } }],
  ])("has none where WAHA %s, and asks again the next time", async (_, failure) => {
    waha.answer = () => failure;
    expect(await choose()).toBeUndefined();
    waha.answer = () => ({ status: 200, json: { id: "3EB0A1" } });
    expect(await choose()).toBe("3EB0A1");
  });
});

describe("WahaReplySender with pacing", () => {
  const pacing = {
    typingMsPerCharacter: 50,
    shortestTypingMs: 800,
    longestTypingMs: 6_000,
    random: () => 0.5,
  };
  const SIGNS = ["POST /api/sendSeen", "POST /api/startTyping"];

  async function typing(): Promise<void> {
    await eventually(() => waha.log.includes("POST /api/startTyping") && clock.waiting === 1);
  }

  it.each<[string, number, () => number]>([
    ["a person takes for it", 1_000, () => 0.5],
    ["a slow person takes", 1_250, () => 0.999_999],
    ["a quick person takes, but for a moment at least", 800, () => 0],
  ])("sends when it has been typing for as long as %s: %i ms", async (_, typingMs, random) => {
    const sending = aSender({ pacing: { ...pacing, random } }).send(
      aReply({ kind: "text", text: "x".repeat(20) }),
      new AbortController().signal,
    );
    await typing();
    clock.advance(typingMs - 1);
    expect(waha.log).toEqual(SIGNS);
    clock.advance(1);
    expect(await sending).toMatchObject({ kind: "sent" });
    expect(waha.log).toEqual([...SIGNS, "POST /api/stopTyping", "POST /api/sendText"]);
    expect(waha.requests[0]!.body).toEqual({ session: "default", chatId: "971501234567@c.us" });
    expect(clock.waiting).toBe(0);
  });

  it("types no longer than is bearable", async () => {
    const sending = aSender({ pacing }).send(
      aReply({ kind: "text", text: "x".repeat(4_096) }),
      new AbortController().signal,
    );
    await typing();
    clock.advance(6_000);
    expect(await sending).toMatchObject({ kind: "sent" });
  });

  it.each(["sendSeen", "startTyping", "stopTyping"])("sends at once where %s fails", async (failing) => {
    waha.answer = ({ path }) => ({ status: path.endsWith(failing) ? 500 : 201 });
    const sending = aSender({ pacing }).send(aReply(), new AbortController().signal);
    if (failing === "stopTyping") {
      await typing();
      clock.advance(6_000);
    }
    expect(await sending).toMatchObject({ kind: "sent" });
    expect(waha.log.at(-1)).toBe("POST /api/sendText");
    expect(logger.lines).toEqual([]);
  });

  it("ends with its caller's patience, and nothing was sent", async () => {
    const controller = new AbortController();
    const sending = aSender({ pacing }).send(aReply(), controller.signal);
    await typing();
    controller.abort();
    expect(await sending).toMatchObject({ kind: "unavailable", mayBeSent: false });
    expect(waha.log).toEqual(SIGNS);
    expect(clock.waiting).toBe(0);
  });
});
