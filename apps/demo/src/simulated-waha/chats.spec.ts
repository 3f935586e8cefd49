import { ManualClock } from "@gateway-router/core/testing";
import { callWaha, type WahaAnswer } from "../testing/call-waha.js";
import type { MessagePayload } from "./message-payload.js";
import { SimulatedWaha } from "./simulated-waha.js";
import type { SimulatedWahaOptions } from "./simulated-waha-options.js";
import { QUICK_TIMINGS } from "./waha-timings.js";
import type { ContactMessage } from "./whatsapp/contact-message.js";

const ACCOUNT = { phone: "971557357753" };
const STORE = { noweb: { store: { enabled: true } } };
const START_SECONDS = 1_795_452_360;
const PHONE_CHAT = "971501234567@c.us";

describe("the chats of the store", () => {
  let clock: ManualClock;
  let waha: SimulatedWaha;
  beforeEach(async () => {
    clock = new ManualClock(START_SECONDS * 1000);
    await start();
  });
  afterEach(() => waha.stop());

  async function start(options: Partial<SimulatedWahaOptions> = {}, config: object = STORE): Promise<void> {
    waha = await SimulatedWaha.start({ apiKey: "key", timings: QUICK_TIMINGS, clock, ...options });
    await waha.pairAtOnce(ACCOUNT, config);
  }

  /** Another server on the same WhatsApp. */
  async function restart(options: Partial<SimulatedWahaOptions>, config?: object): Promise<void> {
    await waha.stop();
    await start({ whatsApp: waha.whatsApp, ...options }, config);
  }

  /** Messages that are sent one second after the other. */
  function send(...messages: ContactMessage[]): MessagePayload[] {
    return messages.map((message) => {
      const { payload } = waha.contactSends(message);
      clock.advance(1_000);
      return payload;
    });
  }

  const texts = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ from: "971501234567", text: `${index + 1}` }));

  const get = (path: string): Promise<WahaAnswer> => callWaha(waha, "GET", `/api/default/chats/${path}`);

  async function list(path: string): Promise<Record<string, unknown>[]> {
    const { status, body } = await get(path);
    expect(status).toBe(200);
    return body as unknown as Record<string, unknown>[];
  }

  const idsIn = async (path: string) => (await list(path)).map(({ id }) => id);
  const bodiesIn = async (path: string) => (await list(path)).map(({ body }) => body);

  it("gives one message by its id, its file there for a while again", async () => {
    const [payload] = send({
      from: "971501234567",
      text: "Look",
      file: { mimetype: "image/jpeg", bytes: Buffer.from("house") },
    });
    const { url } = payload!.media!;
    clock.advance(180_000);
    expect((await fetch(url!, { headers: { "X-Api-Key": "key" } })).status).toBe(404);
    const path = `${PHONE_CHAT}/messages/${encodeURIComponent(payload!.id)}`;
    expect(await get(`${path}?downloadMedia=false`)).toMatchObject({ status: 200, body: { media: null } });
    expect((await get(path)).body).toMatchObject({ id: payload!.id, media: { url } });
    expect((await fetch(url!, { headers: { "X-Api-Key": "key" } })).status).toBe(200);
    expect((await get(`${PHONE_CHAT}/messages/false_${PHONE_CHAT}_3EB0`)).status).toBe(404);
    expect((await get(`971509876543@c.us/messages/${encodeURIComponent(payload!.id)}`)).status).toBe(404);
  });

  describe.each(["overview", `${PHONE_CHAT}/messages?limit=10`, `${PHONE_CHAT}/messages/false_1`])(
    "%s",
    (path) => {
      it("needs the store", async () => {
        await restart({}, {});
        const { status, body } = await get(path);
        expect(status).toBe(400);
        expect(body["message"]).toContain("Enable NOWEB store");
      });

      it("waits 10 s for a session that is not working, then answers 422", async () => {
        await restart({ timings: {} });
        waha.failSession();
        const answer = get(path);
        while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
        clock.advance(9_999);
        expect(clock.waiting).toBe(1);
        clock.advance(1);
        expect(await answer).toMatchObject({
          status: 422,
          body: { status: "FAILED", expected: ["WORKING"] },
        });
      });

      it("is of no other session", async () => {
        expect((await callWaha(waha, "GET", `/api/other/chats/${path}`)).status).toBe(404);
      });
    },
  );

  describe("in the overview", () => {
    it("are as they came, the newest first, each with its last message", async () => {
      const [, , last] = send(
        { from: "971501234567", name: "Mohamed", text: "one" },
        { lid: "88@lid", from: "971507771234", text: "two" },
        { from: "971501234567", text: "three" },
      );
      const chats = await list("overview");
      expect(chats.map(({ id }) => id)).toEqual([PHONE_CHAT, "88@lid"]);
      expect(chats[0]).toEqual({
        id: PHONE_CHAT,
        name: "Mohamed",
        picture: null,
        lastMessage: last,
        _chat: { id: PHONE_CHAT, conversationTimestamp: START_SECONDS + 2 },
      });
    });

    it("have groups among them, but no stories, lists and channels, and none that is ignored", async () => {
      const from = "971501234567";
      const messages = [
        { from, text: "x", group: "1@g.us" },
        { from, text: "x", status: true },
        { from, text: "x", broadcast: "2@broadcast" },
        { channel: "3@newsletter", text: "x" },
      ];
      send(...messages);
      expect(await idsIn("overview")).toEqual(["1@g.us"]);
      await restart({}, { ...STORE, ignore: { groups: true } });
      expect(await idsIn("overview")).toEqual([]);
    });

    it("come 20 at a time, or as many as are asked for", async () => {
      send(...Array.from({ length: 25 }, (_, index) => ({ from: `97150000${1000 + index}`, text: "x" })));
      const all = await idsIn("overview?limit=100");
      expect(all).toHaveLength(25);
      expect(await idsIn("overview")).toEqual(all.slice(0, 20));
      expect(await idsIn("overview?limit=2&offset=24")).toEqual(all.slice(24));
      expect(await idsIn(`overview?ids=${String(all[3])}&ids=${String(all[1])}`)).toEqual([all[1], all[3]]);
      expect(await idsIn(`overview?ids=${String(all[3])}`)).toEqual([all[3]]);
    });

    it("merge a LID's with its phone number's, by themselves only in newer versions", async () => {
      const messages = [
        { from: "971507771234", text: "by number" },
        { lid: "88@lid", from: "971507771234", text: "by LID" },
        { lid: "99@lid", text: "hidden" },
      ];
      send(...messages);
      const apart = ["99@lid", "88@lid", "971507771234@c.us"];
      const merged = ["99@lid", "971507771234@c.us"];
      expect(await idsIn("overview")).toEqual(apart);
      expect(await idsIn("overview?merge=true")).toEqual(merged);
      await restart({ choosesIds: true });
      expect(await idsIn("overview")).toEqual(merged);
      expect(await idsIn("overview?merge=false")).toEqual(apart);
      const path = "971507771234@c.us/messages?limit=9";
      expect(await bodiesIn(path)).toEqual(["by LID", "by number"]);
      expect(await bodiesIn("88@lid/messages?limit=9")).toEqual(["by LID", "by number"]);
      expect(await bodiesIn(`${path}&merge=false`)).toEqual(["by number"]);
    });
  });

  describe("have messages", () => {
    it("in the form of webhooks, the newest first, of either side", async () => {
      const [first] = send({ from: "971501234567", name: "Mohamed", text: "Hello" });
      const fields = { session: "default", chatId: PHONE_CHAT, text: "Welcome!" };
      await callWaha(waha, "POST", "/api/sendText", fields);
      clock.advance(1_000);
      const [last] = send({ from: "971501234567", own: true, text: "typed" });
      const messages = await list(`${PHONE_CHAT}/messages`);
      expect(messages).toEqual([last, expect.objectContaining({ body: "Welcome!", fromMe: true }), first]);
      expect(await bodiesIn(`${PHONE_CHAT}/messages?filter.fromMe=true`)).toEqual(["typed", "Welcome!"]);
      expect(await bodiesIn(`${PHONE_CHAT}/messages?filter.fromMe=false`)).toEqual(["Hello"]);
      expect(await bodiesIn("971501234567/messages")).toHaveLength(3);
    });

    it("ten at a time, or as many as are asked for, in either order", async () => {
      send(...texts(12));
      const path = `${PHONE_CHAT}/messages`;
      expect(await bodiesIn(path)).toEqual(["12", "11", "10", "9", "8", "7", "6", "5", "4", "3"]);
      expect(await bodiesIn(`${path}?limit=2`)).toEqual(["12", "11"]);
      expect(await bodiesIn(`${path}?limit=2&offset=10`)).toEqual(["2", "1"]);
      expect(await bodiesIn(`${path}?limit=2&sortOrder=asc&sortBy=messageTimestamp`)).toEqual(["1", "2"]);
    });

    it("of a span of time, in seconds, both ends included", async () => {
      send(...texts(4));
      const path = `${PHONE_CHAT}/messages?limit=10`;
      const since = `filter.timestamp.gte=${START_SECONDS + 1}`;
      expect(await bodiesIn(`${path}&${since}`)).toEqual(["4", "3", "2"]);
      expect(await bodiesIn(`${path}&${since}&filter.timestamp.lte=${START_SECONDS + 2}`)).toEqual([
        "3",
        "2",
      ]);
    });

    it("as far as they have come", async () => {
      await callWaha(waha, "POST", "/api/sendText", { chatId: PHONE_CHAT, text: "Welcome!" });
      waha.acknowledge(await waha.nextSent(), 3);
      expect(await list(`${PHONE_CHAT}/messages`)).toMatchObject([{ ack: 3, ackName: "READ" }]);
      expect(await bodiesIn(`${PHONE_CHAT}/messages?filter.ack=READ`)).toEqual(["Welcome!"]);
      expect(await bodiesIn(`${PHONE_CHAT}/messages?filter.ack=DEVICE`)).toEqual([]);
    });

    it("each once, changed as it was changed, and not those revoked", async () => {
      send({ from: "971501234567", id: "A", text: "Helo" }, { from: "971501234567", id: "A", text: "Helo" });
      send({ from: "971501234567", id: "B", text: "Oops" });
      waha.contactEdits({ from: "971501234567", messageId: "A", text: "Hello" });
      waha.contactRevokes({ from: "971501234567", messageId: "B" });
      waha.contactReacts({ from: "971501234567", messageId: "A", text: "👍" });
      expect(await bodiesIn(`${PHONE_CHAT}/messages`)).toEqual(["Hello"]);
    });

    it("with files fetched anew, which live as long again, or without", async () => {
      const file = { mimetype: "image/jpeg", bytes: Buffer.from("jpeg") };
      const [payload] = send({ from: "971501234567", file });
      clock.advance(180_000);
      const getFile = () => fetch(payload!.media!.url!, { headers: { "X-Api-Key": "key" } });
      expect((await getFile()).status).toBe(404);
      const [without] = await list(`${PHONE_CHAT}/messages?downloadMedia=false`);
      expect(without).toEqual({ ...payload, media: null });
      expect(without).toHaveProperty("hasMedia", true);
      expect((await getFile()).status).toBe(404);
      expect(await list(`${PHONE_CHAT}/messages?downloadMedia=true`)).toEqual([payload]);
      await expect((await getFile()).text()).resolves.toBe("jpeg");
      clock.advance(180_000);
      expect((await getFile()).status).toBe(404);
    });

    it("one by one, its file fetched anew or left where it is", async () => {
      const file = { mimetype: "image/jpeg", bytes: Buffer.from("jpeg") };
      const [payload] = send({ from: "971501234567", file });
      clock.advance(180_000);
      const getFile = () => fetch(payload!.media!.url!, { headers: { "X-Api-Key": "key" } });
      const path = `${PHONE_CHAT}/messages/${payload!.id}`;
      expect((await get(`${path}?downloadMedia=false`)).body).toEqual({ ...payload, media: null });
      expect((await getFile()).status).toBe(404);
      expect((await get(`${path}?downloadMedia=true`)).body).toEqual(payload);
      expect((await getFile()).status).toBe(200);
      expect((await get(`${PHONE_CHAT}/messages/false_${PHONE_CHAT}_3EB0`)).status).toBe(404);
      expect((await get(`971500000000@c.us/messages/${payload!.id}`)).status).toBe(404);
      expect((await get(`${path}?downloadMedia=1`)).status).toBe(400);
    });

    it("none where nobody wrote", async () => {
      expect(await list(`${PHONE_CHAT}/messages?limit=5`)).toEqual([]);
    });

    it.each([
      "limit=x",
      "limit=",
      "filter.timestamp.gte=yesterday",
      "filter.fromMe=perhaps",
      "downloadMedia=1",
      "sortOrder=up",
      "sortBy=size",
      "filter.ack=5",
    ])("by no query that is wrong: %s", async (query) => {
      expect((await get(`${PHONE_CHAT}/messages?${query}`)).status).toBe(400);
    });
  });
});
