import {
  RouteInboundMessage,
  StorageUnavailableError,
  randomIds,
  type PhoneNumber,
} from "@gateway-router/core";
import {
  aContact,
  aDelivery,
  aGeneration,
  aMediaMessage,
  aMapping,
  aTenant,
  aTenantId,
  InMemoryAdminKeyStore,
  InMemoryStorage,
  InMemoryTenantRegistry,
  ManualClock,
  RecordingLogger,
} from "@gateway-router/core/testing";
import { WahaMessageSource } from "@gateway-router/waha";
import { SharedNumber } from "../../shared-number.js";
import type { HttpServices } from "../http-services.js";
import { EXAMPLE } from "../openapi/common.js";
import { inMemoryHttpServices } from "./in-memory-http-services.js";

const LINK_PREFIX = "start_realty_";
const DAY_MS = 86_400_000;
/** A tenant by the template alone. */
const BY_TEMPLATE = aTenantId(123);

export type ExampleWorld = Awaited<ReturnType<typeof exampleWorld>>;

/** The gateway in memory, with the people and things in it that the API's examples are about. */
export async function exampleWorld() {
  const clock = new ManualClock(Date.parse(EXAMPLE.earlier));
  const logger = new RecordingLogger();
  const storage = new InMemoryStorage({ clock });
  const registry = new InMemoryTenantRegistry({ clock });
  const adminKey = "admin-key-of-a-test";
  const directory = {
    find: async (id: number) =>
      id === BY_TEMPLATE ? aTenant({ id: BY_TEMPLATE }) : registry.find(aTenantId(id)),
  };
  const adminKeyStore = new InMemoryAdminKeyStore();
  const services = inMemoryHttpServices({
    ...{ clock, logger, storage, registry, directory, adminKey, adminKeyStore },
  });

  const reader = await services.manageAdminKeys.add({ actor: "first", name: EXAMPLE.keyName, role: "read" });
  if (reader.kind !== "added") throw new TypeError(`The key was not added: ${reader.kind}`);

  const tokens = new Map<number, string>();
  const put = async (id: number, change: { name?: string; url?: string; active?: boolean }) => {
    const made = await services.manageTenants.put({ actor: "first", id: aTenantId(id), change });
    if (made.kind === "created") tokens.set(id, made.credentials.token);
  };
  await put(55, { name: "Agent 55", url: "https://agent55.example/messages" });
  await put(9, { active: false });
  await put(8, {});
  await put(66, {});
  await services.manageTenants.remove(aTenantId(66), { actor: "first" });
  await put(EXAMPLE.tenantId, { name: "Agent 2", url: "https://agent2.example/messages" });

  const mapping = aMapping({
    contact: aContact(EXAMPLE.contact),
    tenantId: aTenantId(EXAMPLE.tenantId),
    generation: aGeneration(EXAMPLE.contactId),
    lockedAtMs: clock.nowMs(),
    campaign: EXAMPLE.campaign,
  });
  await storage.mappings.lock(mapping, clock.nowMs());
  const { contact, tenantId, generation } = mapping;
  await storage.audit.append({
    ...{ atMs: clock.nowMs(), actor: EXAMPLE.keyName, action: "contact.reassigned", subject: contact },
    details: { before: null, after: { tenant_id: tenantId }, reason: "The contact asked for it." },
  });
  const media = { id: EXAMPLE.mediaId, mimetype: "image/jpeg", filename: "house.jpg" };
  const message = aMediaMessage(media, { contact, sentAtMs: clock.nowMs() });
  const content = { ...message.content, id: EXAMPLE.messageId, text: "start_realty_2_flyer" };
  await storage.deliveries.enqueue(
    aDelivery(mapping, { id: EXAMPLE.deliveryId, body: { ...message, content } }),
  );

  clock.advance(Date.parse(EXAMPLE.time) - clock.nowMs());
  await storage.replyJournal.open({ id: EXAMPLE.replyId, contact, tenantId, generation });
  await storage.replies.enqueue({
    ...{ id: EXAMPLE.replyId, identity: EXAMPLE.replyId, contact, tenantId, generation },
    body: { kind: "text", text: "Your viewing is at 3." },
  });
  await storage.contested.note({
    ...{ contact, heldBy: tenantId, linkOf: aTenantId(EXAMPLE.otherTenantId), atMs: clock.nowMs() },
  });
  await storage.media.keep(
    { ...media, contact },
    (async function* () {
      yield Buffer.from("a picture");
    })(),
  );
  await storage.media.handTo(EXAMPLE.mediaId, tenantId);

  const number = new SharedNumber("971557357753" as PhoneNumber);
  number.learn({ status: "WORKING", atMs: Date.parse(EXAMPLE.earlier) });
  number.learnWebhook("in_place");
  number.noteMessage(Date.parse(EXAMPLE.time));

  const route = new RouteInboundMessage({
    ...{ intake: storage.intake, mappings: storage.mappings, queue: storage.deliveries },
    ...{ replies: storage.replies, tenants: directory, audit: storage.audit },
    ...{ linkPrefix: LINK_PREFIX, clock, ids: randomIds, logger },
  });
  const webhooks = async (hmacKey?: string) => {
    const source = new WahaMessageSource({
      ...{ session: "default", hmacKey, duplicateMemoryMs: 7 * DAY_MS, maxInFlight: 4, clock, logger },
    });
    const nothing = async () => {
      throw new Error("no example has that");
    };
    await source.start({
      onMessage: (message) => route.execute(message),
      onChange: nothing,
      onOwnMessage: nothing,
      onAcknowledgement: nothing,
      onSessionStatus: () => undefined,
    });
    return source;
  };
  return {
    ...{ clock, storage, registry, adminKey, adminKeyStore, tokens, mapping, webhooks },
    /** With the role `read`. */
    readKey: reader.key,
    services: {
      ...{ ...services, number, webhooks: await webhooks() },
      publicUrl: () => "https://gateway.example",
    } satisfies HttpServices as HttpServices,
    /** The delivery waits no more, but is a dead letter. */
    giveUp: async () => {
      const error = "HTTP 422: no such listing";
      const refused = { kind: "retry", cause: "refused", delayMs: 0, error } as const;
      for (const settlement of [refused, refused, { kind: "dead", reason: "refused", error } as const]) {
        const { claims } = await storage.deliveries.claimDue({ limit: 1, perTenantLimit: 1, leaseMs: 1_000 });
        await storage.deliveries.settle(claims[0]!, settlement);
      }
    },
  };
}

const WITH_STORAGE = [
  ...["mappings", "deliveries", "replies", "media", "tenants", "manageTenants", "sendReply"],
  ...["findReplyStatus", "audit", "explainMessage", "listContacts", "reassignContact", "removeMapping"],
  ...["replayDeadLetters", "webhooks", "contested", "listReplies", "exportContact", "eraseContact"],
  "manageAdminKeys",
  ...["overview", "readGrowth", "listDeliveries", "readTenantHealth"],
] as readonly (keyof HttpServices)[];

/** The services with a storage that does not answer. */
export function withoutStorage(services: HttpServices): HttpServices {
  const refuse = () => Promise.reject(new StorageUnavailableError("no storage"));
  const broken = new Proxy({}, { get: () => refuse });
  return { ...services, ...Object.fromEntries(WITH_STORAGE.map((name) => [name, broken])) };
}
