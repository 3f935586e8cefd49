import assert from "node:assert/strict";
import type { FileToKeep, MediaStore } from "../ports/media-store.js";
import { aContact, aTenantId } from "./builders.js";
import { assertSameRecord, withOpened, type DeclareTest } from "./contract.js";
import { bytesOf, contentOf } from "./scripted-media-source.js";

export interface MediaStoreHarness {
  readonly store: MediaStore;
  readonly advance: (byMs: number) => Promise<void> | void;
  close(): Promise<void>;
}

export interface MediaStoreLimits {
  readonly maxFileBytes: number;
  readonly maxTotalBytes: number;
}

const LIMITS: MediaStoreLimits = { maxFileBytes: 100, maxTotalBytes: 250 };
const HOUR_MS = 3_600_000;

/** What every MediaStore keeps. */
export function mediaStoreContract(options: {
  readonly test: DeclareTest;
  readonly open: (limits: MediaStoreLimits) => Promise<MediaStoreHarness>;
}): void {
  const check = (name: string, run: (harness: MediaStoreHarness) => Promise<void>) =>
    options.test(name, () => withOpened(() => options.open(LIMITS), run));
  const [two, three] = [aTenantId(2), aTenantId(3)];
  let made = 0;
  const aFile = (overrides: Partial<FileToKeep> = {}): FileToKeep => ({
    id: `media_${(made += 1)}`,
    contact: aContact(),
    ...overrides,
  });
  const textIn = async (store: MediaStore, id: string, tenantId = two): Promise<string | undefined> => {
    const file = await store.open(id, tenantId);
    if (file === undefined) return undefined;
    let text = "";
    for await (const chunk of file.content()) text += String.fromCharCode(...chunk);
    await file.close();
    return text;
  };

  check(
    "a contact's files are told with what else became of them, and what is removed is gone, nobody else's",
    async ({ store }) => {
      const [one, other] = [aContact(), aContact()];
      const [kept, gone, others] = [
        aFile({ contact: one, mimetype: "image/jpeg" }),
        aFile({ contact: one }),
        aFile({ contact: other }),
      ];
      await store.keep(kept, contentOf("house"));
      await store.handTo(kept.id, two);
      await store.fail(gone, "expired");
      await store.keep(others, contentOf("garden"));
      await store.handTo(others.id, two);
      const told = [...(await store.ofContacts([one, aContact()]))].sort((a, b) => a.id.localeCompare(b.id));
      assert.deepEqual(
        told.map(({ id, outcome, tenantId }) => [id, outcome.kind, tenantId]),
        [
          [kept.id, "kept", 2],
          [gone.id, "failed", undefined],
        ],
      );
      for (const { id } of [kept, gone, gone]) await store.remove(id);
      assert.deepEqual(await store.ofContacts([one]), []);
      for (const { id } of [kept, gone]) assert.equal(await store.outcome(id), undefined);
      assert.equal(await textIn(store, kept.id), undefined);
      assert.equal(await textIn(store, others.id), "garden");
    },
  );

  check("a file is kept whole, with what is known of it", async ({ store }) => {
    const file = aFile({ mimetype: "image/jpeg", filename: "بيت.jpg" });
    const kept = {
      ...{ kind: "kept", sizeBytes: 11 },
      ...{ mimetype: "image/jpeg", filename: "بيت.jpg" },
    };
    assertSameRecord(await store.keep(file, contentOf("hello ", "house")), kept);
    assertSameRecord(await store.outcome(file.id), kept);
    assertSameRecord(await store.handTo(file.id, two), kept);
    const opened = await store.open(file.id, two);
    assert.equal(opened?.sizeBytes, 11);
    assert.equal(opened.mimetype, "image/jpeg");
    assert.equal(opened.filename, "بيت.jpg");
    await opened.close();
    await opened.close();
    assert.equal(await textIn(store, file.id), "hello house");
  });

  check("an empty file, and one nothing is known of, are files", async ({ store }) => {
    const file = aFile();
    assertSameRecord(await store.keep(file, contentOf()), { kind: "kept", sizeBytes: 0 });
    await store.handTo(file.id, two);
    assert.equal(await textIn(store, file.id), "");
  });

  check("of what was never heard of nothing is known, and nothing can be opened", async ({ store }) => {
    assert.equal(await store.outcome("nobody's"), undefined);
    assert.equal(await store.handTo("nobody's", two), undefined);
    assert.equal(await store.open("nobody's", two), undefined);
  });

  check("ids are any text, and none reaches another's file", async ({ store }) => {
    const ids = ["../../escape", "a/b", "A", "a", "", "x".repeat(1_000), "a\0b", "..", "%2e", "ملف"];
    for (const id of ids) await store.keep(aFile({ id }), contentOf(`<${id.length}>`));
    for (const id of ids) {
      await store.handTo(id, two);
      assert.equal(await textIn(store, id), `<${id.length}>`);
    }
  });

  check("only the tenant that a file was handed to last can open it", async ({ store }) => {
    const file = aFile();
    await store.keep(file, contentOf("private"));
    assert.equal(await textIn(store, file.id, two), undefined);
    await store.handTo(file.id, two);
    assert.equal(await textIn(store, file.id, two), "private");
    assert.equal(await textIn(store, file.id, three), undefined);
    await store.handTo(file.id, three);
    await store.handTo(file.id, three);
    assert.equal(await textIn(store, file.id, three), "private");
    assert.equal(await textIn(store, file.id, two), undefined);
  });

  check("a failure is noted with its reason, and there is nothing to open", async ({ store }) => {
    const file = aFile();
    assertSameRecord(await store.fail(file, "gone"), { kind: "failed", error: "gone" });
    assertSameRecord(await store.handTo(file.id, two), { kind: "failed", error: "gone" });
    assert.equal(await store.open(file.id, two), undefined);
  });

  check("the first outcome stays", async ({ store }) => {
    const [kept, failed] = [aFile(), aFile()];
    await store.keep(kept, contentOf("first"));
    assertSameRecord(await store.keep(kept, contentOf("second")), { kind: "kept", sizeBytes: 5 });
    assertSameRecord(await store.fail(kept, "too late"), { kind: "kept", sizeBytes: 5 });
    await store.handTo(kept.id, two);
    assert.equal(await textIn(store, kept.id), "first");
    await store.fail(failed, "gone");
    assertSameRecord(await store.keep(failed, contentOf("late")), { kind: "failed", error: "gone" });
    assert.equal(await store.open(failed.id, two), undefined);
  });

  check("of twenty outcomes at once one counts, the same for all", async ({ store }) => {
    const file = aFile();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0 ? store.keep(file, contentOf(String(index))) : store.fail(file, "gone"),
      ),
    );
    for (const outcome of outcomes) assertSameRecord(outcome, outcomes[0]);
    assertSameRecord(await store.outcome(file.id), outcomes[0]);
  });

  check("a file that is too large fails, and no more of it is read", async ({ store }) => {
    for (const sizeBytes of [undefined, 101]) {
      let read = 0;
      let isEnded = false;
      const content = async function* () {
        try {
          for (;;) {
            read += 1;
            yield bytesOf("x".repeat(60));
          }
        } finally {
          isEnded = true;
        }
      };
      const file = aFile(sizeBytes === undefined ? {} : { sizeBytes });
      const outcome = await store.keep(file, content());
      assert.deepEqual(outcome, { kind: "failed", error: "the file is larger than 100 bytes" });
      assert.ok(read <= 2 && isEnded);
      assert.equal(await store.open(file.id, two), undefined);
    }
  });

  check("content that breaks off leaves nothing, and can be kept again", async ({ store }) => {
    const file = aFile();
    const broken = async function* () {
      yield bytesOf("half");
      throw new Error("cut off");
    };
    await assert.rejects(store.keep(file, broken()), { message: "cut off" });
    assert.equal(await store.outcome(file.id), undefined);
    assertSameRecord(await store.keep(file, contentOf("whole")), { kind: "kept", sizeBytes: 5 });
  });

  check("what is old is removed, what is young is not", async ({ store, advance }) => {
    const [old, oldFailure, young] = [aFile(), aFile(), aFile()];
    await store.keep(old, contentOf("old"));
    await store.fail(oldFailure, "gone");
    await advance(HOUR_MS);
    await store.keep(young, contentOf("young"));
    assert.equal(await store.prune(HOUR_MS / 2), 2);
    assert.equal(await store.prune(HOUR_MS / 2), 0);
    assert.equal(await store.outcome(old.id), undefined);
    assert.equal(await store.outcome(oldFailure.id), undefined);
    await store.handTo(young.id, two);
    assert.equal(await textIn(store, young.id), "young");
    assertSameRecord(await store.keep(old, contentOf("again")), { kind: "kept", sizeBytes: 5 });
  });

  check("past the bound for all of them the oldest files go", async ({ store, advance }) => {
    const files = [aFile(), aFile(), aFile(), aFile()];
    const failure = aFile();
    await store.fail(failure, "gone");
    for (const file of files) {
      await store.keep(file, contentOf("x".repeat(80)));
      await advance(1_000);
    }
    const outcomes = await Promise.all(files.map(({ id }) => store.outcome(id)));
    assert.deepEqual(
      outcomes.map((outcome) => outcome?.kind),
      [undefined, "kept", "kept", "kept"],
    );
    assertSameRecord(await store.outcome(failure.id), { kind: "failed", error: "gone" });
  });

  check("a file that is open stays readable to its end when it is removed", async ({ store, advance }) => {
    const file = aFile();
    await store.keep(file, contentOf("still here"));
    await store.handTo(file.id, two);
    const opened = await store.open(file.id, two);
    await advance(HOUR_MS);
    assert.equal(await store.prune(1), 1);
    let text = "";
    for await (const chunk of opened!.content()) text += String.fromCharCode(...chunk);
    assert.equal(text, "still here");
    await opened!.close();
  });
}
