import type { ErasedBackups } from "../ports/backups.js";
import type { ContactId } from "../domain/contact-id.js";
import { ExponentialRetryPolicy } from "../domain/retry-policy.js";
import { InProcessSendBudget } from "../runtime/in-process-send-budget.js";
import { randomIds } from "../runtime/system-runtime.js";
import { aContact, aDelivery, aMediaMessage, aMessage, aTenant, aTenantId } from "../testing/builders.js";
import { eventually } from "../testing/eventually.js";
import { InMemoryStorage } from "../testing/in-memory-storage.js";
import { InMemoryTenantDirectory } from "../testing/in-memory-tenant-directory.js";
import { RecordingLogger } from "../testing/loggers.js";
import { ManualClock } from "../testing/manual-clock.js";
import { contentOf } from "../testing/scripted-media-source.js";
import { EraseContact } from "./erase-contact.js";
import { ExportContact } from "./export-contact.js";
import { RemoveMapping } from "./remove-mapping.js";
import { RouteInboundMessage } from "./route-inbound-message.js";
import { SendDueReplies } from "./send-due-replies.js";
import { SendReply } from "./send-reply.js";
import { TrackReplies } from "./track-replies.js";

const phone = aContact("971501234567");
const lid = aContact("88112233445566@lid");
const other = aContact("971509876543");

function partsOf(storage: InMemoryStorage) {
  const {
    intake,
    mappings,
    replies,
    mediaJobs,
    media,
    firstWords,
    unmappedMarks,
    optOuts,
    audit,
    contested,
  } = storage;
  return {
    intake,
    mappings,
    replies,
    mediaJobs,
    media,
    firstWords,
    unmappedMarks,
    optOuts,
    audit,
    contested,
  };
}

class House {
  readonly clock = new ManualClock();
  readonly logger = new RecordingLogger();
  readonly storage = new InMemoryStorage({ clock: this.clock });
  readonly backups = {
    asked: [] as (readonly ContactId[])[],
    answer: { changed: 3, unreadable: [] } as ErasedBackups,
    erase: async (names: readonly ContactId[]) => {
      this.backups.asked.push(names);
      return this.backups.answer;
    },
  };
  private readonly common = {
    ...partsOf(this.storage),
    ...{ queue: this.storage.deliveries, journal: this.storage.replyJournal },
    ...{ clock: this.clock, logger: this.logger, ids: randomIds, keys: this.storage.idempotencyKeys },
  };
  readonly route = new RouteInboundMessage({
    ...{ ...this.common, linkPrefix: "start_realty_", wishWords: { optOut: ["STOP"], optIn: ["START"] } },
    tenants: new InMemoryTenantDirectory([aTenant({ id: 2 }), aTenant({ id: 55 })]),
  });
  readonly reply = new SendReply(this.common);
  readonly remove = new RemoveMapping(this.common);
  readonly erase = new EraseContact({ ...this.common, backups: this.backups });
  readonly exported = new ExportContact(this.common);

  /** One contact with something of everything, known by two names, and another who must not be touched. */
  async filled(): Promise<this> {
    const { route, storage, clock, reply } = this;
    for (const contact of [phone, other]) {
      const said = (text: string) => aMessage({ contact, text, sentAtMs: clock.nowMs() });
      const otherName = contact === phone ? { otherName: lid } : {};
      await storage.unmappedMarks.mark(contact);
      await route.execute({ ...said("start_realty_55"), ...otherName });
      await this.remove.execute(contact, { actor: "first" });
      clock.advance(1_000);
      await route.execute(said("Hello"));
      await route.execute(said("start_realty_2"));
      await route.execute(said("start_realty_55"));
      await route.execute(said("STOP"));
      clock.advance(1_000);
      await route.execute(said("START"));
      await route.execute(aMediaMessage({ id: `file_${contact}` }, { contact, sentAtMs: clock.nowMs() }));
      await storage.media.keep({ id: `kept_${contact}`, contact }, contentOf("house"));
      const content = { kind: "text", text: "At ten." } as const;
      await reply.execute({ tenantId: aTenantId(2), contact, content });
      clock.advance(2_000);
      await route.execute(said("STOP"));
      clock.advance(1_000);
    }
    return this;
  }
}

/** How often the event loop turned while the work was done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const turn = (): void => {
    turns += 1;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isDone = true;
  return turns;
}

/** What is known of a contact where all is forgotten that may be: that it wants no replies. */
const ONLY_OPTED_OUT = {
  ...{ mapping: undefined, optedOut: true, deliveries: [], deadLetters: [], firstWords: [], replies: [] },
  ...{ deadReplies: [], replyRecords: [], media: [], contested: [], audit: [] },
};
const asking = { actor: "first" };

