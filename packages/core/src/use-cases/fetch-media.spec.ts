import { StorageUnavailableError } from "../domain/errors.js";
import type { Mapping } from "../domain/mapping.js";
import { MEDIA_FETCHED_WITHIN_MS } from "../domain/media.js";
import { ExponentialRetryPolicy } from "../domain/retry-policy.js";
import type { InboundChange, TenantEvent } from "../domain/tenant-event.js";
import type { MediaFetch } from "../ports/media-source.js";
import type { DispatchResult, DueDelivery } from "../ports/tenant-dispatcher.js";
import {
  aContact,
  aDelivery,
  aGeneration,
  aMapping,
  aMediaMessage,
  aMessage,
  aTenant,
  aTenantId,
} from "../testing/builders.js";
import { eventually } from "../testing/eventually.js";
import { InMemoryMediaStore } from "../testing/in-memory-media-store.js";
import { InMemoryStorage } from "../testing/in-memory-storage.js";
import { InMemoryTenantDirectory } from "../testing/in-memory-tenant-directory.js";
import { RecordingLogger } from "../testing/loggers.js";
import { ManualClock } from "../testing/manual-clock.js";
import { ScriptedDispatcher } from "../testing/scripted-dispatcher.js";
import { aFetchedFile, bytesOf, ScriptedMediaSource } from "../testing/scripted-media-source.js";
import { DeliverDueMessages } from "./deliver-due-messages.js";
import { FetchMedia } from "./fetch-media.js";

const DOWN: DispatchResult = { kind: "unreachable", error: "connection refused" };
const REFUSED: DispatchResult = { kind: "refused", error: "HTTP 422" };
const NOT_THERE: MediaFetch = { kind: "unavailable", error: "connection refused" };
const FETCH_LIMITS = { concurrency: 8, perTenantConcurrency: 8, attemptTimeoutMs: 60_000 };

/** Both halves of the gateway behind the intake, on one clock. */
class House {
  readonly clock = new ManualClock();
  readonly logger = new RecordingLogger();
  readonly storage = new InMemoryStorage({ clock: this.clock });
  readonly tenants = new InMemoryTenantDirectory([aTenant({ id: 2 }), aTenant({ id: 3 })]);
  readonly dispatcher = new ScriptedDispatcher();
  readonly source = new ScriptedMediaSource();
  readonly workers: { start(): void; stop(graceMs: number): Promise<void> }[] = [];
  private readonly retryPolicy = new ExponentialRetryPolicy({
    ...{ firstDelayMs: 1_000, longestDelayMs: 600_000, random: () => 0 },
  });

  /** Starts what fetches, on what is stored. */
  fetching(store = this.storage.media): FetchMedia {
    const { clock, logger, retryPolicy, source, storage } = this;
    const { mediaJobs: jobs, mappings } = storage;
    return this.started(
      new FetchMedia({ jobs, source, store, mappings, clock, logger, retryPolicy, limits: FETCH_LIMITS }),
    );
  }

  delivering(): DeliverDueMessages {
    const { clock, logger, retryPolicy, storage, tenants, dispatcher } = this;
    const { deliveries: queue, mappings, replies, replyJournal, media } = storage;
    return this.started(
      new DeliverDueMessages({
        ...{ queue, mappings, tenants, dispatcher, replies, replyJournal, media, clock, logger, retryPolicy },
        settings: {
          ...{ concurrency: 100, perTenantConcurrency: 4, attemptTimeoutMs: 30_000 },
          maxAgeMs: 72 * 3_600_000,
        },
      }),
    );
  }

  async locked(tenantId = 2): Promise<Mapping> {
    const mapping = aMapping({ tenantId: aTenantId(tenantId) });
    await this.storage.mappings.lock(mapping, this.clock.nowMs());
    return mapping;
  }

  /** As the webhook does, once the contact is known. */
  async takesIn(message: Parameters<InMemoryStorage["intake"]["take"]>[0]["message"], id = message.identity) {
    await this.storage.intake.take({ message, deliveryId: `msg_${id}`, holdIfUnmapped: true });
  }

