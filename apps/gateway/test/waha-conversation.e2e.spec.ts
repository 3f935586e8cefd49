import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually } from "@gateway-router/core/testing";
import { QUICK_TIMINGS, type SimulatedWahaOptions } from "@gateway-router/demo";
import { WAHA_KEY, WahaHouse } from "./support/waha-house.js";
import type { HandlerEvent } from "./support/tenant-handlers.js";

const MOHAMED = "+971501234567";
const PHONE = "971501234567";
const LID = "88112233445566@lid";
const TOKEN = "token-of-tenant-two";
const NEWEST: Partial<SimulatedWahaOptions> = { choosesIds: true };

let house: WahaHouse;

afterEach(() => house.leave(), 30_000);

/** The handler answers each message with its own text. */
const echo = ({ type, data }: HandlerEvent): object | undefined =>
  type === "message.received" ? { reply: `re: ${data.message?.text ?? ""}` } : undefined;

async function enter(waha: Partial<SimulatedWahaOptions> = {}): Promise<void> {
  house = await WahaHouse.enter({ waha });
  house.tenants.answer = echo;
  await mkdir(house.dataDir, { recursive: true });
  const tenants = [
    {
      id: 2,
      url: house.tenants.urlTemplate.replace("{tenant_id}", "2"),
      token_hash: createHash("sha256").update(TOKEN).digest("hex"),
    },
  ];
  await writeFile(join(house.dataDir, "tenants.json"), JSON.stringify(tenants));
  await house.open();
}

const texts = (): (string | undefined)[] => house.whatsApp.sent.map(({ text }) => text);
const asTenant = (path: string, init: RequestInit = {}) =>
  fetch(`${house.gateway.url}${path}`, {
    ...init,
    headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
  });

describe("one contact, two names", () => {
  it("stays with its tenant when the LID it was locked by turns out to be a phone", async () => {
    await enter();
    house.waha.contactSends({ lid: LID, text: "start_realty_2" });
    await eventually(() => house.tenants.taken.length === 1);
    house.waha.contactSends({ lid: LID, from: MOHAMED, text: "It is me" });
    house.waha.contactSends({ from: MOHAMED, text: "start_realty_55" });
    await eventually(() => house.tenants.taken.length === 3);
    expect(house.tenants.events.map(({ data }) => data.tenant_id)).toEqual([2, 2, 2]);
    expect(new Set(house.tenants.events.map(({ data }) => data.contact.id)).size).toBe(1);
    for (const name of [LID, PHONE]) {
      const { body } = await house.gateway.askAsAdmin(`/api/gateway/user/${name}/tenant`);
      expect(body).toEqual({ status: "found", phone_number: PHONE, tenant_id: 2 });
    }
    await eventually(() => house.whatsApp.sent.length === 3);
    expect(house.whatsApp.sent.at(-1)!.chatId).toBe(`${PHONE}@c.us`);
  }, 60_000);

  it("asks WAHA who is behind a LID, and routes all the same when WAHA does not say", async () => {
    await enter();
    house.waha.learnLid(LID, MOHAMED);
    house.waha.contactSends({ from: MOHAMED, text: "start_realty_2" });
    await eventually(() => house.tenants.taken.length === 1);
    house.waha.contactSends({ lid: LID, text: "Hello again" });
    await eventually(() => house.tenants.taken.length === 2);
    expect(house.tenants.textsOf(PHONE)).toEqual(["start_realty_2", "Hello again"]);
    house.waha.lidLookup = { status: 500 };
    house.waha.contactSends({ lid: "99112233445566@lid", text: "start_realty_2" });
    await eventually(() => house.tenants.taken.length === 3);
    expect(house.tenants.taken.at(-1)).toMatchObject({ phone: "99112233445566@lid", tenantId: 2 });
  }, 60_000);
});