describe("ExportContact", () => {
  it("gathers all that is known of a contact by any of its names, and nothing of another, and enters that it was asked for", async () => {
    const { exported, storage } = await new House().filled();
    const told = (await exported.execute(lid, { actor: "anna" }))!;
    expect(told).toMatchObject({
      names: [phone, lid],
      mapping: { contact: phone, tenantId: 2 },
      optedOut: true,
      media: [{ id: `kept_${phone}`, outcome: { kind: "kept" } }],
      replyRecords: [{ contact: phone, state: "queued" }],
      contested: [{ contact: phone, heldBy: 2, linkOf: 55 }],
      audit: [{ action: "contact.unlocked", subject: phone }],
    });
    const [entry] = (await storage.audit.list({ limit: 1 })).items;
    expect(entry).toMatchObject({ actor: "anna", action: "contact.exported", subject: phone });
    expect(
      told.deliveries.map(({ body }) => (body.kind === undefined ? body.content.text : body.kind)),
    ).toEqual(expect.arrayContaining(["start_realty_2", "Hello", "STOP", "START"]) as unknown);
    expect(told.deadLetters).toMatchObject([{ reason: "mapping_changed", tenantId: 55 }]);
    expect(told.replies).toMatchObject([{ body: { text: "At ten." } }]);
    expect(JSON.stringify(told)).not.toContain(other);
  });

  it("lets others in between the pages of a long list, whose storage never waits", async () => {
    const { exported, storage } = await new House().filled();
    const others = (await storage.mappings.find(other))!;
    for (let number = 0; number < 1_000; number += 1) await storage.deliveries.enqueue(aDelivery(others));
    expect(await turnsDuring(() => exported.execute(phone, asking))).toBeGreaterThanOrEqual(5);
  });

  it("of whom nothing is known there is nothing to tell", async () => {
    const { exported } = await new House().filled();
    expect(await exported.execute(aContact(), asking)).toBeUndefined();
  });
});

