import assert from "node:assert/strict";
import type { ClaimedDelivery } from "../domain/delivery.js";
import type { InboundMessage } from "../domain/inbound-message.js";
import type { MediaJob } from "../domain/media.js";
import type { ContestedContacts } from "../ports/contested-contacts.js";
import type { DeliveryQueue } from "../ports/delivery-queue.js";
import {
  FIRST_WORDS_KEPT_MS,
  FIRST_WORDS_PER_CONTACT,
  type FirstWordsStore,
} from "../ports/first-words-store.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { IntakeRequest, MessageIntake } from "../ports/message-intake.js";
import type { OptOuts } from "../ports/opt-outs.js";
import {
  aContact,
  aGeneration,
  aMediaMessage,
  aMessage,
  aTenantId,
  aTraceContext,
  textOf,
} from "./builders.js";
import { assertSameRecord, withOpened, type DeclareTest } from "./contract.js";

export interface MessageIntakeHarness {
  readonly intake: MessageIntake;
  readonly mappings: MappingStore;
  readonly deliveries: DeliveryQueue;
  readonly firstWords: FirstWordsStore;
  readonly mediaJobs: DeliveryQueue<MediaJob>;
  readonly optOuts: OptOuts;
  readonly contested: ContestedContacts;
  readonly nowMs: () => number;
  readonly advance: (byMs: number) => Promise<void> | void;
  close(): Promise<void>;
}

export interface MessageIntakeContractOptions {
  readonly test: DeclareTest;
  readonly open: () => Promise<MessageIntakeHarness>;
}