describe("what a contact does later", () => {
  it("edits, revocations and reactions reach the tenant behind the message they concern", async () => {
    await enter();
    const { messageId } = house.waha.contactSends({ from: MOHAMED, text: "start_realty_2" });
    house.waha.contactEdits({ from: MOHAMED, messageId, text: "start_realty_2 please" });
    house.waha.contactReacts({ from: MOHAMED, messageId, text: "👍" });
    house.waha.contactRevokes({ from: MOHAMED, messageId });
    await eventually(() => house.tenants.events.length === 4, 30_000);
    expect(house.tenants.events[0]!.type).toBe("message.received");
    expect(house.tenants.events.map(({ type }) => type).sort()).toEqual([
      "message.edited",
      "message.reaction",
      "message.received",
      "message.revoked",
    ]);
    for (const { data } of house.tenants.events) expect(data.message!.id).toBe(messageId);
    const edited = house.tenants.events.find(({ type }) => type === "message.edited")!;
    expect(edited.data.message!.text).toBe("start_realty_2 please");
  }, 60_000);
});

describe("media", () => {
  it("reach the tenant as a url that only it can open, after WAHA's own copy is gone too", async () => {
    await enter();
    const bytes = Buffer.from("a picture of a house");
    house.waha.contactSends({ from: MOHAMED, text: "start_realty_2" });
    house.waha.contactSends({
      from: MOHAMED,
      text: "Look",
      file: { mimetype: "image/jpeg", filename: "house.jpg", bytes },
    });
    await eventually(() => house.tenants.taken.length === 2, 20_000);
    const { media } = house.tenants.events[1]!.data.message!;
    expect(media).toMatchObject({ mimetype: "image/jpeg", size: bytes.length });
    const path = new URL(String(media!["url"])).pathname;
    const file = await asTenant(path);
    expect(Buffer.from(await file.arrayBuffer()).toString()).toBe("a picture of a house");
    expect(file.headers.get("content-disposition")).toMatch(/^attachment/);
    expect(file.headers.get("x-content-type-options")).toBe("nosniff");
    expect((await fetch(`${house.gateway.url}${path}`)).status).toBe(401);
  }, 60_000);

  const PICTURE = { mimetype: "image/jpeg", bytes: Buffer.from("a picture of a house") };

  async function pictureOf(message: HandlerEvent["data"]["message"]): Promise<string> {
    const { media } = message!;
    expect(media).toMatchObject({ mimetype: PICTURE.mimetype, size: PICTURE.bytes.length });
    const file = await asTenant(new URL(String(media!["url"])).pathname);
    return Buffer.from(await file.arrayBuffer()).toString();
  }

  /** What a kill cut off right behind its taking comes again, so that its place does not tell a message. */
  async function look(): Promise<HandlerEvent["data"]["message"]> {
    const found = () => house.tenants.events.find(({ data }) => data.message?.text === "Look");
    await eventually(() => found() !== undefined, 40_000);
    return found()!.data.message;
  }

  it("that were missed come with their files when the gateway catches up", async () => {
    await enter();
    house.waha.contactSends({ from: MOHAMED, text: "start_realty_2" });
    await eventually(() => house.tenants.taken.length === 1, 20_000);
    await house.killGateway();
    // With it go the webhooks that wait for their retry.
    await house.killWaha();
    house.whatsApp.contactSends({ from: MOHAMED, text: "Look", file: PICTURE });
    await house.startWaha();
    await house.startGateway();
    const message = await look();
    expect(message).toMatchObject({ type: "image", text: "Look" });
    expect(await pictureOf(message)).toBe("a picture of a house");
  }, 120_000);

  it("are fetched anew where WAHA's copy is gone before the gateway hears of it", async () => {
    await enter({ timings: { ...QUICK_TIMINGS, fileLifetimeMs: 3_000 } });
    house.waha.contactSends({ from: MOHAMED, text: "start_realty_2" });
    await eventually(() => house.tenants.taken.length === 1, 20_000);
    await house.killGateway();
    const { payload } = house.waha.contactSends({ from: MOHAMED, text: "Look", file: PICTURE });
    const url = (payload as { readonly media: { readonly url: string } }).media.url;
    const statusOfFile = async (): Promise<number> =>
      (await fetch(url, { headers: { "X-Api-Key": WAHA_KEY } })).status;
    expect(await statusOfFile()).toBe(200);
    await eventually(async () => (await statusOfFile()) === 404, 20_000);
    await house.startGateway();
    expect(await pictureOf(await look())).toBe("a picture of a house");
  }, 120_000);

  it("that WAHA could not download come as a message that says so", async () => {
    await enter();
    house.waha.contactSends({ from: MOHAMED, text: "start_realty_2" });
    house.waha.contactSends({
      from: MOHAMED,
      file: { mimetype: "image/jpeg", bytes: Buffer.from("x"), failsToDownload: true },
    });
    await eventually(() => house.tenants.taken.length === 2, 20_000);
    const { media } = house.tenants.events[1]!.data.message!;
    expect(media!["error"]).toEqual(expect.any(String));
    expect(media!["url"]).toBeUndefined();
  }, 60_000);
});

