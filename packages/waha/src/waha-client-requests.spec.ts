import { aContact } from "@gateway-router/core/testing";
import { TEST_API_KEY, WahaUnderTest } from "./testing/waha-under-test.js";
import type { WahaClient } from "./waha-client.js";

let waha: WahaUnderTest;

beforeEach(async () => {
  waha = await WahaUnderTest.open();
});

afterEach(() => waha.close());

function answer(json: unknown, status = 200): void {
  waha.server.answer = () => ({ status, json });
}

const CODE = { unreadable: "waha_unreadable_answer", refused: "waha_refused", missing: "waha_not_found" };

describe("WahaClient asks", () => {
  type Ask = (client: WahaClient) => Promise<unknown>;

  it.each<[string, Ask, string, object | undefined]>([
    [
      "to make the session",
      (of) => of.createSession({ a: 1 }),
      "POST /api/sessions",
      { name: "a b", start: false, config: { a: 1 } },
    ],
    [
      "to configure it",
      (of) => of.putSessionConfig({ a: 1 }),
      "PUT /api/sessions/a%20b",
      { config: { a: 1 } },
    ],
    ["to start it", (of) => of.startSession(), "POST /api/sessions/a%20b/start", undefined],
    ["to stop it", (of) => of.stopSession(), "POST /api/sessions/a%20b/stop", undefined],
    ["to restart it", (of) => of.restartSession(), "POST /api/sessions/a%20b/restart", undefined],
    ["to log it out", (of) => of.logoutSession(), "POST /api/sessions/a%20b/logout", undefined],
    [
      "to show as seen",
      (of) => of.sendSeen("1@c.us"),
      "POST /api/sendSeen",
      { session: "a b", chatId: "1@c.us" },
    ],
    [
      "to show typing",
      (of) => of.startTyping("1@c.us"),
      "POST /api/startTyping",
      { session: "a b", chatId: "1@c.us" },
    ],
    [
      "to show no typing",
      (of) => of.stopTyping("1@c.us"),
      "POST /api/stopTyping",
      { session: "a b", chatId: "1@c.us" },
    ],
  ])("%s", async (_, ask, line, body) => {
    answer({}, 201);
    expect(await ask(waha.client({ session: "a b" }))).toBeUndefined();
    expect(waha.server.log).toEqual([line]);
    expect(waha.server.requests[0]!.body).toEqual(body);
    expect(waha.server.requests[0]!.headers).toMatchObject({ "x-api-key": TEST_API_KEY });
  });

  it.each<[string, Ask, string, unknown, unknown]>([
    [
      "its version",
      (of) => of.version(),
      "GET /api/version",
      { version: "2026.7.1", engine: "NOWEB", tier: null, browser: null },
      { version: "2026.7.1", engine: "NOWEB" },
    ],
    [
      "the QR code's text",
      (of) => of.qrValue(),
      "GET /api/a%20b/auth/qr?format=raw",
      { value: "2@abc" },
      "2@abc",
    ],
    [
      "the QR code's image",
      (of) => of.qrImage(),
      "GET /api/a%20b/auth/qr?format=image",
      { mimetype: "image/png", data: "AQID" },
      Buffer.from([1, 2, 3]),
    ],
    [
      "a pairing code",
      (of) => of.requestPairingCode("971557357753"),
      "POST /api/a%20b/auth/request-code",
      { code: "ABCD-1234" },
      "ABCD-1234",
    ],
    ["a message id", (of) => of.newMessageId(), "GET /api/a%20b/new-message-id", { id: "3EB0A1" }, "3EB0A1"],
    [
      "who a LID is",
      (of) => of.phoneOfLid(aContact("99@lid")),
      "GET /api/a%20b/lids/99%40lid",
      { lid: "99@lid", pn: "971501234567@c.us" },
      "971501234567",
    ],
    [
      "who an unknown LID is",
      (of) => of.phoneOfLid(aContact("99@lid")),
      "GET /api/a%20b/lids/99%40lid",
      { lid: "99@lid", pn: null },
      undefined,
    ],
    [
      "who a LID of a LID is",
      (of) => of.phoneOfLid(aContact("99@lid")),
      "GET /api/a%20b/lids/99%40lid",
      { lid: "99@lid", pn: "98@lid" },
      undefined,
    ],
    [
      "the chats",
      (of) => of.chatsOverview({ limit: 50, offset: 100 }),
      "GET /api/a%20b/chats/overview?limit=50&offset=100",
      [{ id: "1@c.us" }],
      [{ id: "1@c.us" }],
    ],
    [
      "a chat's messages",
      (of) => of.chatMessages({ chatId: "1@c.us", limit: 50, offset: 0, sinceSeconds: 1795452000 }),
      "GET /api/a%20b/chats/1%40c.us/messages?limit=50&offset=0&downloadMedia=false&filter.timestamp.gte=1795452000&sortBy=timestamp&sortOrder=asc",
      [],
      [],
    ],
    [
      "a message with its file",
      (of) => of.chatMessageWithFile("1@c.us", "false_1@c.us_A/B"),
      "GET /api/a%20b/chats/1%40c.us/messages/false_1%40c.us_A%2FB?downloadMedia=true",
      { id: "x" },
      { id: "x" },
    ],
  ])("%s", async (_, ask, line, json, expected) => {
    answer(json);
    expect(await ask(waha.client({ session: "a b" }))).toEqual(expected);
    expect(waha.server.log).toEqual([line]);
  });

  it.each<[string, Ask]>([
    ["version", (of) => of.version()],
    ["QR code", (of) => of.qrValue()],
    ["image of a QR code", (of) => of.qrImage()],
    ["pairing code", (of) => of.requestPairingCode("971557357753")],
    ["message id", (of) => of.newMessageId()],
    ["answer about a LID", (of) => of.phoneOfLid(aContact("99@lid"))],
    ["list of chats", (of) => of.chatsOverview({ limit: 1, offset: 0 })],
    ["list of messages", (of) => of.chatMessages({ chatId: "1@c.us", limit: 1, offset: 0, sinceSeconds: 0 })],
  ])("and takes nothing else for a %s", async (_, ask) => {
    for (const text of ["<html>", "", '"x"', "7", "null"]) {
      waha.server.answer = () => ({ status: 200, text });
      await expect(ask(waha.client())).rejects.toMatchObject({ code: CODE.unreadable });
    }
  });

  it("for a message id in vain where WAHA has none", async () => {
    for (const status of [404, 501]) {
      answer({}, status);
      expect(await waha.client().newMessageId()).toBeUndefined();
    }
    answer({}, 422);
    await expect(waha.client().newMessageId()).rejects.toMatchObject({ code: "waha_unprocessable" });
  });

  it("for who a LID is in vain where the store is off", async () => {
    answer({ message: "Enable NOWEB store" }, 400);
    await expect(waha.client().phoneOfLid(aContact("99@lid"))).rejects.toMatchObject({
      code: CODE.refused,
      message: "WAHA answered 400: Enable NOWEB store",
    });
  });

  it("for lists of many megabytes", async () => {
    answer([{ preview: "x".repeat(8_000_000) }]);
    expect(await waha.client().chatsOverview({ limit: 1, offset: 0 })).toHaveLength(1);
  });

  it("for a session with its configuration", async () => {
    answer({ status: "WORKING", config: { webhooks: [] } });
    expect(await waha.client().session()).toEqual({ status: "WORKING", config: { webhooks: [] } });
    answer({ status: "WORKING", config: null });
    expect(await waha.client().session()).toEqual({ status: "WORKING" });
  });
});
