import { ExponentialRetryPolicy } from "../domain/retry-policy.js";
import type { Mapping } from "../domain/mapping.js";
import type { TraceContext } from "../domain/trace-context.js";
import type { AuditEntry } from "../ports/audit-log.js";
import type { OwnMessage } from "../ports/message-source.js";
import type { Reply, ReplySender, SendResult } from "../ports/reply-sender.js";
import { InProcessSendBudget, type SendLimits } from "../runtime/in-process-send-budget.js";
import { aMapping, aTenantId, aTraceContext } from "../testing/builders.js";
import { eventually } from "../testing/eventually.js";
import { InMemoryStorage } from "../testing/in-memory-storage.js";
import { RecordingLogger } from "../testing/loggers.js";
import { ManualClock } from "../testing/manual-clock.js";
import { RecordingTracer } from "../testing/recording-tracer.js";
import { FindReplyStatus } from "./find-reply-status.js";
import {
  DOUBTFUL_ATTEMPTS,
  FILE_WAITED_FOR_MS,
  LISTEN_FOR_OWN_MESSAGE_MS,
  SendDueReplies,
} from "./send-due-replies.js";
import { TrackReplies } from "./track-replies.js";

const HOUR_MS = 3_600_000;
const ATTEMPT_TIMEOUT_MS = 30_000;
const LEASE_MS = ATTEMPT_TIMEOUT_MS + 10_000;
const UNLIMITED: SendLimits = { perMinute: 0, perMinutePerTenant: 0 };
const DOWN: SendResult = { kind: "unavailable", error: "connection refused", mayBeSent: false };
const NO_FILE = { kind: "file_unavailable", error: "it answers 503" } as const;
const DOUBTFUL = { kind: "doubtful", error: "host name not found" } as const;
const CUT_OFF: SendResult = { kind: "unavailable", error: "no answer in time", mayBeSent: true };

class ScriptedSender implements ReplySender {
  readonly attempts: (Reply & { readonly atMs: number })[] = [];
  /** What `chooseMessageId` answers, one after the other. */
  readonly ids: string[] = [];
  answer: (reply: Reply) => SendResult | Promise<SendResult> = () => ({ kind: "sent" });

  constructor(private readonly clock: ManualClock) {}

  async chooseMessageId(): Promise<string | undefined> {
    return this.ids.shift();
  }

  async send(reply: Reply): Promise<SendResult> {
    this.attempts.push({ ...reply, atMs: this.clock.nowMs() });
    return this.answer(reply);
  }

  get attemptedIds(): string[] {
    return this.attempts.map(({ id }) => id);
  }
}

class House {
  readonly clock = new ManualClock();
  readonly storage = new InMemoryStorage({ clock: this.clock });
  readonly logger = new RecordingLogger();
  readonly tracer = new RecordingTracer();
  readonly sender = new ScriptedSender(this.clock);
  readonly audited: AuditEntry[] = [];
  readonly track = new TrackReplies({
    journal: this.storage.replyJournal,
    mappings: this.storage.mappings,
    deliveries: this.storage.deliveries,
    clock: this.clock,
    logger: this.logger,
  });
  readonly status = new FindReplyStatus({
    journal: this.storage.replyJournal,
    replies: this.storage.replies,
  });
  send: SendDueReplies;

  constructor(private readonly limits: SendLimits = UNLIMITED) {
    this.send = this.sending();
    this.send.start();
  }

  private sending(): SendDueReplies {
    const { clock, storage, logger, tracer, sender, track, audited } = this;
    return new SendDueReplies({
      replies: storage.replies,
      journal: storage.replyJournal,
      mappings: storage.mappings,
      optOuts: storage.optOuts,
      sender,
      budget: new InProcessSendBudget({ clock, limits: this.limits }),
      track,
      deliveries: storage.deliveries,
      audit: { append: async (entry) => void audited.push(entry) },
      clock,
      logger,
      tracer,
      retryPolicy: new ExponentialRetryPolicy({
        firstDelayMs: 1_000,
        longestDelayMs: 60_000,
        random: () => 0,
      }),
      limits: { concurrency: 10, perTenantConcurrency: 2, attemptTimeoutMs: ATTEMPT_TIMEOUT_MS },
    });
  }

