import { systemClock, type Reply, type ReplyContent, type SendResult } from "@gateway-router/core";
import { aContact, RecordingLogger } from "@gateway-router/core/testing";
import { ScriptedWahaServer, type WahaServerAnswer } from "./testing/scripted-waha-server.js";
import { WahaClient } from "./waha-client.js";
import { WahaReplySender } from "./waha-reply-sender.js";

const API_KEY = "very-secret-api-key";

let waha: ScriptedWahaServer;
let client: WahaClient;
let logger: RecordingLogger;
let sender: WahaReplySender;

beforeEach(async () => {
  waha = await ScriptedWahaServer.open();
  client = new WahaClient({ baseUrl: waha.url, apiKey: API_KEY, session: "default", clock: systemClock });
  logger = new RecordingLogger();
  sender = new WahaReplySender({ client, logger });
});

afterEach(async () => {
  await client.close();
  await waha.close();
});

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

  it("sends media by what they are", async () => {
    const content: ReplyContent = { kind: "media", url: "https://t.example/a.png", caption: "Look" };
    answer({ status: 201, json: { id: "true_971501234567@c.us_3EB0A2" } });
    expect(await send(aReply(content))).toEqual({ kind: "sent", messageId: "3EB0A2" });
    expect(waha.requests[0]).toMatchObject({
      path: "/api/sendImage",
      body: {
        session: "default",
        chatId: "971501234567@c.us",
        file: { url: "https://t.example/a.png", mimetype: "image/png", filename: "a.png" },
        caption: "Look",
      },
    });
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

  it.each([302, 401, 403, 404, 408, 429, 500, 502, 503])(
    "waits where it is WAHA's fault: %i",
    async (status) => {
      answer({ status });
      expect(await send()).toEqual({ kind: "unavailable", error: `WAHA answered ${status}` });
    },
  );

  it("waits where the session is not connected, as WAHA itself says", async () => {
    answer({
      status: 422,
      json: { error: "not as expected", status: "SCAN_QR_CODE", expected: ["WORKING"] },
    });
    expect(await send()).toEqual({ kind: "unavailable", error: "WAHA answered 422: not as expected" });
    expect(waha.requests).toHaveLength(1);
  });

  it.each<[string, string, "rejected" | "unavailable"]>([
    ["rejects", "WORKING", "rejected"],
    ["waits with", "STOPPED", "unavailable"],
    ["waits with", "OF_THE_FUTURE", "unavailable"],
  ])("%s what WAHA can't process while its session is %s", async (_, status, kind) => {
    answer({ status: 422, json: { message: "only in the Plus version" } }, status);
    expect(await send()).toEqual({ kind, error: "WAHA answered 422: only in the Plus version" });
    expect(waha.requests.map(({ path }) => path)).toEqual(["/api/sendText", "/api/sessions/default"]);
  });

  it("waits where the session's state can't be learnt", async () => {
    waha.answer = ({ method }) => (method === "POST" ? { status: 422 } : "reset");
    expect(await send()).toMatchObject({ kind: "unavailable" });
  });

  it("waits where WAHA is not there", async () => {
    answer("reset");
    expect(await send()).toMatchObject({ kind: "unavailable", error: expect.stringContaining("ECONNRESET") });
  });

  it("ends with its caller's patience", async () => {
    answer("hang");
    const controller = new AbortController();
    const arrival = waha.nextRequest();
    const sending = send(aReply(), controller.signal);
    await arrival;
    controller.abort();
    expect(await sending).toMatchObject({ kind: "unavailable" });
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
    const broken = new WahaReplySender({
      client: {
        sendText: () => Promise.reject(fault),
        sendMedia: () => Promise.reject(fault),
        session: () => Promise.reject(fault),
      },
      logger,
    });
    await expect(broken.send(aReply(), new AbortController().signal)).rejects.toBe(fault);
  });
});
