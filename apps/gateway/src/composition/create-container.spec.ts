import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { randomIds } from "@gateway-router/core";
import {
  aFetchedFile,
  aMediaMessage,
  aTenant,
  aTenantId,
  eventually,
  InMemoryStorage,
  InMemoryTenantDirectory,
  ManualClock,
  RecordingLogger,
  ScriptedDispatcher,
  ScriptedMediaSource,
} from "@gateway-router/core/testing";
import type { WahaClient } from "@gateway-router/waha";
import { parseSettings } from "../config/parse-settings.js";
import type { Gateway } from "../gateway.js";
import { createContainer, openGateway } from "./create-container.js";
import { tokens } from "./tokens.js";

const FIXTURES = fileURLToPath(new URL("../../../../packages/waha/fixtures/", import.meta.url));

interface Recorded {
  readonly body: Buffer;
  readonly headers: Record<string, string>;
}

/** A delivery of a real WAHA, byte for byte, by the start of its name. */
function recorded(start: string): Recorded {
  const name = readdirSync(FIXTURES).find((file) => file.startsWith(start) && file.endsWith(".body.json"))!;
  return {
    body: readFileSync(FIXTURES + name),
    headers: JSON.parse(readFileSync(FIXTURES + name.replace(".body.", ".headers."), "utf8")) as Record<
      string,
      string
    >,
  };
}

let gateways: Gateway[] = [];

afterEach(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop(0)));
  gateways = [];
});

/** A gateway whose adapters were replaced in the container, and nowhere else. */
async function start(settings: Record<string, string> = {}) {
  const config = parseSettings(
    {
      PORT: "0",
      WAHA_HMAC_KEY: "top-secret",
      ADMIN_API_KEY: "admin-key-of-a-test",
      TENANT_SIGNING_SECRET: "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
      DATA_DIR: "/nowhere",
      REPLY_PACING: "off",
      ...settings,
    },
    "/",
  );
  const clock = new ManualClock(Date.UTC(2026, 10, 23, 16, 46, 30));
  const logger = new RecordingLogger();
  const dispatcher = new ScriptedDispatcher();
  const inMemory = new InMemoryStorage({ clock });
  const mediaSource = new ScriptedMediaSource();
  const sent: { readonly chatId: string; readonly text: string }[] = [];
  const wahaClient = {
    ping: async () => undefined,
    version: async () => ({ version: "2026.7.1" }),
    chatsOverview: async () => [],
    phoneOfLid: async () => undefined,
    newMessageId: async () => undefined,
    session: async () => ({ status: "WORKING", me: { id: "971557357753@c.us" } }),
    sendText: async (text: { chatId: string; text: string }) => {
      sent.push(text);
      return {};
    },
    sendMedia: async () => ({}),
    close: async () => undefined,
  } as unknown as WahaClient;

  const container = createContainer(config, logger);
  container.rebind(tokens.clock).toConstantValue(clock);
  container.rebind(tokens.storage).toConstantValue(Object.assign(inMemory, { close: async () => undefined }));
  container
    .rebind(tokens.tenants)
    .toConstantValue(new InMemoryTenantDirectory([2, 55, 123].map((id) => aTenant({ id }))));
  container
    .rebind(tokens.dispatcher)
    .toConstantValue(Object.assign(dispatcher, { close: async () => undefined }));
  container.rebind(tokens.wahaClient).toConstantValue(wahaClient);
  container.rebind(tokens.mediaSource).toConstantValue(mediaSource);

  const gateway = await openGateway(container);
  gateways.push(gateway);
  const { url } = await gateway.start();
  const post = async ({ body, headers }: Recorded) => {
    const response = await fetch(`${url}/api/gateway/waha`, {
      method: "POST",
      body: new Uint8Array(body),
      headers,
    });
    return { status: response.status, body: await response.json() };
  };
  const replay = async (name: string) => (await post(recorded(name))).body;
  const mediaUrl = (id: string) => container.get(tokens.publicAddress).mediaUrl(id);
  return { url, post, replay, clock, logger, dispatcher, sent, inMemory, mediaSource, mediaUrl };
}

const ROUTED = (tenant_id: number, phone_number: string, is_new_session: boolean) => ({
  ...{ status: "routed", tenant_id, phone_number, is_new_session },
});