describe("replies", () => {
  it("go out in order, and their way to the reader can be followed", async () => {
    await enter(NEWEST);
    house.waha.contactSends({ from: MOHAMED, text: "start_realty_2" });
    await eventually(() => house.whatsApp.sent.length === 1);
    const response = await asTenant("/api/tenant/messages", {
      method: "POST",
      body: JSON.stringify({ phone_number: MOHAMED, text: "Your viewing is at five" }),
    });
    expect(response.status).toBe(202);
    const { id } = (await response.json()) as { readonly id: string };
    const state = async (): Promise<unknown> =>
      ((await (await asTenant(`/api/tenant/messages/${id}`)).json()) as { readonly status: string }).status;
    await eventually(async () => (await state()) === "delivered", 20_000);
    house.waha.acknowledge(house.whatsApp.sent[1]!, 3);
    await eventually(async () => (await state()) === "read");
    house.waha.acknowledge(house.whatsApp.sent[1]!, 1);
    const strangers = await asTenant("/api/tenant/messages", {
      method: "POST",
      body: JSON.stringify({ phone_number: "+971509999999", text: "Hello" }),
    });
    expect(strangers.status).toBe(403);
    expect(await strangers.json()).toMatchObject({ code: "not_your_contact" });
    expect(await state()).toBe("read");
    expect(texts()).toEqual(["re: start_realty_2", "Your viewing is at five"]);
  }, 60_000);

  it("end with the contact's STOP and begin again with its START, also through a crash", async () => {
    await enter(NEWEST);
    const send = async () => {
      const body = JSON.stringify({ phone_number: MOHAMED, text: "Your viewing is at five" });
      const response = await asTenant("/api/tenant/messages", { method: "POST", body });
      return { status: response.status, code: ((await response.json()) as { readonly code?: string }).code };
    };
    house.waha.contactSends({ from: MOHAMED, text: "start_realty_2" });
    await eventually(() => house.whatsApp.sent.length === 1);
    house.waha.contactSends({ from: MOHAMED, text: "Stop" });
    // What the handler answered to it is told to be failed, behind it in the contact's line.
    await eventually(() => house.tenants.events.at(-1)?.type === "reply.failed", 20_000);
    const [stop, failed] = house.tenants.events.slice(-2);
    expect(stop!.data).toMatchObject({ opted_out: true, message: { text: "Stop" } });
    expect(failed!.data).toMatchObject({ reply: { reason: "opted_out" } });
    await house.killGateway();
    await house.startGateway();
    expect(await send()).toEqual({ status: 409, code: "opted_out" });
    house.waha.contactSends({ from: MOHAMED, text: "START" });
    await eventually(() => texts().includes("re: START"), 20_000);
    expect(await send()).toEqual({ status: 202, code: undefined });
    await eventually(() => texts().includes("Your viewing is at five"), 20_000);
    expect(texts()).toEqual(["re: start_realty_2", "re: START", "Your viewing is at five"]);
  }, 60_000);

  it.each([
    ["whose ids can be chosen", NEWEST],
    ["of an older version", {}],
  ])(
    "are not sent twice by a WAHA %s when the gateway is killed before the answer",
    async (_name, options) => {
      await enter(options);
      house.waha.contactSends({ from: MOHAMED, text: "start_realty_2" });
      await eventually(() => house.whatsApp.sent.length === 1);
      const held = house.waha.holdNextSend();
      house.waha.contactSends({ from: MOHAMED, text: "one" });
      await held.taken;
      await house.killGateway();
      held.cut();
      await house.startGateway();
      house.waha.contactSends({ from: MOHAMED, text: "two" });
      await eventually(() => texts().includes("re: two"), 60_000);
      expect(texts()).toEqual(["re: start_realty_2", "re: one", "re: two"]);
    },
    90_000,
  );

  it("wait while the session does not work, and none is lost", async () => {
    await enter();
    house.waha.contactSends({ from: MOHAMED, text: "start_realty_2" });
    await eventually(() => house.whatsApp.sent.length === 1);
    house.waha.failSession();
    for (const text of ["one", "two", "three"]) {
      await asTenant("/api/tenant/messages", {
        method: "POST",
        body: JSON.stringify({ phone_number: MOHAMED, text }),
      });
    }
    await fetch(`${house.waha.url}/api/sessions/default/restart`, {
      method: "POST",
      headers: { "X-Api-Key": "waha-key-of-a-test" },
    });
    await eventually(() => house.whatsApp.sent.length === 4, 60_000);
    expect(texts()).toEqual(["re: start_realty_2", "one", "two", "three"]);
  }, 90_000);
});