  async sendsFile({ contact }: Mapping, id: string): Promise<void> {
    await this.takesIn(aMediaMessage({ id }, { contact, sentAtMs: this.clock.nowMs(), text: `file ${id}` }));
  }

  async says({ contact }: Mapping, text: string): Promise<void> {
    await this.takesIn(aMessage({ contact, text, sentAtMs: this.clock.nowMs() }));
  }

  /** Texts brought to handlers so far, in that order. */
  get texts() {
    return this.dispatcher.texts;
  }

  /** What a handler was told of a file with the message of that text, the last time. */
  toldOf(text: string): DueDelivery["media"] {
    const { attempts } = this.dispatcher;
    const attempt = attempts.findLast(({ delivery }) => textIn(delivery.body) === text);
    return attempt?.delivery.media;
  }

  /** Lets the clock run until the condition holds. */
  async runUntil(condition: () => boolean | Promise<boolean>, stepMs = 500): Promise<void> {
    await eventually(async () => {
      if (await condition()) return true;
      this.clock.advance(stepMs);
      return false;
    });
  }

  async isAllDelivered(): Promise<boolean> {
    return (await this.storage.deliveries.counts()).pending === 0;
  }

  async stop(worker: { stop(graceMs: number): Promise<void> }): Promise<void> {
    this.workers.splice(this.workers.indexOf(worker as never), 1);
    const stopped = worker.stop(0);
    this.clock.advance(1);
    await stopped;
  }

  private started<Worker extends { start(): void; stop(graceMs: number): Promise<void> }>(
    worker: Worker,
  ): Worker {
    this.workers.push(worker);
    worker.start();
    return worker;
  }
}

function textIn(event: TenantEvent): string | undefined {
  return event.kind === undefined ? event.content.text : undefined;
}

/** A file that begins to come and then stands still. */
function stuckFile(): MediaFetch {
  return {
    kind: "fetched",
    content: (async function* () {
      yield bytesOf("begun");
      await new Promise(() => undefined);
    })(),
  };
}

