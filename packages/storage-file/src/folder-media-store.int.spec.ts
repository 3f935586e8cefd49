import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StorageUnavailableError } from "@gateway-router/core";
import {
  aContact,
  aTenantId,
  bytesOf,
  contentOf,
  ManualClock,
  mediaStoreContract,
  RecordingLogger,
} from "@gateway-router/core/testing";
import { FolderMediaStore, type FolderMediaStoreOptions } from "./folder-media-store.js";

const HOUR_MS = 3_600_000;
const two = aTenantId(2);
const aFile = (id: string) => ({ id, contact: aContact("971501234567") });

let root: string;
let clock: ManualClock;
let logger: RecordingLogger;
const opened: FolderMediaStore[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gateway-media-"));
  clock = new ManualClock();
  logger = new RecordingLogger();
});

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  rmSync(root, { recursive: true });
});

async function openIn(
  name: string,
  options: Partial<FolderMediaStoreOptions> = {},
): Promise<FolderMediaStore> {
  const store = await FolderMediaStore.open({ folder: join(root, name), clock, logger, ...options });
  opened.push(store);
  return store;
}

const filesIn = (name: string) => readdirSync(join(root, name));

/** What a crash at that point would have left, beside what goes on after it. */
function copyingAt(point: string): FolderMediaStoreOptions["crashPoint"] {
  return (name) => {
    if (name === point) cpSync(join(root, "media"), join(root, "crashed"), { recursive: true });
  };
}

async function textIn(store: FolderMediaStore, id: string): Promise<string | undefined> {
  await store.handTo(id, two);
  const file = await store.open(id, two);
  if (file === undefined) return undefined;
  let text = "";
  for await (const chunk of file.content()) text += Buffer.from(chunk).toString();
  await file.close();
  return text;
}