  async locked(tenantId = 2): Promise<Mapping> {
    const mapping = aMapping({ tenantId: aTenantId(tenantId) });
    await this.storage.mappings.lock(mapping, this.clock.nowMs());
    return mapping;
  }

  async reply(
    mapping: Mapping,
    id: string,
    text = `text of ${id}`,
    traced: { readonly trace?: TraceContext } = {},
  ): Promise<void> {
    const { tenantId, contact, generation } = mapping;
    const reply = { id, identity: id, tenantId, contact, generation };
    await this.storage.replyJournal.open(reply);
    await this.storage.replies.enqueue({ ...reply, body: { kind: "text", text }, ...traced });
  }

  /** As the source shows that reply once it has gone out. */
  own(mapping: Mapping, id: string, messageId = `3EB0${id}`): OwnMessage {
    return {
      ...{ messageId, contact: mapping.contact, sentAtMs: this.clock.nowMs(), byProgram: true },
      ...{ text: `text of ${id}`, hasMedia: false },
    };
  }

  async stateOf(id: string) {
    return (await this.storage.replyJournal.find(id))?.state;
  }

  async statusOf(id: string, tenantId = 2) {
    return (await this.status.execute({ tenantId: aTenantId(tenantId), id }))?.status;
  }

  async isSettled(): Promise<boolean> {
    return (await this.storage.replies.counts()).pending === 0;
  }

  async waiting() {
    return (await this.storage.replies.pending({ limit: 10 })).items;
  }

  async events() {
    return (await this.storage.deliveries.pending({ limit: 100 })).items.map(({ body }) => body);
  }

  /** Lets the clock run, a step at a time, until the condition holds. */
  async runUntil(condition: () => boolean | Promise<boolean>, stepMs = 1_000): Promise<void> {
    await eventually(async () => {
      if (await condition()) return true;
      this.clock.advance(stepMs);
      return false;
    });
  }

  /** The message goes out, and the process ends before it hears so; another one starts when the claim is void. */
  async crashInAttempt(whileSending: () => Promise<void> = async () => undefined): Promise<void> {
    const before = this.sender.attempts.length;
    this.sender.answer = async () => {
      await whileSending();
      throw new Error("the process ended");
    };
    await eventually(() => this.sender.attempts.length > before);
    await this.stop();
    this.sender.answer = () => ({ kind: "sent" });
    this.clock.advance(LEASE_MS + 60_000);
    this.send = this.sending();
    this.send.start();
  }

  async stop(): Promise<void> {
    const stopped = this.send.stop(0);
    this.clock.advance(1);
    await stopped;
  }
}