describe("the gateway on replaced adapters, with deliveries recorded from a real WAHA", () => {
  it("answers each of them as it should, in the order in which they came", async () => {
    const { replay } = await start();
    const ignored = (reason: string) => ({ status: "ignored", reason });
    const expected: [string, unknown][] = [
      ["0001", ignored("event")],
      ["0002", ignored("event")],
      ["0003", ignored("event")],
      ["0004", ROUTED(2, "971501234567", true)],
      ["0005", ROUTED(2, "971501234567", false)],
      ["0006", ROUTED(55, "971509876543", true)],
      ["0007", { status: "unmapped", phone_number: "971509999999" }],
      ["0008", ROUTED(2, "971501234567", false)],
      ["0009", ROUTED(123, "971507771234", true)],
      ["0010", ROUTED(2, "99112233445566@lid", true)],
      ["0011", ignored("group")],
      ["0012", ignored("broadcast")],
      ["0013", ignored("channel")],
      ["0014", ignored("own_message")],
      ["0015", { status: "duplicate", tenant_id: 2, phone_number: "971501234567" }],
      ["0016", ROUTED(2, "971501234567", false)],
      ["0017", ROUTED(2, "971501234567", false)],
      ["0018", ROUTED(2, "971501234567", false)],
      ["0019", ROUTED(2, "971509999999", true)],
      ["0020", ignored("own_message")],
      ["0021", ignored("event")],
    ];
    for (const [name, body] of expected) expect([name, await replay(name)]).toEqual([name, body]);
  });

  it("scenario 1, first contact: locks, routes, says so in one line, and brings the message to the tenant", async () => {
    const { replay, dispatcher, logger } = await start();
    expect(await replay("0004")).toEqual(ROUTED(2, "971501234567", true));
    await dispatcher.attempted(1);
    expect(dispatcher.attempts[0]).toMatchObject({
      tenant: { id: 2 },
      delivery: { contact: "971501234567", isFirst: true, body: { content: { text: "start_realty_2" } } },
    });
    const line = logger.messages("info").find((message) => message.includes("NEW SESSION"));
    for (const phrase of [
      "📨 Received message",
      "✅ Extracted tenant_id=2 from deep link",
      "🔒 Locked user 971501234567 to tenant 2",
      "🎯 NEW SESSION: User 971501234567 → Tenant 2",
      "🚀 Forwarding to tenant 2",
    ]) {
      expect(line).toContain(phrase);
    }
  });

  it("scenario 2, ongoing conversation: goes on to the same tenant, whatever link is sent", async () => {
    const { replay, dispatcher, logger } = await start();
    for (const name of ["0004", "0005", "0008"]) await replay(name);
    await eventually(() => dispatcher.attempts.length === 3);
    expect(dispatcher.attempts.map(({ tenant }) => tenant.id)).toEqual([2, 2, 2]);
    expect(
      logger.messages("info").some((message) => message.includes("📍 ROUTING: User 971501234567 → Tenant 2")),
    ).toBe(true);
  });

  it("scenario 3, unmapped: nobody gets the message and nothing is sent", async () => {
    const { replay, dispatcher, sent, inMemory } = await start();
    expect(await replay("0007")).toEqual({ status: "unmapped", phone_number: "971509999999" });
    expect(await inMemory.deliveries.counts()).toMatchObject({ pending: 0, dead: 0 });
    expect(dispatcher.attempts).toEqual([]);
    expect(sent).toEqual([]);
  });

  it("first words that overtook their link message end up behind it", async () => {
    const { replay, dispatcher } = await start();
    await replay("0007");
    await replay("0019");
    await eventually(() => dispatcher.attempts.length === 2);
    expect(dispatcher.texts).toEqual(["start_realty_2", "Hello"]);
  });

  describe("with UNMAPPED_REPLY", () => {
    const UNMAPPED_REPLY = "Please open your agent's link first.";

    it("tells an unmapped contact, 10 s later", async () => {
      const { replay, sent, clock } = await start({ UNMAPPED_REPLY });
      await replay("0007");
      clock.advance(9_999);
      expect(sent).toEqual([]);
      clock.advance(1);
      await eventually(() => sent.length === 1);
      expect(sent).toEqual([{ chatId: "971509999999@c.us", text: UNMAPPED_REPLY }]);
    });

    it("says nothing to a contact whose link message was only overtaken", async () => {
      const { replay, sent, clock, dispatcher } = await start({ UNMAPPED_REPLY });
      await replay("0007");
      await replay("0019");
      clock.advance(10_000);
      await eventually(() => dispatcher.attempts.length === 2);
      expect(dispatcher.texts).toEqual(["start_realty_2", "Hello"]);
      expect(sent).toEqual([]);
    });
  });

  it("a contact's file is fetched, and there for its tenant when its message is brought", async () => {
    const { dispatcher, inMemory, mediaSource, clock, mediaUrl, url } = await start();
    mediaSource.answer = () => aFetchedFile("a house");
    const lockedAtMs = clock.nowMs();
    await inMemory.intake.take({
      message: aMediaMessage({ id: "m_1" }, { sentAtMs: lockedAtMs }),
      ...{ deliveryId: "msg_1", holdIfUnmapped: false },
      proposal: { tenantId: aTenantId(2), generation: randomIds.generation(), lockedAtMs },
    });
    await eventually(() => {
      clock.advance(50);
      return dispatcher.attempts.length === 1;
    });
    expect(dispatcher.attempts[0]!.delivery).toMatchObject({ media: { kind: "kept", sizeBytes: 7 } });
    expect(await inMemory.media.open("m_1", aTenantId(2))).toBeDefined();
    expect(mediaUrl("m_1")).toBe(`${url}/api/tenant/media/m_1`);
  });

  it("a tenant's reply goes to the contact", async () => {
    const { replay, dispatcher, sent } = await start();
    dispatcher.answer = () => ({ kind: "accepted", replies: [{ kind: "text", text: "Welcome!" }] });
    await replay("0004");
    await eventually(() => sent.length === 1);
    expect(sent).toEqual([{ chatId: "971501234567@c.us", text: "Welcome!" }]);
  });

  it("with another DEEP_LINK_PREFIX the text is no link code: unmapped", async () => {
    const { replay, inMemory } = await start({ DEEP_LINK_PREFIX: "other_" });
    expect(await replay("0004")).toMatchObject({ status: "unmapped" });
    expect((await inMemory.mappings.stats()).contacts).toBe(0);
  });

  it("learns its number from WAHA, and the short link works", async () => {
    const { url, logger } = await start();
    await eventually(() => logger.lines.some((line) => line.fields["event"] === "number.learnt"));
    const { headers } = await fetch(`${url}/l/55`, { redirect: "manual" });
    expect(headers.get("location")).toBe("https://wa.me/971557357753?text=start_realty_55");
  });

  describe("refuses what is not WAHA's", () => {
    const { body, headers } = recorded("0004");

    it("signature missing: 401", async () => {
      const { post } = await start();
      const unsigned = { "Content-Type": headers["Content-Type"]! };
      expect(await post({ body, headers: unsigned })).toMatchObject({
        status: 401,
        body: { code: "unauthorized" },
      });
    });

    it("signature wrong: 401", async () => {
      const { post, inMemory } = await start();
      const changed = Buffer.from(body.toString("utf8").replace("start_realty_2", "start_realty_3"));
      expect(await post({ body: changed, headers })).toMatchObject({ status: 401 });
      expect((await inMemory.mappings.stats()).contacts).toBe(0);
    });

    it("signed with another key: 401", async () => {
      const { post } = await start({ WAHA_HMAC_KEY: "another" });
      expect(await post({ body, headers })).toMatchObject({ status: 401 });
    });
  });

  it("events of another session: ignored, session", async () => {
    const { replay } = await start({ WAHA_SESSION: "other" });
    expect(await replay("0004")).toEqual({ status: "ignored", reason: "session" });
  });

  it("a routed message's very webhook, sent again when nobody remembers it any more: stale, and nothing is queued", async () => {
    const { replay, clock, inMemory } = await start();
    expect(await replay("0004")).toMatchObject({ status: "routed" });
    expect(await replay("0004")).toMatchObject({ status: "duplicate" });
    const { pending } = await inMemory.deliveries.counts();
    clock.advance(7 * 24 * 3_600_000 + 1_000);
    expect(await replay("0004")).toEqual({ status: "ignored", reason: "stale" });
    expect((await inMemory.deliveries.counts()).pending).toBe(pending);
  });

  it("an event older than the duplicate memory: ignored, stale", async () => {
    const { replay, clock } = await start();
    clock.advance(7 * 24 * 3_600_000);
    expect(await replay("0004")).toEqual({ status: "ignored", reason: "stale" });
  });
});