/** What every MessageIntake keeps, with the first words it looks after. */
export function messageIntakeContract({ test, open }: MessageIntakeContractOptions): void {
  const check = (name: string, run: (harness: MessageIntakeHarness) => Promise<void>) =>
    test(name, () => withOpened(open, run));

  let ids = 0;
  const asking = (message: InboundMessage, tenant?: number): IntakeRequest => ({
    message,
    deliveryId: `msg_intake_${(ids += 1)}`,
    holdIfUnmapped: tenant === undefined,
    ...(tenant === undefined
      ? {}
      : {
          proposal: { tenantId: aTenantId(tenant), generation: aGeneration(), lockedAtMs: message.sentAtMs },
        }),
  });

  const drain = async ({ deliveries }: MessageIntakeHarness): Promise<ClaimedDelivery[]> => {
    const drained: ClaimedDelivery[] = [];
    for (;;) {
      const { claims } = await deliveries.claimDue({ limit: 100, perTenantLimit: 100, leaseMs: 60_000 });
      if (claims.length === 0) return drained;
      for (const claim of claims) {
        drained.push(claim);
        await deliveries.settle(claim, { kind: "delivered" });
      }
    }
  };
  const texts = (claims: readonly ClaimedDelivery[]) => claims.map((claim) => textOf(claim.body));

  check("a link message locks and is queued as the first", async (harness) => {
    const message = aMessage({ text: "start_realty_2", sentAtMs: harness.nowMs() });
    const request = asking(message, 2);
    const outcome = await harness.intake.take(request);
    assert.ok(outcome.kind === "routed" && outcome.locked && outcome.isFirst && outcome.firstWords === 0);
    assert.deepEqual(await harness.mappings.find(message.contact), outcome.mapping);
    assert.deepEqual(outcome.mapping, { ...request.proposal, contact: message.contact });
    const [claim] = await drain(harness);
    assert.equal(claim!.id, request.deliveryId);
    assert.equal(claim!.isFirst, true);
    assertSameRecord(claim!.body, message);
  });

  check(
    "an opt-out is noted with its message, and told with all that follow until the opt-in",
    async (harness) => {
      const { intake, optOuts } = harness;
      const nowMs = harness.nowMs();
      const said = (text: string, second: number) => aMessage({ text, sentAtMs: nowMs + second * 1000 });
      await intake.take(asking(said("start_realty_2", 0), 2));
      const { contact } = said("", 0);
      const stop = { ...asking(said("STOP", 1)), wish: "opt_out" } as const;
      await intake.take(stop);
      assert.equal(await optOuts.isOptedOut(contact), true);
      await intake.take(asking(said("one more thing", 2)));
      await intake.take({ ...asking(said("START", 3)), wish: "opt_in" });
      assert.equal(await optOuts.isOptedOut(contact), false);
      // A repeat of the first one comes to nothing.
      assert.equal((await intake.take(stop)).kind, "duplicate");
      assert.equal(await optOuts.isOptedOut(contact), false);
      assert.deepEqual(
        (await drain(harness)).map(({ body }) => [textOf(body), body.kind === undefined && body.optedOut]),
        [
          ["start_realty_2", undefined],
          ["STOP", true],
          ["one more thing", true],
          ["START", undefined],
        ],
      );
    },
  );

  check("who nobody holds can opt out too, and its first words say so", async (harness) => {
    const { intake, optOuts } = harness;
    const sentAtMs = harness.nowMs();
    const stop = aMessage({ text: "STOP", sentAtMs });
    assert.equal((await intake.take({ ...asking(stop), wish: "opt_out" })).kind, "unmapped");
    assert.equal(await optOuts.isOptedOut(stop.contact), true);
    await intake.take(asking(aMessage({ text: "start_realty_2", sentAtMs }), 2));
    assert.deepEqual(
      (await drain(harness)).map(({ body }) => [textOf(body), body.kind === undefined && body.optedOut]),
      [
        ["start_realty_2", true],
        ["STOP", true],
      ],
    );
  });

  check("an opt-out under one name counts when the other shows", async (harness) => {
    const { intake, optOuts, nowMs } = harness;
    const [phone, lid] = [aContact(), aContact("99112233445599@lid")];
    const stop = aMessage({ contact: lid, text: "STOP", sentAtMs: nowMs() });
    await intake.take({ ...asking(stop), wish: "opt_out" });
    assert.equal(await optOuts.isOptedOut(phone), false);
    await intake.take(
      asking(aMessage({ contact: phone, otherName: lid, text: "start_realty_2", sentAtMs: nowMs() }), 2),
    );
    const bodies = (await drain(harness)).map(({ body }) => body);
    assert.ok(bodies.every((body) => body.kind === undefined && body.optedOut === true));
  });

  check("later messages follow the mapping, another tenant's link included", async (harness) => {
    const { intake, nowMs } = harness;
    await intake.take(asking(aMessage({ text: "start_realty_2", sentAtMs: nowMs() }), 2));
    const second = await intake.take(asking(aMessage({ text: "hello" })));
    const third = await intake.take(asking(aMessage({ text: "start_realty_55", sentAtMs: nowMs() }), 55));
    for (const outcome of [second, third]) {
      assert.ok(outcome.kind === "routed" && !outcome.locked && !outcome.isFirst);
      assert.equal(outcome.mapping.tenantId, 2);
    }
    const drained = await drain(harness);
    assert.deepEqual(texts(drained), ["start_realty_2", "hello", "start_realty_55"]);
    assert.deepEqual(
      drained.map((claim) => claim.isFirst),
      [true, false, false],
    );
  });

  check("a message that comes again is a duplicate and names the tenant that got it", async (harness) => {
    const message = aMessage({ sentAtMs: harness.nowMs() });
    await harness.intake.take(asking(message, 2));
    assert.deepEqual(await harness.intake.take(asking(message, 2)), { kind: "duplicate", tenantId: 2 });
    assert.equal((await drain(harness)).length, 1);
    assert.deepEqual(await harness.intake.take(asking(message, 55)), { kind: "duplicate", tenantId: 2 });
  });

  check("a duplicate stays one, and locks nobody, when the mapping is gone", async (harness) => {
    const message = aMessage({ sentAtMs: harness.nowMs() });
    await harness.intake.take(asking(message, 2));
    await harness.mappings.unlock(message.contact);
    assert.deepEqual(await harness.intake.take(asking(message, 2)), { kind: "duplicate", tenantId: 2 });
    assert.equal(await harness.mappings.find(message.contact), undefined);
  });

  check("a message without mapping and without link is kept and not queued", async (harness) => {
    const message = aMessage({ sentAtMs: harness.nowMs() });
    assert.deepEqual(await harness.intake.take(asking(message)), { kind: "unmapped" });
    assert.deepEqual(await harness.intake.take(asking(message)), { kind: "unmapped" });
    assertSameRecord(
      (await harness.firstWords.heldFor(message.contact)).map((words) => words.message),
      [message],
    );
    assert.deepEqual(await drain(harness), []);
  });

  check("a message not to be held is not kept", async (harness) => {
    const message = aMessage({ sentAtMs: harness.nowMs() });
    assert.deepEqual(await harness.intake.take({ ...asking(message), holdIfUnmapped: false }), {
      kind: "unmapped",
    });
    assert.deepEqual(await harness.firstWords.heldFor(message.contact), []);
  });

  check("first words that overtook their link message stand right behind it, in order", async (harness) => {
    const { intake, nowMs } = harness;
    await intake.take(asking(aMessage({ text: "one", sentAtMs: nowMs() })));
    await intake.take(asking(aMessage({ text: "two", sentAtMs: nowMs() })));
    await intake.take(asking(aMessage({ text: "a stranger's", contact: aContact(), sentAtMs: nowMs() })));
    const outcome = await intake.take(asking(aMessage({ text: "start_realty_2", sentAtMs: nowMs() }), 2));
    assert.ok(outcome.kind === "routed" && outcome.isFirst && outcome.firstWords === 2);
    await intake.take(asking(aMessage({ text: "three", sentAtMs: nowMs() })));
    const drained = await drain(harness);
    assert.deepEqual(texts(drained), ["start_realty_2", "one", "two", "three"]);
    assert.deepEqual(
      drained.map((claim) => claim.isFirst),
      [true, false, false, false],
    );
    assert.deepEqual(await harness.firstWords.heldFor(aContact("971501234567")), []);
  });

  const phone = aContact("971501234567");
  const lid = aContact("4242424242424@lid");

  check("a message and first words keep the trace that they came with", async (harness) => {
    const [sentAtMs, ofWords, ofLink] = [harness.nowMs(), aTraceContext(), aTraceContext()];
    const words = aMessage({ text: "hello", sentAtMs });
    await harness.intake.take({ ...asking(words), trace: ofWords });
    await harness.intake.take(asking(aMessage({ text: "are you there?", sentAtMs })));
    const link = aMessage({ text: "start_realty_2", sentAtMs });
    await harness.intake.take({ ...asking(link, 2), trace: ofLink });
    const drained = await drain(harness);
    assert.deepEqual(
      drained.map(({ body, trace }) => [textOf(body), trace]),
      [
        ["start_realty_2", ofLink],
        ["hello", ofWords],
        ["are you there?", undefined],
      ],
    );
  });

  check("first words by the other name stand behind their link message", async (harness) => {
    const { intake, nowMs } = harness;
    await intake.take(asking(aMessage({ text: "one", contact: lid, sentAtMs: nowMs() })));
    await intake.take(asking(aMessage({ text: "two", contact: phone, sentAtMs: nowMs() })));
    const link = aMessage({ text: "start_realty_2", contact: phone, otherName: lid, sentAtMs: nowMs() });
    const outcome = await intake.take(asking(link, 2));
    assert.ok(outcome.kind === "routed" && outcome.isFirst && outcome.firstWords === 2);
    assert.deepEqual(texts(await drain(harness)), ["start_realty_2", "one", "two"]);
  });

  check(
    "first words by a name that turns out to be a locked contact's stand before what shows it",
    async (harness) => {
      const { intake, nowMs } = harness;
      await intake.take(asking(aMessage({ text: "start_realty_2", contact: phone, sentAtMs: nowMs() }), 2));
      await intake.take(asking(aMessage({ text: "one", contact: lid, sentAtMs: nowMs() })));
      await intake.take(asking(aMessage({ text: "two", contact: lid, sentAtMs: nowMs() })));
      const shows = aMessage({ text: "three", contact: phone, otherName: lid, sentAtMs: nowMs() });
      const outcome = await intake.take(asking(shows));
      assert.ok(outcome.kind === "routed" && !outcome.isFirst && outcome.firstWords === 2);
      assert.deepEqual(texts(await drain(harness)), ["start_realty_2", "one", "two", "three"]);
      assert.deepEqual(await harness.firstWords.heldFor(phone, lid), []);
    },
  );

  check("first words of before a removal are not brought to the next tenant", async (harness) => {
    const { intake, mappings, nowMs } = harness;
    await intake.take(asking(aMessage({ text: "start_realty_2", contact: phone, sentAtMs: nowMs() }), 2));
    await intake.take(asking(aMessage({ text: "for tenant 2", contact: lid, sentAtMs: nowMs() })));
    await harness.advance(10_000);
    await mappings.unlock(phone);
    await harness.advance(2_000);
    await intake.take(asking(aMessage({ text: "for tenant 55", contact: lid, sentAtMs: nowMs() })));
    const link = aMessage({ text: "start_realty_55", contact: phone, otherName: lid, sentAtMs: nowMs() });
    await intake.take(asking(link, 55));
    const toTenant55 = (await drain(harness)).filter(({ tenantId }) => tenantId === 55);
    assert.deepEqual(texts(toTenant55), ["start_realty_55", "for tenant 55"]);
  });

  check("first words brought along are duplicates when they come again", async (harness) => {
    const early = aMessage({ text: "early", sentAtMs: harness.nowMs() });
    await harness.intake.take(asking(early));
    await harness.intake.take(asking(aMessage({ text: "start_realty_2", sentAtMs: harness.nowMs() }), 2));
    assert.deepEqual(await harness.intake.take(asking(early)), { kind: "duplicate", tenantId: 2 });
    assert.equal((await drain(harness)).length, 2);
  });

  check("first words too old for their link message stay behind", async (harness) => {
    await harness.intake.take(asking(aMessage({ text: "too early", sentAtMs: harness.nowMs() })));
    await harness.advance(FIRST_WORDS_KEPT_MS + 1_000);
    await harness.intake.take(asking(aMessage({ text: "start_realty_2", sentAtMs: harness.nowMs() }), 2));
    assert.deepEqual(texts(await drain(harness)), ["start_realty_2"]);
  });

  check("old first words are pruned, young ones not", async (harness) => {
    const old = aMessage({ contact: aContact(), sentAtMs: harness.nowMs() });
    await harness.intake.take(asking(old));
    await harness.advance(FIRST_WORDS_KEPT_MS - 10_000);
    const young = aMessage({ contact: aContact(), sentAtMs: harness.nowMs() });
    await harness.intake.take(asking(young));
    await harness.advance(20_000);
    assert.equal(await harness.firstWords.prune(), 1);
    assert.equal((await harness.firstWords.heldFor(old.contact)).length, 0);
    assert.equal((await harness.firstWords.heldFor(young.contact)).length, 1);
  });

  check("a message's file is queued to be fetched, once, as soon as the message is", async (harness) => {
    const { intake, mediaJobs, nowMs } = harness;
    const message = aMediaMessage({ id: "media_1", filename: "house.jpg" }, { sentAtMs: nowMs() });
    await intake.take(asking(message, 2));
    await intake.take(asking(message, 2));
    await intake.take(asking(aMessage({ text: "no file", sentAtMs: nowMs() })));
    const { items } = await mediaJobs.pending({ limit: 10 });
    assert.deepEqual(
      items.map(({ tenantId, contact, body }) => ({ tenantId, contact, body: { ...body } })),
      [
        {
          ...{ tenantId: 2, contact: message.contact },
          body: {
            mediaId: "media_1",
            sourceUrl: "http://127.0.0.1:9/api/files/media_1",
            mimetype: "image/jpeg",
            filename: "house.jpg",
          },
        },
      ],
    );
  });

  check(
    "first words with a file have it fetched once they have a tenant, and not before",
    async (harness) => {
      const { intake, mediaJobs, nowMs } = harness;
      await intake.take(asking(aMediaMessage({ id: "media_2" }, { sentAtMs: nowMs() })));
      assert.equal((await mediaJobs.counts()).pending, 0);
      await intake.take(asking(aMessage({ text: "start_realty_2", sentAtMs: nowMs() }), 2));
      const { items } = await mediaJobs.pending({ limit: 10 });
      assert.deepEqual(
        items.map(({ tenantId, body }) => [tenantId, body.mediaId]),
        [[2, "media_2"]],
      );
    },
  );

  check("each file has a line of its own, so that none waits for another", async (harness) => {
    const { intake, mediaJobs, nowMs } = harness;
    for (const id of ["media_3", "media_4"]) {
      await intake.take(asking(aMediaMessage({ id }, { sentAtMs: nowMs() }), 2));
    }
    const { claims } = await mediaJobs.claimDue({ limit: 10, perTenantLimit: 10, leaseMs: 60_000 });
    assert.equal(claims.length, 2);
  });

  check("a stranger's first words are kept up to a bound", async (harness) => {
    for (let count = 0; count < FIRST_WORDS_PER_CONTACT + 5; count += 1) {
      await harness.intake.take(asking(aMessage({ sentAtMs: harness.nowMs() })));
    }
    assert.equal(
      (await harness.firstWords.heldFor(aContact("971501234567"))).length,
      FIRST_WORDS_PER_CONTACT,
    );
  });

  check("a message sent before the mapping was removed neither locks nor is kept", async (harness) => {
    const { intake, mappings } = harness;
    const sentAtMs = harness.nowMs();
    const link = aMessage({ text: "start_realty_2", sentAtMs });
    await intake.take(asking(link, 2));
    await harness.advance(10_000);
    await mappings.unlock(link.contact);
    assert.deepEqual(await intake.take(asking(aMessage({ text: "start_realty_2", sentAtMs }), 2)), {
      kind: "unmapped",
    });
    assert.deepEqual(await intake.take(asking(aMessage({ text: "late words", sentAtMs }))), {
      kind: "unmapped",
    });
    assert.deepEqual(await harness.firstWords.heldFor(link.contact), []);
    await harness.advance(2_000);
    const again = await intake.take(
      asking(aMessage({ text: "start_realty_55", sentAtMs: harness.nowMs() }), 55),
    );
    assert.ok(again.kind === "routed" && again.locked && again.isFirst && again.mapping.tenantId === 55);
  });

  check("a message sent before a removal does not reach who locked the contact since", async (harness) => {
    const { intake, mappings } = harness;
    const sentAtMs = harness.nowMs();
    const link = aMessage({ text: "start_realty_2", sentAtMs });
    await intake.take(asking(link, 2));
    await drain(harness);
    await harness.advance(10_000);
    await mappings.unlock(link.contact);
    await harness.advance(2_000);
    await intake.take(asking(aMessage({ text: "start_realty_55", sentAtMs: harness.nowMs() }), 55));
    assert.deepEqual(await intake.take(asking(aMessage({ text: "for tenant 2", sentAtMs }))), {
      kind: "unmapped",
    });
    await intake.take(asking(aMessage({ text: "for tenant 55", sentAtMs: harness.nowMs() })));
    assert.deepEqual(texts(await drain(harness)), ["start_realty_55", "for tenant 55"]);
    assert.deepEqual(await harness.firstWords.heldFor(link.contact), []);
  });

  /** Who has the contact, whose links it used, and how often. */
  const contestedIn = async ({ contested }: MessageIntakeHarness) =>
    (await contested.list({ limit: 100 })).items.map(({ contact, heldBy, linkOf, campaign, times }) =>
      [contact, heldBy, linkOf, campaign ?? "-", times].join(" "),
    );

  check(
    "a link of another tenant that a held contact sends is noted, once for each message",
    async (harness) => {
      const { intake, nowMs } = harness;
      await intake.take(asking(aMessage({ sentAtMs: nowMs() }), 2));
      const link = asking(aMessage({ sentAtMs: nowMs() }), 55);
      const withCampaign = { ...link, proposal: { ...link.proposal!, campaign: "flyer" } };
      await Promise.all(Array.from({ length: 20 }, () => intake.take(withCampaign)));
      await intake.take(withCampaign);
      assert.deepEqual(await contestedIn(harness), ["971501234567 2 55 flyer 1"]);
      await intake.take(asking(aMessage({ sentAtMs: nowMs() }), 55));
      await intake.take(asking(aMessage({ sentAtMs: nowMs() }), 7));
      assert.deepEqual(await contestedIn(harness), ["971501234567 2 7 - 1", "971501234567 2 55 - 2"]);
    },
  );

  check("a lock, the tenant's own link and a message without one are not contested", async (harness) => {
    const { intake, nowMs } = harness;
    await intake.take(asking(aMessage({ sentAtMs: nowMs() }), 2));
    await intake.take(asking(aMessage({ sentAtMs: nowMs() }), 2));
    await intake.take(asking(aMessage({ sentAtMs: nowMs() })));
    assert.deepEqual(await contestedIn(harness), []);
  });

  check("a link of before the contact's removal is not contested", async (harness) => {
    const { intake, mappings } = harness;
    const sentAtMs = harness.nowMs();
    await intake.take(asking(aMessage({ sentAtMs }), 2));
    await harness.advance(10_000);
    await mappings.unlock(aContact("971501234567"));
    await harness.advance(2_000);
    await intake.take(asking(aMessage({ sentAtMs: harness.nowMs() }), 55));
    await intake.take(asking(aMessage({ sentAtMs }), 2));
    assert.deepEqual(await contestedIn(harness), []);
  });

  check(
    "of links at once, the one that locks is not contested, and each of the others is",
    async (harness) => {
      const messages = Array.from({ length: 10 }, (_, index) =>
        asking(aMessage({ sentAtMs: harness.nowMs() }), index + 1),
      );
      const outcomes = await Promise.all(messages.map((message) => harness.intake.take(message)));
      const [first] = outcomes;
      assert.ok(first!.kind === "routed");
      const { tenantId } = first!.mapping;
      const noted = (await harness.contested.list({ limit: 100 })).items;
      assert.ok(noted.every(({ heldBy }) => heldBy === tenantId));
      assert.equal(new Set(noted.map(({ linkOf }) => linkOf)).size, 9);
    },
  );

  check("each lock has its own first message", async (harness) => {
    const { intake, mappings } = harness;
    await intake.take(asking(aMessage({ sentAtMs: harness.nowMs() }), 2));
    await mappings.unlock(aContact("971501234567"));
    await harness.advance(2_000);
    const again = await intake.take(asking(aMessage({ sentAtMs: harness.nowMs() }), 2));
    assert.ok(again.kind === "routed" && again.isFirst);
  });

  check(
    "a hundred messages with ten links at once: one lock, one first, all routed alike",
    async (harness) => {
      const contact = aContact();
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          harness.intake.take(asking(aMessage({ contact, sentAtMs: harness.nowMs() }), (index % 10) + 1)),
        ),
      );
      const routed = outcomes.filter((outcome) => outcome.kind === "routed");
      assert.equal(routed.length, 100);
      assert.equal(new Set(routed.map((outcome) => outcome.mapping.generation)).size, 1);
      assert.equal(routed.filter((outcome) => outcome.locked).length, 1);
      assert.equal(routed.filter((outcome) => outcome.isFirst).length, 1);
      assert.equal((await drain(harness)).length, 100);
    },
  );

  check("one message taken in fifty times at once is queued once", async (harness) => {
    const message = aMessage({ sentAtMs: harness.nowMs() });
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => harness.intake.take(asking(message, 2))),
    );
    assert.equal(outcomes.filter((outcome) => outcome.kind === "routed").length, 1);
    assert.equal(outcomes.filter((outcome) => outcome.kind === "duplicate").length, 49);
    assert.equal((await drain(harness)).length, 1);
  });
}