describe("SendDueReplies", () => {
  let house: House;
  let mapping: Mapping;

  const enter = async (limits?: SendLimits): Promise<void> => {
    house = new House(limits);
    mapping = await house.locked();
  };

  afterEach(() => house.stop());

  describe("sending", () => {
    beforeEach(() => enter());

    it("sends a contact's replies in their order, and notes that", async () => {
      house.sender.answer = ({ id }) => ({ kind: "sent", messageId: `3EB0${id}` });
      await house.reply(mapping, "m_0", "one");
      await house.reply(mapping, "m_1", "two");
      await eventually(() => house.isSettled());
      expect(house.sender.attempts).toMatchObject([
        { id: "m_0", contact: mapping.contact, content: { kind: "text", text: "one" } },
        { id: "m_1", contact: mapping.contact, content: { kind: "text", text: "two" } },
      ]);
      expect(await house.storage.replyJournal.find("m_1")).toMatchObject({
        state: "sent",
        messageId: "3EB0m_1",
      });
    });

    it("traces each attempt under what led to the reply, and what is told of a failure too", async () => {
      const [sent, failed] = [aTraceContext(), aTraceContext()];
      let answers = 0;
      house.sender.answer = ({ id }) => {
        if (id === "m_1") return { kind: "rejected", error: "too long" };
        return (answers += 1) === 1 ? DOWN : { kind: "sent" };
      };
      await house.reply(mapping, "m_0", "one", { trace: sent });
      await house.reply(mapping, "m_1", "two", { trace: failed });
      await house.runUntil(() => house.isSettled());
      const step = (id: string, more: object) => ({
        ...more,
        attributes: { "gateway.tenant_id": 2, "gateway.reply_id": id },
      });
      const attempt = (cause: TraceContext, result: string) => ({
        ...{ name: "reply attempt", cause, failed: result !== "sent" },
        attributes: { "gateway.result": result },
      });
      expect(house.tracer.steps).toMatchObject([
        step("m_0", { name: "reply wait", cause: sent }),
        attempt(sent, "unavailable"),
        attempt(sent, "sent"),
        step("m_1", { name: "reply wait", cause: failed }),
        attempt(failed, "rejected"),
      ]);
      const [told] = (await house.storage.deliveries.pending({ limit: 10 })).items;
      expect(told).toMatchObject({ body: { kind: "reply_failed", replyId: "m_1" }, trace: failed });
    });

    it("says in the journal that it sends before it does", async () => {
      let seen;
      house.sender.answer = async () => {
        seen = await house.storage.replyJournal.find("m_0");
        return { kind: "sent" };
      };
      await house.reply(mapping, "m_0");
      await eventually(() => house.isSettled());
      expect(seen).toMatchObject({ state: "sending", attempt: { startedAtMs: house.clock.nowMs() } });
    });

    it("tries again while the number is not connected, keeps the order, and is not sending meanwhile", async () => {
      house.sender.answer = () => DOWN;
      await house.reply(mapping, "m_0");
      await house.reply(mapping, "m_1");
      await eventually(async () => (await house.waiting())[0]?.attempts === 1);
      expect(await house.stateOf("m_0")).toBe("queued");
      house.sender.answer = () => ({ kind: "sent" });
      await house.runUntil(() => house.isSettled());
      expect(house.sender.attemptedIds).toEqual(["m_0", "m_0", "m_1"]);
    });

    it("gives up soon what most likely never can be sent, tells the tenant, and goes on with the next", async () => {
      house.sender.answer = ({ id }) => (id === "m_0" ? DOUBTFUL : { kind: "sent" });
      await house.reply(mapping, "m_0");
      await house.reply(mapping, "m_1");
      const begunAtMs = house.clock.nowMs();
      await house.runUntil(() => house.isSettled());
      expect(house.sender.attemptedIds).toEqual([...Array<string>(DOUBTFUL_ATTEMPTS).fill("m_0"), "m_1"]);
      expect(house.clock.nowMs() - begunAtMs).toBeLessThan(60_000);
      expect(await house.storage.replyJournal.find("m_0")).toMatchObject({
        ...{ state: "failed", reason: "refused", error: DOUBTFUL.error },
      });
      expect(await house.events()).toMatchObject([{ kind: "reply_failed", replyId: "m_0" }]);
    });

    it("a file whose host fails holds up its contact for half an hour, and no other contact of its tenant's", async () => {
      house.sender.answer = ({ id }) => (id.startsWith("file") ? NO_FILE : { kind: "sent" });
      await house.reply(mapping, "file_0");
      await house.reply(mapping, "m_0");
      // As many as would pause the tenant, were it the number that fails.
      await house.reply(await house.locked(), "file_1");
      await house.reply(await house.locked(), "file_2");
      const begunAtMs = house.clock.nowMs();
      await eventually(() => new Set(house.sender.attemptedIds).size === 3);
      await house.reply(await house.locked(), "m_1");
      await eventually(async () => (await house.stateOf("m_1")) === "sent");
      await house.runUntil(() => house.isSettled());
      expect(await house.storage.replyJournal.find("file_0")).toMatchObject({
        ...{ state: "failed", reason: "refused", error: NO_FILE.error },
      });
      expect(await house.stateOf("m_0")).toBe("sent");
      const tookMs = house.clock.nowMs() - begunAtMs;
      expect(tookMs).toBeGreaterThan(FILE_WAITED_FOR_MS);
      expect(tookMs).toBeLessThan(FILE_WAITED_FOR_MS + 2 * 60_000);
    });

    it("sends a reply whose file comes back meanwhile", async () => {
      house.sender.answer = () => NO_FILE;
      await house.reply(mapping, "file_0");
      await house.runUntil(() => house.sender.attempts.length > DOUBTFUL_ATTEMPTS);
      house.sender.answer = () => ({ kind: "sent" });
      await house.runUntil(() => house.isSettled());
      expect(await house.stateOf("file_0")).toBe("sent");
    });

    it("sends what was doubtful and came right", async () => {
      const answers: SendResult[] = [DOUBTFUL, DOUBTFUL];
      house.sender.answer = () => answers.shift() ?? { kind: "sent" };
      await house.reply(mapping, "m_0");
      await house.runUntil(() => house.isSettled());
      expect(await house.stateOf("m_0")).toBe("sent");
    });

    it("sends what no journal knows, as what waited before there was one", async () => {
      const { tenantId, contact, generation } = mapping;
      const body = { kind: "text", text: "old" } as const;
      await house.storage.replies.enqueue({
        id: "m_0",
        identity: "m_0",
        tenantId,
        contact,
        generation,
        body,
      });
      await eventually(() => house.isSettled());
      expect(await house.stateOf("m_0")).toBe("sent");
    });

    it("does not send what is known to be sent", async () => {
      await house.storage.replyJournal.beginAttempt({ ...mapping, id: "m_0" }, { fingerprint: "f" });
      await house.storage.replyJournal.markSent("m_0", "3EB0");
      await house.reply(mapping, "m_0");
      await eventually(() => house.isSettled());
      expect(house.sender.attempts).toEqual([]);
      expect((await house.storage.replies.counts()).dead).toBe(0);
    });
  });

  describe("a crash after the message went out and before the answer", () => {
    beforeEach(() => enter());

    it("with a chosen id: sends again at once, with the same id", async () => {
      house.sender.ids.push("CHOSEN_1", "CHOSEN_2");
      await house.reply(mapping, "m_0");
      await house.crashInAttempt();
      await eventually(() => house.isSettled());
      expect(house.sender.attempts.map(({ messageId }) => messageId)).toEqual(["CHOSEN_1", "CHOSEN_1"]);
      expect(await house.storage.replyJournal.find("m_0")).toMatchObject({
        state: "sent",
        messageId: "CHOSEN_1",
      });
    });

    it.each<[string, () => Promise<void>]>([
      ["seen", () => house.track.ownMessage(house.own(mapping, "m_0", "CHOSEN"))],
      ["acknowledged", () => house.track.acknowledge({ messageId: "CHOSEN", level: "delivered" })],
    ])("with a chosen id that was %s before the restart: sends no second time", async (_name, see) => {
      house.sender.ids.push("CHOSEN");
      await house.reply(mapping, "m_0");
      await house.crashInAttempt(see);
      await eventually(() => house.isSettled());
      expect(house.sender.attemptedIds).toEqual(["m_0"]);
    });

    it("without one, and its own message seen before the answer was due: sends no second time", async () => {
      await house.reply(mapping, "m_0");
      await house.crashInAttempt(() => house.track.ownMessage(house.own(mapping, "m_0")));
      await eventually(() => house.isSettled());
      expect(house.sender.attemptedIds).toEqual(["m_0"]);
      expect(await house.stateOf("m_0")).toBe("sent");
    });

    it("without one, and its own message seen after the restart: sends no second time, and goes on soon", async () => {
      await house.reply(mapping, "m_0");
      await house.reply(mapping, "m_1");
      await house.crashInAttempt();
      await eventually(async () => (await house.waiting())[0]?.waitingFor === "confirmation");
      const restartedAtMs = house.clock.nowMs();
      await house.track.ownMessage(house.own(mapping, "m_0"));
      await house.runUntil(() => house.isSettled());
      expect(house.sender.attemptedIds).toEqual(["m_0", "m_1"]);
      expect(house.sender.attempts[1]!.atMs - restartedAtMs).toBeLessThanOrEqual(6_000);
    });

    it("without one, and nothing seen: listens for half a minute from its start, then sends again", async () => {
      await house.reply(mapping, "m_0");
      await house.crashInAttempt();
      const restartedAtMs = house.clock.nowMs();
      await eventually(async () => (await house.waiting())[0]?.waitingFor === "confirmation");
      expect(await house.statusOf("m_0")).toBe("queued");
      await house.runUntil(() => house.isSettled());
      expect(house.sender.attemptedIds).toEqual(["m_0", "m_0"]);
      const waitedMs = house.sender.attempts[1]!.atMs - restartedAtMs;
      expect(waitedMs).toBeGreaterThanOrEqual(LISTEN_FOR_OWN_MESSAGE_MS);
      expect(waitedMs).toBeLessThan(LISTEN_FOR_OWN_MESSAGE_MS + 5_000);
    });

    it("is not deceived by what somebody typed on the phone", async () => {
      await house.reply(mapping, "m_0");
      await house.crashInAttempt();
      await house.track.ownMessage({ ...house.own(mapping, "m_0"), byProgram: false });
      await house.runUntil(() => house.isSettled());
      expect(house.sender.attemptedIds).toEqual(["m_0", "m_0"]);
    });
  });

  describe("an answer that does not come", () => {
    beforeEach(() => enter());

    it("while its own message does: is no failure", async () => {
      house.sender.answer = async () => {
        await house.track.ownMessage(house.own(mapping, "m_0"));
        return CUT_OFF;
      };
      await house.reply(mapping, "m_0");
      await eventually(() => house.isSettled());
      expect(house.sender.attemptedIds).toEqual(["m_0"]);
      expect(house.logger.messages("warn")).toEqual([]);
    });

    it("and an own message that comes later: not sent again", async () => {
      house.sender.answer = () => CUT_OFF;
      await house.reply(mapping, "m_0");
      await house.runUntil(async () => (await house.waiting())[0]?.waitingFor === "confirmation");
      await house.track.ownMessage(house.own(mapping, "m_0"));
      await house.runUntil(() => house.isSettled());
      expect(house.sender.attemptedIds).toEqual(["m_0"]);
    });

    it("and no own message: listens from the moment at which the attempt was cut off", async () => {
      let cutOffAtMs = 0;
      house.sender.answer = async () => {
        house.clock.advance(20_000);
        cutOffAtMs = house.clock.nowMs();
        return CUT_OFF;
      };
      await house.reply(mapping, "m_0");
      await eventually(() => house.sender.attempts.length === 1);
      house.sender.answer = () => ({ kind: "sent" });
      await house.runUntil(() => house.isSettled());
      expect(house.sender.attemptedIds).toEqual(["m_0", "m_0"]);
      expect(house.sender.attempts[1]!.atMs - cutOffAtMs).toBeGreaterThanOrEqual(LISTEN_FOR_OWN_MESSAGE_MS);
    });

    it("does not make an attempt forgotten that comes before one that sent nothing", async () => {
      house.sender.answer = () => CUT_OFF;
      await house.reply(mapping, "m_0");
      await eventually(() => house.sender.attempts.length === 1);
      house.sender.answer = () => DOWN;
      await house.runUntil(() => house.sender.attempts.length === 2);
      await eventually(async () => (await house.waiting())[0]?.attempts === 2);
      expect(await house.stateOf("m_0")).toBe("sending");
      await house.track.ownMessage(house.own(mapping, "m_0"));
      await house.runUntil(() => house.isSettled());
      expect(house.sender.attemptedIds).toEqual(["m_0", "m_0"]);
    });

    it("keeps a chosen id, also over an attempt that sent nothing", async () => {
      house.sender.ids.push("CHOSEN_1", "CHOSEN_2", "CHOSEN_3");
      const answers = [CUT_OFF, DOWN];
      house.sender.answer = () => answers.shift() ?? { kind: "sent" };
      await house.reply(mapping, "m_0");
      await house.runUntil(() => house.isSettled());
      expect(house.sender.attempts.map(({ messageId }) => messageId)).toEqual(Array(3).fill("CHOSEN_1"));
    });
  });

  describe("acknowledgements", () => {
    beforeEach(() => enter());

    it("that come before the answer count once it is there", async () => {
      house.sender.answer = async () => {
        await house.track.acknowledge({ messageId: "3EB0", level: "read" });
        await house.track.acknowledge({ messageId: "3EB0", level: "delivered" });
        return { kind: "sent", messageId: "3EB0" };
      };
      await house.reply(mapping, "m_0");
      await eventually(() => house.isSettled());
      expect(await house.statusOf("m_0")).toBe("read");
    });

    it("that come before an own message count once that is there, the answer being lost", async () => {
      await house.reply(mapping, "m_0");
      await house.crashInAttempt(() => house.track.acknowledge({ messageId: "3EB0m_0", level: "delivered" }));
      await house.track.acknowledge({ messageId: "3EB0m_0", level: "read" });
      await house.track.ownMessage(house.own(mapping, "m_0"));
      await house.runUntil(() => house.isSettled());
      expect(house.sender.attemptedIds).toEqual(["m_0"]);
      expect(await house.statusOf("m_0")).toBe("read");
    });
  });

  describe("giving up", () => {
    beforeEach(() => enter());

    it("what WhatsApp rejects: visible, and told to the tenant in the contact's line", async () => {
      house.sender.answer = () => ({ kind: "rejected", error: "HTTP 400" });
      await house.reply(mapping, "m_0");
      await eventually(() => house.isSettled());
      expect(await house.storage.replies.findDeadLetter("m_0")).toMatchObject({
        reason: "refused",
        lastError: "HTTP 400",
      });
      expect(await house.statusOf("m_0")).toBe("failed");
      const [event] = (await house.storage.deliveries.pending({ limit: 10 })).items;
      expect(event).toMatchObject({
        tenantId: mapping.tenantId,
        generation: mapping.generation,
        identity: "reply_failed/m_0",
        body: {
          ...{ kind: "reply_failed", identity: "reply_failed/m_0", replyId: "m_0" },
          ...{ contact: mapping.contact, reason: "refused", error: "HTTP 400" },
        },
      });
      expect(house.logger.messages("error")).toHaveLength(1);
    });

    it("what could not be sent for a day, WAHA being down for 25 hours: visible, told once, and the young go out", async () => {
      house.sender.answer = () => DOWN;
      await house.reply(mapping, "m_0");
      await house.reply(mapping, "m_1");
      await eventually(() => house.sender.attempts.length > 0);
      house.clock.advance(23 * HOUR_MS);
      const young = await house.locked();
      await house.reply(young, "m_2");
      house.clock.advance(2 * HOUR_MS);
      await house.runUntil(async () => (await house.storage.replies.counts()).dead === 2);
      house.sender.answer = () => ({ kind: "sent" });
      await house.runUntil(() => house.isSettled());
      const dead = (await house.storage.replies.deadLetters({ limit: 10 })).items;
      expect(dead.map(({ id, reason }) => [id, reason])).toEqual([
        ["m_0", "expired"],
        ["m_1", "expired"],
      ]);
      expect(await house.events()).toMatchObject([
        { replyId: "m_0", reason: "expired" },
        { replyId: "m_1", reason: "expired" },
      ]);
      expect([await house.statusOf("m_0"), await house.statusOf("m_2")]).toEqual(["failed", "sent"]);
    });

    it("a handler that answers the failure too is not told of that answer's: it would never end", async () => {
      await house.storage.optOuts.note(mapping.contact, { wish: "opt_out", sentAtMs: house.clock.nowMs() });
      await house.reply(mapping, "m_0");
      await house.runUntil(() => house.isSettled());
      const [event] = (await house.storage.deliveries.pending({ limit: 1 })).items;
      await house.reply(mapping, `${event!.id}_0`);
      await house.runUntil(() => house.isSettled());
      expect(await house.events()).toMatchObject([{ replyId: "m_0", reason: "opted_out" }]);
      expect(await house.statusOf(`${event!.id}_0`)).toBe("failed");
    });

    it("a contact that asked for no more gets none: its tenant is told once, nothing is sent, others' go out", async () => {
      const other = await house.locked();
      await house.storage.optOuts.note(mapping.contact, { wish: "opt_out", sentAtMs: house.clock.nowMs() });
      await house.reply(mapping, "m_0");
      await house.reply(other, "m_1");
      await house.runUntil(() => house.isSettled());
      expect(house.sender.attemptedIds).toEqual(["m_1"]);
      expect(await house.events()).toMatchObject([{ replyId: "m_0", reason: "opted_out" }]);
      expect(await house.storage.replyJournal.find("m_0")).toMatchObject({
        ...{ state: "failed", reason: "opted_out" },
      });
      expect(house.logger.messages("error")).toEqual([]);
      await house.storage.optOuts.note(mapping.contact, {
        ...{ wish: "opt_in", sentAtMs: house.clock.nowMs() + 1_000 },
      });
      await house.reply(mapping, "m_2");
      await house.runUntil(() => house.isSettled());
      expect(house.sender.attemptedIds).toEqual(["m_1", "m_2"]);
    });

    it("what may have gone out before the contact asked for no more is listened for, and sent no second time", async () => {
      house.sender.answer = () => ({ kind: "unavailable", error: "cut off", mayBeSent: true });
      await house.reply(mapping, "m_0");
      await eventually(async () => house.sender.attempts.length === 1);
      await eventually(async () => (await house.waiting())[0]?.attempts === 1);
      await house.storage.optOuts.note(mapping.contact, { wish: "opt_out", sentAtMs: house.clock.nowMs() });
      await house.runUntil(async () => (await house.waiting())[0]?.waitingFor === "confirmation");
      await house.track.ownMessage(house.own(mapping, "m_0"));
      await house.runUntil(() => house.isSettled());
      expect([house.sender.attempts.length, await house.statusOf("m_0")]).toEqual([1, "sent"]);
    });

    it("is gone on with where it was cut off: told once, sent no second time", async () => {
      house.sender.answer = () => ({ kind: "rejected", error: "HTTP 400" });
      const enqueue = house.storage.deliveries.enqueue.bind(house.storage.deliveries);
      house.storage.deliveries.enqueue = () => Promise.reject(new Error("disk full"));
      await house.reply(mapping, "m_0");
      await eventually(() => house.logger.messages("error").length === 1);
      expect(await house.stateOf("m_0")).toBe("failed");
      // Now it is queued, and the settlement is lost.
      house.storage.deliveries.enqueue = async (delivery) => {
        await enqueue(delivery);
        throw new Error("the process ended");
      };
      await house.runUntil(() => house.logger.messages("error").length === 2);
      house.storage.deliveries.enqueue = enqueue;
      await house.runUntil(() => house.isSettled());
      expect(house.sender.attemptedIds).toEqual(["m_0"]);
      expect(await house.events()).toMatchObject([{ replyId: "m_0", reason: "refused", error: "HTTP 400" }]);
      expect((await house.storage.replies.counts()).dead).toBe(1);
    });
  });

  describe("a contact that the tenant lost", () => {
    beforeEach(() => enter());

    it("gets no reply that waits: dropped, audited, and the tenant is not told", async () => {
      house.sender.answer = () => DOWN;
      await house.reply(mapping, "m_0");
      await eventually(() => house.sender.attempts.length === 1);
      house.sender.answer = () => ({ kind: "sent" });
      await house.storage.mappings.unlock(mapping.contact);
      await house.runUntil(() => house.isSettled());
      expect(house.sender.attempts).toHaveLength(1);
      expect(await house.storage.replies.findDeadLetter("m_0")).toMatchObject({ reason: "mapping_changed" });
      expect(house.audited).toEqual([
        {
          ...{
            atMs: house.clock.nowMs(),
            actor: "gateway",
            action: "reply.dropped",
            subject: mapping.contact,
          },
          details: { reply_id: "m_0", tenant_id: 2, generation: mapping.generation },
        },
      ]);
      expect(await house.storage.replyJournal.find("m_0")).toMatchObject({
        state: "failed",
        reason: "mapping_changed",
      });
      expect(await house.events()).toEqual([]);
    });

    it("gets none when another tenant has it, nor when the first has it anew", async () => {
      await house.storage.mappings.unlock(mapping.contact);
      house.clock.advance(1_000);
      const { contact } = mapping;
      await house.storage.mappings.lock(aMapping({ contact, tenantId: aTenantId(55) }), house.clock.nowMs());
      await house.reply(mapping, "m_0");
      await eventually(() => house.isSettled());
      await house.storage.mappings.unlock(contact);
      house.clock.advance(1_000);
      await house.storage.mappings.lock(aMapping({ contact, tenantId: aTenantId(2) }), house.clock.nowMs());
      await house.reply(mapping, "m_1");
      await eventually(() => house.isSettled());
      expect(house.sender.attempts).toEqual([]);
      expect(house.audited).toHaveLength(2);
    });

    it("is told nothing more by an attempt that was cut off, nor is one that went out called dropped", async () => {
      await house.reply(mapping, "m_0");
      await house.crashInAttempt(() => house.track.ownMessage(house.own(mapping, "m_0")));
      await house.storage.mappings.unlock(mapping.contact);
      await house.runUntil(() => house.isSettled());
      expect(house.audited).toEqual([]);
      expect(await house.stateOf("m_0")).toBe("sent");
    });
  });

  describe("in human measure", () => {
    it("waits for its turn without an attempt, says for which, and keeps each contact's order", async () => {
      await enter({ perMinute: 0, perMinutePerTenant: 30 });
      const second = await house.locked();
      for (let index = 0; index < 12; index += 1) {
        await house.reply(mapping, `a_${index}`);
        await house.reply(second, `b_${index}`);
      }
      await eventually(async () =>
        (await house.waiting()).some(({ waitingFor }) => waitingFor === "tenant_limit"),
      );
      expect(house.sender.attempts).toHaveLength(10);
      await house.runUntil(() => house.isSettled());
      const of = (name: string) => house.sender.attemptedIds.filter((id) => id.startsWith(name));
      for (const name of ["a_", "b_"])
        expect(of(name)).toEqual(Array.from({ length: 12 }, (_, index) => `${name}${index}`));
      expect(house.logger.messages("warn")).toEqual([]);
    });

    it("does not let one tenant's thousand replies hold up another tenant's one", async () => {
      await enter({ perMinute: 60, perMinutePerTenant: 0 });
      for (let index = 0; index < 1_000; index += 1) await house.reply(await house.locked(), `a_${index}`);
      await eventually(() => house.sender.attempts.length === 10);
      await eventually(async () => {
        const { items } = await house.storage.replies.pending({ limit: 1_000 });
        return items.every(({ waitingFor }) => waitingFor === "number_limit");
      });
      const other = await house.locked(55);
      const askedAtMs = house.clock.nowMs();
      await house.reply(other, "one");
      await house.runUntil(() => house.sender.attemptedIds.includes("one"), 100);
      expect(house.sender.attempts.find(({ id }) => id === "one")!.atMs - askedAtMs).toBeLessThanOrEqual(
        3_000,
      );
    });

    it("uses no budget up while nothing goes out", async () => {
      await enter({ perMinute: 0, perMinutePerTenant: 1 });
      house.sender.answer = () => DOWN;
      await house.reply(mapping, "m_0");
      await house.runUntil(() => house.sender.attempts.length === 15);
      await eventually(async () => (await house.waiting())[0]?.attempts === 15);
      house.sender.answer = () => ({ kind: "sent" });
      await house.runUntil(() => house.isSettled());
      for (let index = 1; index < 10; index += 1) await house.reply(mapping, `m_${index}`);
      await eventually(() => house.isSettled());
    });
  });
});