describe("a conversation through crashes", () => {
  const CONTACTS = ["971501000001", "971501000002", "971501000003"];

  /** Who is killed after that many rounds. */
  const CRASHES = [
    ["WAHA", (round: number) => round === 3, () => false],
    ["the gateway", () => false, (round: number) => round === 3],
    ["both", (round: number) => round === 3, (round: number) => round === 3],
    ["each in turn, twice", (round: number) => round === 2 || round === 6, (round: number) => round === 4],
  ] as const;

  it.each(CRASHES)(
    "is complete when %s is killed in the middle, and nothing is sent twice",
    async (_name, killsWaha, killsGateway) => {
      await enter(NEWEST);
      for (const from of CONTACTS) house.waha.contactSends({ from, text: "start_realty_2" });
      await eventually(() => house.whatsApp.sent.length === CONTACTS.length, 20_000);
      for (let round = 1; round <= 8; round += 1) {
        for (const from of CONTACTS) {
          const message = { from, text: `${round}` };
          if (house.isWahaWorking) house.waha.contactSends(message);
          else house.whatsApp.contactSends(message);
        }
        const down = { waha: killsWaha(round), gateway: killsGateway(round) };
        if (down.waha) await house.killWaha();
        if (down.gateway) await house.killGateway();
        if (down.waha) await house.startWaha();
        if (down.gateway) await house.startGateway();
      }
      const expected = ["start_realty_2", ...Array.from({ length: 8 }, (_, index) => `${index + 1}`)];
      const received = (phone: string) => new Set(house.tenants.textsOf(phone));
      await eventually(() => CONTACTS.every((phone) => received(phone).size === expected.length), 90_000);
      const sentTo = (phone: string) =>
        house.whatsApp.sent.filter(({ chatId }) => chatId === `${phone}@c.us`).map(({ text }) => text);
      await eventually(
        () => CONTACTS.every((phone) => new Set(sentTo(phone)).size === expected.length),
        90_000,
      );
      for (const phone of CONTACTS) {
        expect(sentTo(phone).sort()).toEqual(expected.map((text) => `re: ${text}`).sort());
      }
      const tenantsOf = new Set(house.tenants.taken.map(({ tenantId }) => tenantId));
      expect([...tenantsOf]).toEqual([2]);
    },
    240_000,
  );
});