describe("EraseContact", () => {
  it("leaves nothing of the contact by any of its names, and all of another", async () => {
    const house = await new House().filled();
    const { erase, exported, storage, backups } = house;
    const before = await exported.execute(other, asking);
    const erased = await erase.execute(lid, { actor: "second" });
    expect(erased).toMatchObject({
      ...{ previousTenantId: 2, replies: 1, replyRecords: 1, media: 1, backups: 3, unreadableBackups: [] },
      pseudonym: expect.stringMatching(/^erased\//) as unknown,
    });
    // Behind it nobody knows any more that both names were one's.
    for (const name of [phone, lid]) {
      // Asking twice: what the first left behind would be told the second time.
      await exported.execute(name, asking);
      expect(await exported.execute(name, asking)).toEqual({ names: [name], ...ONLY_OPTED_OUT });
    }
    expect(backups.asked).toEqual([[phone, lid]]);
    expect((await storage.mediaJobs.pending({ limit: 10 })).items.map(({ contact }) => contact)).toEqual([
      other,
    ]);
    expect((await storage.contested.list({ limit: 10 })).items.map(({ contact }) => contact)).toEqual([
      other,
    ]);
    expect(await storage.unmappedMarks.mark(phone)).toBe(true);
    const { audit, ...after } = (await exported.execute(other, asking))!;
    expect({ ...after, audit: audit.slice(1) }).toEqual(before);
    expect(audit[0]).toMatchObject({ action: "contact.exported", subject: other });
  });

  it("keeps the fact under a pseudonym, with what admins did, and the opt-out for each of the names", async () => {
    const { erase, storage } = await new House().filled();
    const { pseudonym } = await erase.execute(phone, { actor: "second" });
    const { items } = await storage.audit.list({ limit: 10, subjects: [pseudonym] });
    expect(items.map(({ action, actor }) => [action, actor])).toEqual([
      ["contact.erased", "second"],
      ["contact.unlocked", "first"],
    ]);
    expect(items[0]!.details).toMatchObject({ previous_tenant_id: 2, media: 1 });
    expect(JSON.stringify(items)).not.toContain(phone);
    expect(await storage.optOuts.isOptedOut(phone)).toBe(true);
    expect(await storage.optOuts.isOptedOut(lid)).toBe(true);
  });

  it("takes nothing in any more of what was sent before, and takes the contact anew by a link sent since", async () => {
    const { erase, route, storage, clock } = await new House().filled();
    const sentAtMs = clock.nowMs();
    clock.advance(5_000);
    await erase.execute(phone, { actor: "first" });
    for (const text of ["start_realty_2", "Hello"]) {
      const late = aMessage({ contact: phone, text, sentAtMs });
      expect((await route.execute(late)).kind).toBe("unmapped");
    }
    expect(await storage.firstWords.heldFor(phone)).toEqual([]);
    clock.advance(5_000);
    const fresh = aMessage({ contact: phone, text: "start_realty_55", sentAtMs: clock.nowMs() });
    expect(await route.execute(fresh)).toMatchObject({ kind: "routed", tenantId: 55, isNewSession: true });
  });

  it("lets others in while it looks through what was sent to everybody, whose storage never waits", async () => {
    const { erase, storage } = await new House().filled();
    const list = storage.replyJournal.list.bind(storage.replyJournal);
    let pages = 0;
    // Short pages, as where few are found among many.
    storage.replyJournal.list = async ({ limit, contacts = [] }) => {
      pages += 1;
      return pages > 5 ? list({ limit, contacts }) : { items: [], nextCursor: "the next" };
    };
    expect(await turnsDuring(() => erase.execute(phone, asking))).toBeGreaterThanOrEqual(5);
  });

  it("is completed by asking again where it was cut off at any step", async () => {
    const steps = [
      ["optOuts", "spread"],
      ["mediaJobs", "erase"],
      ["deliveries", "erase"],
      ["replies", "erase"],
      ["replyJournal", "remove"],
      ["media", "remove"],
      ["firstWords", "forget"],
      ["unmappedMarks", "forget"],
      ["contested", "forget"],
      ["audit", "pseudonymise"],
      ["audit", "append"],
      ["mappings", "endErasure"],
    ] as const;
    for (const [part, method] of steps) {
      const { erase, exported, storage } = await new House().filled();
      const methods = storage[part] as unknown as Record<string, unknown>;
      const works = methods[method];
      methods[method] = () => Promise.reject(new Error("cut off"));
      await expect(erase.execute(phone, { actor: "first" })).rejects.toThrow("cut off");
      methods[method] = works;
      await erase.execute(phone, { actor: "first" });
      for (const name of [phone, lid]) {
        const left = await exported.execute(name, asking);
        expect([part, method, left]).toEqual([part, method, { names: [name], ...ONLY_OPTED_OUT }]);
      }
      expect(await storage.optOuts.isOptedOut(lid)).toBe(true);
    }
  });

  it("says which backups somebody has to look at", async () => {
    const { erase, backups, logger } = await new House().filled();
    backups.answer = { changed: 1, unreadable: ["/data/backups/edited_20261125.json"] };
    const erased = await erase.execute(phone, { actor: "first" });
    expect(erased.unreadableBackups).toEqual(["/data/backups/edited_20261125.json"]);
    expect(logger.messages("warn").at(-1)).toContain("/data/backups/edited_20261125.json");
  });

  it("a reply that its handler was answering meanwhile is not sent, and nothing stays of it", async () => {
    const { erase, storage, clock, logger, exported } = await new House().filled();
    const mapping = (await storage.mappings.find(phone))!;
    await erase.execute(phone, { actor: "first" });
    const { tenantId, contact, generation } = mapping;
    const late = { id: "late", identity: "late", tenantId, contact, generation };
    clock.advance(1_000);
    await storage.replyJournal.open(late);
    await storage.replies.enqueue({ ...late, body: { kind: "text", text: "Dear Mohamed" } });
    const { mappings, optOuts, replies, deliveries, replyJournal: journal } = storage;
    const sent: unknown[] = [];
    const send = new SendDueReplies({
      ...{ mappings, optOuts, replies, deliveries, journal, clock, logger, audit: storage.audit },
      track: new TrackReplies({ journal, mappings, deliveries, clock, logger }),
      sender: {
        chooseMessageId: async () => undefined,
        send: async (reply) => {
          sent.push(reply);
          return { kind: "sent" };
        },
      },
      budget: new InProcessSendBudget({ clock, limits: { perMinute: 0, perMinutePerTenant: 0 } }),
      retryPolicy: new ExponentialRetryPolicy({ firstDelayMs: 1, longestDelayMs: 1, random: () => 0 }),
      limits: { concurrency: 2, perTenantConcurrency: 2, attemptTimeoutMs: 1_000 },
    });
    send.start();
    await eventually(async () => (await storage.replyJournal.find("late")) === undefined);
    await eventually(async () => (await exported.execute(phone, asking))!.replies.length === 0);
    expect(await exported.execute(phone, asking)).toEqual({ names: [phone], ...ONLY_OPTED_OUT });
    const stopped = send.stop(0);
    clock.advance(1);
    await stopped;
    expect(sent.filter((reply) => (reply as { id: string }).id === "late")).toEqual([]);
  });
});