describe("contacts' files", () => {
  let house: House;
  beforeEach(() => {
    house = new House();
  });
  afterEach(async () => {
    for (const worker of [...house.workers]) await house.stop(worker);
  });

  it("a file is there when its message is brought, with what the source says of it", async () => {
    house.source.answer = () => aFetchedFile("a house", "image/png");
    house.fetching();
    house.delivering();
    await house.sendsFile(await house.locked(), "1");
    await house.runUntil(() => house.isAllDelivered(), 50);
    expect(house.texts).toEqual(["file 1"]);
    expect(house.toldOf("file 1")).toEqual({ kind: "kept", sizeBytes: 7, mimetype: "image/png" });
    expect(house.source.asked).toEqual(["http://127.0.0.1:9/api/files/1"]);
    expect(await house.storage.media.open("1", aTenantId(2))).toBeDefined();
    expect(await house.storage.media.open("1", aTenantId(3))).toBeUndefined();
  });

  it("a file of a contact that is erased while it comes is not kept, one that it sends afterwards is", async () => {
    const { storage, source, clock } = house;
    let arrives: (() => void) | undefined;
    source.answer = async () => {
      await new Promise<void>((resolve) => (arrives = resolve));
      return aFetchedFile("a house");
    };
    house.fetching();
    const mapping = await house.locked();
    await house.sendsFile(mapping, "1");
    await eventually(() => arrives !== undefined);
    const erasure = await storage.mappings.beginErasure(mapping.contact);
    await storage.mediaJobs.erase({ contacts: erasure.names, untilMs: erasure.erasedAtMs });
    arrives!();
    clock.advance(2_000);
    source.answer = () => aFetchedFile("a garden");
    await storage.mappings.lock(aMapping({ contact: mapping.contact }), clock.nowMs());
    await house.sendsFile(mapping, "2");
    await house.runUntil(async () => (await storage.media.outcome("2")) !== undefined);
    await house.runUntil(async () => (await storage.media.ofContacts([mapping.contact])).length === 1);
    expect(await storage.media.outcome("1")).toBeUndefined();
  });

  it("a file that is gone: the tenant is told at once, without asking again", async () => {
    house.source.answer = () => ({ kind: "gone", error: "WAHA has no such file" });
    house.fetching();
    house.delivering();
    await house.sendsFile(await house.locked(), "1");
    await house.runUntil(() => house.isAllDelivered(), 50);
    expect(house.toldOf("file 1")).toEqual({ kind: "failed", error: "WAHA has no such file" });
    expect(house.source.asked).toHaveLength(1);
    expect(house.logger.messages("warn")).toHaveLength(1);
  });

  it("WAHA down and back within the lifetime of its files: the file is there", async () => {
    const backAtMs = house.clock.nowMs() + 170_000;
    const askedAtMs: number[] = [];
    house.source.answer = () => {
      askedAtMs.push(house.clock.nowMs());
      return house.clock.nowMs() < backAtMs ? NOT_THERE : aFetchedFile("saved");
    };
    house.fetching();
    house.delivering();
    await house.sendsFile(await house.locked(), "1");
    await house.runUntil(() => house.isAllDelivered());
    expect(house.toldOf("file 1")).toMatchObject({ kind: "kept", sizeBytes: 5 });
    const gapsMs = askedAtMs.slice(1).map((atMs, index) => atMs - askedAtMs[index]!);
    expect(Math.max(...gapsMs)).toBeLessThanOrEqual(5_500);
    expect(askedAtMs.at(-1)! - backAtMs).toBeLessThanOrEqual(5_500);
  });

  it("while many files can't be had, those that can are not kept waiting for them", async () => {
    house.source.answer = (url) => (url.endsWith("good") ? aFetchedFile("good") : NOT_THERE);
    const mappings = await Promise.all(Array.from({ length: 6 }, () => house.locked()));
    for (const [index, mapping] of mappings.entries()) await house.sendsFile(mapping, `bad ${index}`);
    house.fetching();
    await house.runUntil(() => house.source.asked.length >= 12);
    const atMs = house.clock.nowMs();
    await house.sendsFile(mappings[0]!, "good");
    await eventually(async () => (await house.storage.media.outcome("good")) !== undefined);
    expect(house.clock.nowMs()).toBe(atMs);
  });

  it("a slow file holds up its own contact's later texts and nobody else's", async () => {
    let finish!: (file: MediaFetch) => void;
    house.source.answer = (url) =>
      url.endsWith("slow") ? new Promise((resolve) => (finish = resolve)) : aFetchedFile("quick");
    house.fetching();
    house.delivering();
    const [slow, sameTenant, otherTenant] = [
      await house.locked(2),
      await house.locked(2),
      await house.locked(3),
    ];
    await house.sendsFile(slow, "slow");
    await house.says(slow, "behind it");
    await house.says(sameTenant, "of the same tenant");
    await house.sendsFile(sameTenant, "quick");
    await house.says(otherTenant, "of another");
    await house.runUntil(() => house.texts.length >= 3, 50);
    house.clock.advance(20_000);
    await house.says(sameTenant, "once more");
    await eventually(() => house.texts.length >= 4);
    expect([...house.texts].sort()).toEqual(["file quick", "of another", "of the same tenant", "once more"]);
    const { items } = await house.storage.deliveries.pending({ limit: 10 });
    expect(items.map(({ waitingFor }) => waitingFor)).toEqual(["media", undefined]);
    finish(aFetchedFile("at last"));
    await house.runUntil(() => house.isAllDelivered(), 50);
    expect(house.texts.slice(4)).toEqual(["file slow", "behind it"]);
    expect(house.toldOf("file slow")).toMatchObject({ kind: "kept", sizeBytes: 7 });
  });

  it("waiting for a file takes no slot from others of its tenant, and ages nothing", async () => {
    house.source.answer = (_url, signal) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve(NOT_THERE)));
    house.fetching();
    house.delivering();
    const waiting = await Promise.all(Array.from({ length: 20 }, () => house.locked()));
    for (const [index, mapping] of waiting.entries()) await house.sendsFile(mapping, `slow ${index}`);
    await house.says(await house.locked(), "hello");
    await eventually(() => house.texts.length === 1);
    expect(house.texts).toEqual(["hello"]);
    const { items } = await house.storage.deliveries.pending({ limit: 100 });
    expect(items.every(({ attempts }) => attempts === 0)).toBe(true);
    expect((await house.storage.deliveries.counts()).pausedTenants).toBe(0);
  });

  describe("a file is fetched at once", () => {
    const isFetched = async (id: string) => (await house.storage.media.outcome(id)) !== undefined;

    it("though its tenant is paused", async () => {
      house.dispatcher.answer = () => DOWN;
      house.delivering();
      const mapping = await house.locked();
      await house.says(mapping, "nobody hears");
      await eventually(async () => (await house.storage.deliveries.counts()).pausedTenants === 1);
      house.fetching();
      await house.sendsFile(await house.locked(), "1");
      await eventually(() => isFetched("1"));
    });

    it("though its tenant is held", async () => {
      house.tenants.put(aTenant({ id: 2, active: false }));
      house.delivering();
      await house.says(await house.locked(), "closed");
      await eventually(async () => (await house.storage.deliveries.heldTenants()).length === 1);
      house.fetching();
      await house.sendsFile(await house.locked(), "1");
      await eventually(() => isFetched("1"));
    });

    it("though its contact's line is blocked, by another file or by a message that is refused", async () => {
      house.dispatcher.answer = () => REFUSED;
      house.source.answer = (url) => (url.endsWith("stuck") ? stuckFile() : aFetchedFile("there"));
      house.delivering();
      house.fetching();
      const mapping = await house.locked();
      await house.says(mapping, "refused");
      await house.sendsFile(mapping, "stuck");
      await house.sendsFile(mapping, "1");
      await eventually(() => isFetched("1"));
      expect(await isFetched("stuck")).toBe(false);
    });

    it("though its contact's mapping was removed", async () => {
      const mapping = await house.locked();
      await house.sendsFile(mapping, "1");
      await house.storage.mappings.unlock(mapping.contact);
      await house.storage.deliveries.retire(mapping.generation, "mapping_changed");
      house.fetching();
      await eventually(() => isFetched("1"));
    });
  });

  it("a file that is too large: the tenant is told, and nothing of it is kept", async () => {
    const store = new InMemoryMediaStore({ clock: house.clock, maxFileBytes: 10 });
    Object.assign(house.storage, { media: store });
    house.source.answer = () => aFetchedFile("far too large");
    house.fetching(store);
    house.delivering();
    await house.sendsFile(await house.locked(), "1");
    await house.runUntil(() => house.isAllDelivered(), 50);
    expect(house.toldOf("file 1")).toEqual({ kind: "failed", error: "the file is larger than 10 bytes" });
    expect(house.source.asked).toHaveLength(1);
  });

  it.each([
    ["breaks off", () => Promise.reject(new Error("reset"))],
    ["stands still", () => new Promise<never>(() => undefined)],
  ])("a file that %s on its way is fetched again", async (_how, next) => {
    let asked = 0;
    house.source.answer = () => {
      asked += 1;
      if (asked > 1) return aFetchedFile("whole");
      const content = (async function* () {
        yield bytesOf("half");
        yield await next();
      })();
      return { kind: "fetched", content };
    };
    house.fetching();
    house.delivering();
    await house.sendsFile(await house.locked(), "1");
    await house.runUntil(() => house.isAllDelivered());
    expect(house.toldOf("file 1")).toMatchObject({ kind: "kept", sizeBytes: 5 });
  });

  it("a file for which there was no room is fetched again", async () => {
    const { media } = house.storage;
    const keep = media.keep.bind(media);
    let isFull = true;
    media.keep = async (file, content) => {
      if (!isFull) return keep(file, content);
      isFull = false;
      throw new StorageUnavailableError("no space left");
    };
    house.fetching();
    house.delivering();
    await house.sendsFile(await house.locked(), "1");
    await house.runUntil(() => house.isAllDelivered());
    expect(house.toldOf("file 1")).toMatchObject({ kind: "kept" });
  });

  it("that a file is gone is noted as soon as it can be", async () => {
    const { media } = house.storage;
    const fail = media.fail.bind(media);
    media.fail = () => {
      media.fail = fail;
      return Promise.reject(new StorageUnavailableError("no space left"));
    };
    house.source.answer = () => ({ kind: "gone", error: "WAHA has no such file" });
    house.fetching();
    house.delivering();
    const startMs = house.clock.nowMs();
    await house.sendsFile(await house.locked(), "1");
    await house.runUntil(() => house.isAllDelivered());
    expect(house.toldOf("file 1")).toEqual({ kind: "failed", error: "WAHA has no such file" });
    expect(house.clock.nowMs() - startMs).toBeLessThan(10_000);
  });

  it("a file that does not come in its time: the message goes without, and a later file changes nothing", async () => {
    house.source.answer = () => NOT_THERE;
    house.fetching();
    house.delivering();
    house.dispatcher.answer = () => (house.texts.length === 1 ? DOWN : { kind: "accepted", replies: [] });
    const startMs = house.clock.nowMs();
    const mapping = await house.locked();
    await house.sendsFile(mapping, "1");
    await house.says(mapping, "behind it");
    await house.runUntil(() => house.texts.length === 1, 5_000);
    const waitedMs = house.clock.nowMs() - startMs;
    expect(waitedMs).toBeGreaterThanOrEqual(MEDIA_FETCHED_WITHIN_MS);
    expect(waitedMs).toBeLessThanOrEqual(MEDIA_FETCHED_WITHIN_MS + 30_000);
    expect(house.toldOf("file 1")).toEqual({ kind: "failed", error: "connection refused" });
    house.source.answer = () => aFetchedFile("too late");
    await house.runUntil(() => house.isAllDelivered());
    expect(house.texts).toEqual(["file 1", "file 1", "behind it"]);
    expect(house.toldOf("file 1")).toEqual({ kind: "failed", error: "connection refused" });
  });

  it("a message goes without its file where nobody fetches, or notes why not", async () => {
    house.delivering();
    await house.sendsFile(await house.locked(), "1");
    const { media } = house.storage;
    const fail = media.fail.bind(media);
    media.fail = () => {
      media.fail = fail;
      return Promise.reject(new StorageUnavailableError("no space left"));
    };
    await house.runUntil(() => house.isAllDelivered(), 5_000);
    expect(house.toldOf("file 1")).toMatchObject({ kind: "failed" });
    expect(house.logger.lines.filter(({ fields }) => fields["event"] === "media.unnoted")).toHaveLength(1);
  });

  it("a gateway that was down for longer than a file's time still fetches it first", async () => {
    await house.sendsFile(await house.locked(), "1");
    house.clock.advance(2 * MEDIA_FETCHED_WITHIN_MS);
    house.delivering();
    await eventually(async () => {
      const { items } = await house.storage.deliveries.pending({ limit: 1 });
      return items[0]?.waitingFor === "media";
    });
    house.fetching();
    await house.runUntil(() => house.isAllDelivered());
    expect(house.toldOf("file 1")).toMatchObject({ kind: "kept" });
  });

  it("a stop in the middle of a file: the next start fetches it again", async () => {
    house.source.answer = () => stuckFile();
    const first = house.fetching();
    await house.sendsFile(await house.locked(), "1");
    await eventually(() => house.source.asked.length === 1);
    await house.stop(first);
    expect(await house.storage.media.outcome("1")).toBeUndefined();
    house.source.answer = () => aFetchedFile("whole");
    house.fetching();
    house.delivering();
    await house.runUntil(() => house.isAllDelivered());
    expect(house.source.asked).toHaveLength(2);
    expect(house.toldOf("file 1")).toMatchObject({ kind: "kept", sizeBytes: 5 });
  });

  it("a crash after the file was kept: it is not fetched again", async () => {
    await house.sendsFile(await house.locked(), "1");
    const { contact } = aMapping();
    await house.storage.media.keep({ id: "1", contact }, (async function* () {})());
    house.fetching();
    await eventually(async () => (await house.storage.mediaJobs.counts()).pending === 0);
    expect(house.source.asked).toEqual([]);
  });

  it("first words with a file: it is fetched when they have a tenant, and they come behind the link", async () => {
    house.fetching();
    house.delivering();
    const contact = aContact();
    const sentAtMs = house.clock.nowMs();
    await house.takesIn(aMediaMessage({ id: "early" }, { contact, sentAtMs, text: "look" }));
    expect(house.source.asked).toEqual([]);
    await house.storage.intake.take({
      message: aMessage({ contact, sentAtMs, text: "start_realty_2" }),
      deliveryId: "msg_link",
      holdIfUnmapped: false,
      proposal: { tenantId: aTenantId(2), generation: aGeneration(), lockedAtMs: sentAtMs },
    });
    await house.runUntil(() => house.isAllDelivered(), 50);
    expect(house.texts).toEqual(["start_realty_2", "look"]);
    expect(house.toldOf("look")).toMatchObject({ kind: "kept" });
  });

  it("a message given up and replayed to another holder takes its file along", async () => {
    house.fetching();
    house.delivering();
    house.dispatcher.answer = ({ tenantId }) =>
      tenantId === 2 ? REFUSED : { kind: "accepted", replies: [] };
    const mapping = await house.locked(2);
    await house.sendsFile(mapping, "1");
    await house.runUntil(async () => (await house.storage.deliveries.counts()).dead === 1);
    await house.storage.mappings.unlock(mapping.contact);
    house.clock.advance(2_000);
    const holder = { ...aMapping({ contact: mapping.contact, tenantId: aTenantId(3) }) };
    await house.storage.mappings.lock(holder, house.clock.nowMs());
    const [letter] = (await house.storage.deliveries.deadLetters({ limit: 1 })).items;
    await house.storage.deliveries.replay(letter!.id, holder);
    await house.runUntil(() => house.isAllDelivered());
    expect(house.toldOf("file 1")).toMatchObject({ kind: "kept" });
    expect(await house.storage.media.open("1", aTenantId(3))).toBeDefined();
    expect(await house.storage.media.open("1", aTenantId(2))).toBeUndefined();
  });

  it("a message replayed after its file was removed goes at once, without", async () => {
    house.fetching();
    house.delivering();
    house.dispatcher.answer = ({ replayed }) => (replayed ? { kind: "accepted", replies: [] } : REFUSED);
    const mapping = await house.locked(2);
    await house.sendsFile(mapping, "1");
    await house.runUntil(async () => (await house.storage.deliveries.counts()).dead === 1);
    house.clock.advance(8 * 24 * 3_600_000);
    await house.storage.media.prune(1);
    const [letter] = (await house.storage.deliveries.deadLetters({ limit: 1 })).items;
    await house.storage.deliveries.replay(letter!.id, mapping);
    await eventually(() => house.isAllDelivered());
    expect(house.toldOf("file 1")).toMatchObject({ kind: "failed" });
  });

  it("what is changed later stands behind its message, which waits for its file", async () => {
    let finish!: (file: MediaFetch) => void;
    house.source.answer = () => new Promise((resolve) => (finish = resolve));
    house.fetching();
    house.delivering();
    const mapping = await house.locked();
    await house.sendsFile(mapping, "1");
    const change = (kind: InboundChange["kind"]): InboundChange => ({
      ...{ kind, identity: `default/${kind}`, contact: mapping.contact, messageId: "3EB0" },
      ...{ sentAtMs: house.clock.nowMs(), text: kind },
    });
    for (const kind of ["edited", "reaction", "revoked"] as const) await house.takesIn(change(kind), kind);
    for (let second = 0; second < 30; second += 1) {
      house.clock.advance(1_000);
      await house.storage.deliveries.counts();
    }
    expect(house.dispatcher.attempts).toEqual([]);
    finish(aFetchedFile("there"));
    await house.runUntil(() => house.isAllDelivered());
    expect(house.dispatcher.attempts.map(({ delivery }) => delivery.body.kind ?? "message")).toEqual([
      ...["message", "edited", "reaction", "revoked"],
    ]);
  });

  it("a message whose source says that there is no file goes at once", async () => {
    house.delivering();
    const mapping = await house.locked();
    const { content, ...message } = aMessage({ contact: mapping.contact, text: "expired" });
    const body = { ...message, content: { ...content, media: { error: "expired" } } };
    await house.storage.deliveries.enqueue(aDelivery(mapping, { body }));
    await eventually(() => house.isAllDelivered());
    expect(house.toldOf("expired")).toBeUndefined();
    expect((await house.storage.mediaJobs.counts()).pending).toBe(0);
  });
});