describe("FolderMediaStore", () => {
  mediaStoreContract({
    test: it,
    async open(limits) {
      const store = await openIn("media", { limits });
      return {
        store,
        advance: (byMs) => clock.advance(byMs),
        close: () => store.close(),
      };
    },
  });

  it("keeps files through a restart, with who may open them", async () => {
    const first = await openIn("media");
    await first.keep({ ...aFile("1"), mimetype: "image/png", filename: "a.png" }, contentOf("kept"));
    await first.handTo("1", two);
    await first.fail(aFile("2"), "gone");
    await first.close();
    const second = await openIn("media");
    const file = await second.open("1", two);
    expect(file).toMatchObject({ sizeBytes: 4, mimetype: "image/png", filename: "a.png" });
    await file!.close();
    expect(await textIn(second, "1")).toBe("kept");
    expect(await second.outcome("2")).toEqual({ kind: "failed", error: "gone" });
    clock.advance(HOUR_MS);
    expect(await second.prune(1)).toBe(2);
    expect(filesIn("media")).toEqual([]);
  });

  it("removes the oldest first after a restart, too", async () => {
    const limits = { maxFileBytes: 10, maxTotalBytes: 20 };
    const first = await openIn("media", { limits });
    for (const id of ["1", "2"]) {
      await first.keep(aFile(id), contentOf("x".repeat(10)));
      clock.advance(1_000);
    }
    await first.close();
    const second = await openIn("media", { limits });
    await second.keep(aFile("3"), contentOf("x".repeat(10)));
    expect(await Promise.all(["1", "2", "3"].map((id) => second.outcome(id)))).toEqual([
      ...[undefined, { kind: "kept", sizeBytes: 10 }, { kind: "kept", sizeBytes: 10 }],
    ]);
    expect(logger.messages("warn")).toHaveLength(1);
  });

  it("is the owner's alone", async () => {
    const store = await openIn("media");
    await store.keep(aFile("1"), contentOf("private"));
    const modeOf = (path: string) => statSync(path).mode & 0o777;
    expect(modeOf(join(root, "media"))).toBe(0o700);
    expect(filesIn("media")).toHaveLength(2);
    for (const file of filesIn("media")) expect(modeOf(join(root, "media", file))).toBe(0o600);
  });

  it("a crash while a file is written: its beginning is removed, and it can be kept again", async () => {
    let chunks = 0;
    const store = await openIn("media", {
      crashPoint: (name) => {
        if (name === "media:writing" && (chunks += 1) === 2) copyingAt("media:writing")!(name);
      },
    });
    await store.keep(aFile("1"), contentOf("half", "whole"));
    expect(filesIn("crashed")).toEqual([expect.stringMatching(/\.tmp$/)]);
    const after = await openIn("crashed");
    await after.close();
    expect(filesIn("crashed")).toEqual([]);
    expect(await after.outcome("1")).toBeUndefined();
    await after.keep(aFile("1"), contentOf("again"));
    expect(await textIn(after, "1")).toBe("again");
  });

  it("a crash between content and record: the content is removed, and can be kept again", async () => {
    const store = await openIn("media", { crashPoint: copyingAt("media:content-placed") });
    await store.keep(aFile("1"), contentOf("whole"));
    expect(filesIn("crashed")).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    const after = await openIn("crashed");
    expect(await after.outcome("1")).toBeUndefined();
    // Asked for at once, while the folder is still being looked through.
    await after.keep(aFile("1"), contentOf("again"));
    expect(await textIn(after, "1")).toBe("again");
    expect(filesIn("crashed")).toHaveLength(2);
  });

  it("a crash between the removal of a record and of its content: the content goes too", async () => {
    const store = await openIn("media");
    await store.keep(aFile("1"), contentOf("old"));
    await store.close();
    rmSync(
      join(
        root,
        "media",
        filesIn("media").find((file) => file.endsWith(".json"))!,
      ),
    );
    const after = await openIn("media");
    await after.close();
    expect(filesIn("media")).toEqual([]);
  });

  it.each(["", "{", "[]", '{"id":"1"}', '{"id":"1","contact":"1","kept_at_ms":1,"kind":"kept"}'])(
    "a record that is %j is no record, and goes with its content",
    async (text) => {
      const store = await openIn("media");
      await store.keep(aFile("1"), contentOf("content"));
      await store.close();
      writeFileSync(
        join(
          root,
          "media",
          filesIn("media").find((file) => file.endsWith(".json"))!,
        ),
        text,
      );
      const after = await openIn("media");
      expect(await after.outcome("1")).toBeUndefined();
      expect(await after.handTo("1", two)).toBeUndefined();
      await after.close();
      expect(filesIn("media")).toEqual([]);
      expect(logger.messages("warn")).toHaveLength(1);
    },
  );

  it("leaves alone what is not its own", async () => {
    await (await openIn("media")).close();
    for (const name of ["notes.txt", ".keep", "README.json"])
      writeFileSync(join(root, "media", name), "mine");
    const store = await openIn("media");
    await store.close();
    expect(filesIn("media").sort()).toEqual([".keep", "README.json", "notes.txt"]);
    expect(readFileSync(join(root, "media", "notes.txt"), "utf8")).toBe("mine");
  });

  it.each(["media:writing", "media:content-placed"])(
    "a disk that is full at %s leaves nothing behind, ends what was read, and says so",
    async (point) => {
      let isFull = true;
      const store = await openIn("media", {
        crashPoint: (name) => {
          if (name === point && isFull) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
        },
      });
      let isEnded = false;
      const content = async function* () {
        try {
          yield bytesOf("one");
          yield bytesOf("two");
        } finally {
          isEnded = true;
        }
      };
      await expect(store.keep(aFile("1"), content())).rejects.toBeInstanceOf(StorageUnavailableError);
      expect(isEnded).toBe(true);
      expect(filesIn("media")).toEqual([]);
      expect(await store.outcome("1")).toBeUndefined();
      isFull = false;
      expect(await store.keep(aFile("1"), content())).toEqual({ kind: "kept", sizeBytes: 6 });
    },
  );
});