describe("unsigned webhooks, with WAHA_HMAC_KEY not set", () => {
  const send = (post: (delivery: Recorded) => Promise<unknown>, body: unknown) =>
    post({
      body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
      headers: { "Content-Type": "application/json" },
    });
  /** As the original specification shows a webhook: no id, and a timestamp for people. */
  const literal = {
    event: "message",
    payload: { from: "971501234567@c.us", body: "start_realty_2", timestamp: "2026-11-23T16:46:00Z" },
  };

  it("the literal example of the specification, which has no id: routed, and a duplicate the second time", async () => {
    const { post } = await start({ WAHA_HMAC_KEY: "" });
    expect(await send(post, literal)).toEqual({ status: 200, body: ROUTED(2, "971501234567", true) });
    expect(await send(post, literal)).toMatchObject({
      status: 200,
      body: { status: "duplicate", tenant_id: 2 },
    });
  });

  it("a code of a tenant that does not exist: unknown_tenant, nothing is locked", async () => {
    const { post, inMemory } = await start({ WAHA_HMAC_KEY: "" });
    const unknown = { ...literal, payload: { ...literal.payload, body: "start_realty_999" } };
    expect(await send(post, unknown)).toEqual({
      status: 200,
      body: { status: "unknown_tenant", tenant_id: 999, phone_number: "971501234567" },
    });
    expect((await inMemory.mappings.stats()).contacts).toBe(0);
  });

  it.each([
    "{",
    "",
    "null",
    "[]",
    "42",
    '"text"',
    "{}",
    '{"event":"message"}',
    '{"event":"message","payload":{}}',
  ])("not JSON or not a WAHA event (%s): 400", async (body) => {
    const { post } = await start({ WAHA_HMAC_KEY: "" });
    expect(await send(post, body)).toMatchObject({ status: 400, body: { code: "malformed_webhook" } });
  });
});
