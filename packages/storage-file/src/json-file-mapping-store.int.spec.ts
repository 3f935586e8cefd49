import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContactId, Generation, Mapping } from "@gateway-router/core";
import {
  aContact,
  aMapping,
  aTenantId,
  ManualClock,
  mappingStoreContract,
  RecordingLogger,
} from "@gateway-router/core/testing";
import { DamagedFileError } from "./damaged-file-error.js";
import { JsonFileMappingStore } from "./json-file-mapping-store.js";
import { LmdbEnvironment, type LmdbFaults } from "./lmdb-environment.js";
import { MappingBackups } from "./mapping-backups.js";
import type { MappingFileCrashPoint } from "./mapping-file-writer.js";
import { MappingRecords } from "./mapping-records.js";
import { RecordsBackup } from "./records-backup.js";

const A = aContact("971501234567");
const B = aContact("971501234568");
const C = aContact("88112233445566@lid");

interface OpenOptions {
  readonly crashPoint?: (name: MappingFileCrashPoint) => void;
  readonly faults?: LmdbFaults;
}

/** A gateway's mapping on a data directory. */
class Opened {
  private constructor(
    readonly dataDir: string,
    readonly clock: ManualClock,
    readonly logger: RecordingLogger,
    readonly environment: LmdbEnvironment,
    readonly backups: MappingBackups,
    readonly store: JsonFileMappingStore,
  ) {}

  static async open(dataDir: string, clock: ManualClock, options: OpenOptions = {}): Promise<Opened> {
    const logger = new RecordingLogger();
    const environment = LmdbEnvironment.open({
      path: join(dataDir, "gateway.mdb"),
      ...(options.faults === undefined ? {} : { faults: options.faults }),
    });
    const records = new MappingRecords(environment);
    const common = { environment, records, clock, logger };
    const recordsBackup = new RecordsBackup({ ...common, tenantsFile: join(dataDir, "tenants.json") });
    const backups = new MappingBackups({ folder: join(dataDir, "backups"), recordsBackup, ...common });
    let generations = 0;
    try {
      const store = await JsonFileMappingStore.open({
        path: join(dataDir, "user_tenant_mapping.json"),
        ...common,
        backups,
        ids: { generation: () => `taken-over-${++generations}-${clock.nowMs()}` as Generation },
        crashPoint: options.crashPoint,
      });
      return new Opened(dataDir, clock, logger, environment, backups, store);
    } catch (error) {
      await environment.close();
      throw error;
    }
  }

  async lock(contact: ContactId, tenantId: number, campaign?: string): Promise<Mapping> {
    const lock = { contact, tenantId: aTenantId(tenantId), ...(campaign === undefined ? {} : { campaign }) };
    const mapping = aMapping(lock);
    const outcome = await this.store.lock(mapping, this.clock.nowMs());
    expect(outcome.kind).toBe("locked");
    return mapping;
  }

  async tenants(): Promise<Record<string, number>> {
    const tenants: Record<string, number> = {};
    for await (const { contact, tenantId } of this.store.entries()) tenants[contact] = tenantId;
    return tenants;
  }

  /** `tenant/campaign` and its contacts. */
  async campaigns(): Promise<Record<string, number>> {
    const campaigns: Record<string, number> = {};
    for (const [tenantId, ofTenant] of await this.store.campaigns({ perTenant: 10 })) {
      for (const { campaign, contacts } of ofTenant) campaigns[`${tenantId}/${campaign}`] = contacts;
    }
    return campaigns;
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.environment.close();
  }
}

let folder: string;
let dataDir: string;
let clock: ManualClock;
let opened: Opened | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "json-file-mapping-store-"));
  dataDir = join(folder, "data");
  mkdirSync(dataDir);
  clock = new ManualClock();
});

afterEach(async () => {
  await opened?.close();
  opened = undefined;
  rmSync(folder, { recursive: true });
});

async function open(options: OpenOptions = {}): Promise<Opened> {
  opened = await Opened.open(dataDir, clock, options);
  return opened;
}

async function stop(): Promise<void> {
  await opened!.close();
  opened = undefined;
}

/** Leaves the gateway as `kill -9` would, and goes on with what is on the disk. */
async function crash(): Promise<void> {
  const image = join(folder, `image-${readdirSync(folder).length}`);
  cpSync(dataDir, image, { recursive: true });
  await stop();
  dataDir = image;
}

const mappingFile = () => join(dataDir, "user_tenant_mapping.json");
const backupNames = () =>
  existsSync(join(dataDir, "backups")) ? readdirSync(join(dataDir, "backups")).sort() : [];
const readBackup = (name: string) => readFileSync(join(dataDir, "backups", name), "utf8");
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const readMapping = () => readFileSync(mappingFile(), "utf8");

async function refusal(): Promise<DamagedFileError> {
  const error: unknown = await open().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DamagedFileError);
  return error as DamagedFileError;
}

mappingStoreContract({
  test: it,
  openStores: async (instances) => {
    const { store, environment } = await Opened.open(dataDir, clock);
    return {
      stores: Array.from({ length: instances }, () => store),
      nowMs: () => clock.nowMs(),
      advance: (byMs) => clock.advance(byMs),
      close: async () => {
        await store.close();
        await environment.close();
      },
    };
  },
});

describe("the mapping file", () => {
  it("is there, empty, from the first start", async () => {
    await open();
    expect(readMapping()).toBe("{}\n");
    expect((await opened!.store.stats()).lastChangedAtMs).toBeUndefined();
  });

  it("follows within seconds, and holds what people can read", async () => {
    const { store } = await open();
    await opened!.lock(A, 2);
    await opened!.lock(C, 55);
    expect(readMapping()).toBe("{}\n");
    clock.advance(5_000);
    await store.writeFile();
    expect(readMapping()).toBe(`{\n  "${C}": 55,\n  "${A}": 2\n}\n`);
  });

  it("is complete after a clean stop, and the mapping is as it was after the next start", async () => {
    await open();
    const mapping = await opened!.lock(A, 2);
    await stop();
    expect(readMapping()).toBe(`{\n  "${A}": 2\n}\n`);
    await open();
    expect(await opened!.store.find(A)).toEqual(mapping);
    expect(opened!.store.takeover).toBeUndefined();
    expect(backupNames()).toEqual([]);
  });

  it("catches up after a crash that it did not see", async () => {
    await open();
    const mapping = await opened!.lock(A, 2);
    await crash();
    expect(readMapping()).toBe("{}\n");
    await open();
    expect(opened!.store.takeover).toBeUndefined();
    expect(await opened!.store.find(A)).toEqual(mapping);
    clock.advance(5_000);
    await opened!.store.writeFile();
    expect(readMapping()).toBe(`{\n  "${A}": 2\n}\n`);
  });

  it.each(["mapping-file:hash-written", "mapping-file:renamed"] as const)(
    "is known for the gateway's own after a crash at %s",
    async (point) => {
      let image: string | undefined;
      await open({
        crashPoint: (name) => {
          if (name !== point || image !== undefined) return;
          image = join(folder, "image");
          cpSync(dataDir, image, { recursive: true });
        },
      });
      image = undefined;
      const first = await opened!.lock(A, 2);
      await opened!.store.writeFile();
      await stop();
      dataDir = image!;
      await open();
      expect(opened!.store.takeover).toBeUndefined();
      expect(backupNames()).toEqual([]);
      expect(await opened!.store.find(A)).toEqual(first);
      await stop();
      expect(readMapping()).toBe(`{\n  "${A}": 2\n}\n`);
    },
  );

  it("keeps locks when it can't be written, says so, and is written when it can", async () => {
    await open();
    // A folder of that name is in the way of the temporary file.
    mkdirSync(`${mappingFile()}.tmp`);
    await opened!.lock(A, 2);
    clock.advance(2_000);
    await until(() => opened!.logger.messages("error").length === 1);
    expect(await opened!.tenants()).toEqual({ [A]: 2 });
    expect(readMapping()).toBe("{}\n");
    rmSync(`${mappingFile()}.tmp`, { recursive: true });
    clock.advance(2_000);
    await until(() => readMapping() !== "{}\n");
    expect(readMapping()).toBe(`{\n  "${A}": 2\n}\n`);
  });

  it("keeps an edit made while the gateway runs aside, and says so", async () => {
    await open();
    writeFileSync(mappingFile(), `{"${B}": 7}`);
    await opened!.lock(A, 2);
    await opened!.store.writeFile();
    expect(readMapping()).toBe(`{\n  "${A}": 2\n}\n`);
    expect(backupNames()).toEqual(["edited_20261123_164600.json"]);
    expect(readBackup(backupNames()[0]!)).toBe(`{"${B}": 7}`);
    expect(opened!.logger.messages("warn")).toEqual([
      expect.stringContaining("edited while the gateway runs"),
    ]);
  });

  it("does not bring back a removed mapping after a crash behind a version that could not be noted", async () => {
    let step: "opening" | "failing" | "crashing" = "opening";
    let isDiskFull = false;
    const image = join(folder, "image");
    await open({
      faults: {
        beforeCommit: () => {
          if (isDiskFull) throw new Error("No space left on device");
        },
      },
      crashPoint: (name) => {
        if (name === "mapping-file:renamed") isDiskFull = step === "failing";
        else if (step === "crashing") cpSync(dataDir, image, { recursive: true });
      },
    });
    step = "failing";
    await opened!.lock(A, 2);
    await opened!.lock(B, 3);
    await expect(opened!.store.writeFile()).rejects.toMatchObject({ code: "storage_unavailable" });
    expect(JSON.parse(readMapping())).toEqual({ [A]: 2, [B]: 3 });
    isDiskFull = false;
    step = "crashing";
    await opened!.store.unlock(A);
    await opened!.store.writeFile();
    await stop();
    dataDir = image;
    expect(JSON.parse(readMapping())).toEqual({ [A]: 2, [B]: 3 });
    await open();
    expect(opened!.store.takeover).toBeUndefined();
    expect(await opened!.tenants()).toEqual({ [B]: 3 });
    await stop();
    expect(JSON.parse(readMapping())).toEqual({ [B]: 3 });
  });

  it("is written anew where it is missing though nothing changed", async () => {
    await open();
    await stop();
    rmSync(mappingFile());
    await open();
    expect(readMapping()).toBe("{}\n");
    await opened!.lock(A, 2);
    await crash();
    await open();
    expect(await opened!.tenants()).toEqual({ [A]: 2 });
    await opened!.store.writeFile();
    rmSync(mappingFile());
    await opened!.store.writeFile();
    expect(readMapping()).toBe(`{\n  "${A}": 2\n}\n`);
  });

  it("is nobody's but the gateway's, as are its backups", async () => {
    await open();
    writeFileSync(mappingFile(), "{}", { mode: 0o644 });
    await opened!.lock(A, 2);
    await opened!.store.writeFile();
    await opened!.backups.createBackup();
    expect(modeOf(mappingFile())).toBe("600");
    expect(modeOf(join(dataDir, "backups"))).toBe("700");
    expect(backupNames()).toEqual([
      "edited_20261123_164600.json",
      "mapping_20261123_164600.json",
      "records_20261123_164600.json",
    ]);
    for (const name of backupNames()) expect(modeOf(join(dataDir, "backups", name))).toBe("600");
  });

  it("does not count a lock that could not be made durable", async () => {
    let isFull = false;
    await open({
      faults: {
        beforeCommit: () => {
          if (isFull) throw new Error("No space left on device");
        },
      },
    });
    isFull = true;
    await expect(opened!.store.lock(aMapping({ contact: A }), clock.nowMs())).rejects.toMatchObject({
      code: "storage_unavailable",
    });
    expect(await opened!.store.find(A)).toBeUndefined();
    isFull = false;
    await opened!.lock(A, 55);
    expect((await opened!.store.stats()).contactsPerTenant).toEqual(new Map([[55, 1]]));
  });
});

describe("contacts per campaign", () => {
  /** What a version before would leave behind, which counts no campaigns. */
  async function changeUncounted(): Promise<void> {
    const { environment } = opened!;
    const state = environment.database<Record<string, unknown>>("mapping.state");
    await environment.write(() => {
      const { campaignsCounted, ...rest } = state.get("state")!;
      expect(campaignsCounted).toBe(true);
      state.put("state", rest);
      environment.database<number, [number, string]>("mapping.campaigns").put([7, "ghost"], 3);
      environment
        .database<true, [number, number, string]>("mapping.campaigns-by-size")
        .put([7, -3, "ghost"], true);
    });
  }

  it("are kept through a restart", async () => {
    await open();
    await opened!.lock(A, 2, "instagram");
    await opened!.lock(B, 55, "flyer");
    await stop();
    await open();
    expect(await opened!.campaigns()).toEqual({ "2/instagram": 1, "55/flyer": 1 });
  });

  it("are counted anew at the start after a version that does not count them, and right from then on", async () => {
    await open();
    await opened!.lock(A, 2, "instagram");
    await opened!.lock(B, 2, "instagram");
    await opened!.lock(C, 2);
    await changeUncounted();
    await stop();
    await open();
    expect(await opened!.campaigns()).toEqual({ "2/instagram": 2 });
    await opened!.store.unlock(A);
    expect(await opened!.campaigns()).toEqual({ "2/instagram": 1 });
  });
});

describe("a mapping file replaced by hand", () => {
  beforeEach(async () => {
    await open();
    await opened!.lock(A, 2);
    await opened!.lock(B, 3);
    await stop();
  });

  it("is taken over with the difference listed, and the mapping before it kept", async () => {
    writeFileSync(mappingFile(), JSON.stringify({ [A]: 55, [C]: 7 }));
    await open();
    expect(await opened!.tenants()).toEqual({ [A]: 55, [C]: 7 });
    expect(opened!.store.takeover).toMatchObject({ added: 1, removed: 1, changed: 1, unseen: 0 });
    expect(opened!.logger.messages("info")).toEqual([
      `✍️ ${A}: tenant 2 → 55`,
      `✍️ ${C}: added, tenant 7`,
      `✍️ ${B}: removed, was tenant 3`,
    ]);
    expect(backupNames()).toEqual([
      "mapping_20261123_164600_before-takeover.json",
      "records_20261123_164600_before-takeover.json",
    ]);
    expect(readBackup(backupNames()[0]!)).toBe(`{\n  "${A}": 2,\n  "${B}": 3\n}\n`);
    expect(await opened!.store.stats()).toMatchObject({
      contacts: 2,
      contactsPerTenant: new Map([
        [7, 1],
        [55, 1],
      ]),
    });
  });

  it("takes contacts that it gives away or removes from the counts of their campaigns", async () => {
    const [D, E] = [aContact(), aContact()];
    await open();
    await opened!.lock(C, 2, "instagram");
    await opened!.lock(D, 2, "instagram");
    await opened!.lock(E, 3, "flyer");
    await stop();
    writeFileSync(mappingFile(), JSON.stringify({ [A]: 2, [B]: 3, [C]: 55, [D]: 2 }));
    await open();
    expect(opened!.store.takeover).toMatchObject({ removed: 1, changed: 1 });
    expect(await opened!.campaigns()).toEqual({ "2/instagram": 1 });
  });

  it("gives what changed a generation of its own, and leaves the rest alone", async () => {
    await open();
    const before = await opened!.store.find(B);
    await stop();
    writeFileSync(mappingFile(), JSON.stringify({ [A]: 55, [B]: 3 }));
    clock.advance(60_000);
    await open();
    expect(await opened!.store.find(B)).toEqual(before);
    expect(await opened!.store.find(A)).toMatchObject({
      generation: expect.stringContaining("taken-over"),
      lockedAtMs: clock.nowMs(),
    });
  });

  it("removes for good: a message sent before the takeover does not lock again", async () => {
    writeFileSync(mappingFile(), JSON.stringify({ [A]: 2 }));
    const sentAtMs = clock.nowMs();
    clock.advance(60_000);
    await open();
    expect(await opened!.store.lock(aMapping({ contact: B }), sentAtMs)).toMatchObject({
      kind: "predates_removal",
    });
  });

  it("is the gateway's own from then on", async () => {
    writeFileSync(mappingFile(), JSON.stringify({ [A]: 55 }));
    await open();
    await stop();
    await open();
    expect(opened!.store.takeover).toBeUndefined();
    expect(backupNames()).toHaveLength(2);
  });

  it("changes nothing where only its layout is another", async () => {
    writeFileSync(mappingFile(), JSON.stringify({ [B]: 3, [A]: 2 }));
    await open();
    expect(opened!.store.takeover).toMatchObject({ added: 0, removed: 0, changed: 0 });
    expect(backupNames()).toEqual([]);
  });

  it("gets the gateway's own format soon, without any further change", async () => {
    for (const edit of [{ [B]: 3, [A]: 2 }, { [A]: 55 }, {}]) {
      writeFileSync(mappingFile(), JSON.stringify(edit));
      await open();
      clock.advance(2_000);
      const expected =
        Object.keys(edit).length === 0 ? "{}\n" : `${JSON.stringify(edit, Object.keys(edit).sort(), 2)}\n`;
      await until(() => readMapping() === expected);
      await stop();
    }
  });

  it("drops all mappings where it says {}", async () => {
    writeFileSync(mappingFile(), "{}");
    await open();
    expect(await opened!.tenants()).toEqual({});
    expect(opened!.store.takeover).toMatchObject({ removed: 2 });
  });

  it("lists what is too much for the log in a file", async () => {
    const many = Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`9715${10_000_000 + i}`, 9]));
    writeFileSync(mappingFile(), JSON.stringify(many));
    await open();
    expect(opened!.logger.messages("info")).toHaveLength(1000);
    const list = backupNames().find((name) => name.endsWith(".txt"))!;
    expect(readBackup(list).trim().split("\n")).toHaveLength(1502);
    expect(await opened!.tenants()).toEqual(many);
  });

  it("may be an old backup swapped in", async () => {
    await open();
    const backup = await opened!.backups.createBackup();
    await opened!.lock(C, 7);
    await opened!.store.unlock(A);
    await stop();
    cpSync(backup, mappingFile());
    await open();
    expect(await opened!.tenants()).toEqual({ [A]: 2, [B]: 3 });
    expect(opened!.store.takeover).toMatchObject({ added: 1, removed: 1, changed: 0 });
  });

  it("does not undo what it never saw: changes between the last written file and a crash", async () => {
    await open();
    const unseen = await opened!.lock(C, 7);
    await opened!.store.unlock(B);
    await crash();
    writeFileSync(mappingFile(), JSON.stringify({ [A]: 55, [B]: 3 }));
    await open();
    expect(await opened!.tenants()).toEqual({ [A]: 55, [C]: 7 });
    expect(await opened!.store.find(C)).toEqual(unseen);
    expect(opened!.store.takeover).toMatchObject({ added: 0, removed: 0, changed: 1, unseen: 2 });
    await crash();
    await open();
    expect(opened!.store.takeover).toBeUndefined();
    await stop();
    expect(JSON.parse(readMapping())).toEqual({ [A]: 55, [C]: 7 });
  });

  it("leaves alone what became of two names after it was written, though it has them both", async () => {
    await open();
    await opened!.lock(C, 7);
    await opened!.store.writeFile();
    expect(JSON.parse(readMapping())).toEqual({ [A]: 2, [B]: 3, [C]: 7 });
    // C turns out to be B, whose lock was first.
    await opened!.store.learnAlias({ lid: C, phone: B });
    await crash();
    writeFileSync(mappingFile(), JSON.stringify({ [A]: 55, [B]: 3, [C]: 7 }));
    await open();
    expect(await opened!.tenants()).toEqual({ [A]: 55, [B]: 3 });
    expect(await opened!.store.find(C)).toMatchObject({ contact: B, tenantId: 3 });
    await stop();
    expect(JSON.parse(readMapping())).toEqual({ [A]: 55, [B]: 3 });
  });

  it("moves a contact by either of its names, and is refused where they contradict each other", async () => {
    await open();
    await opened!.store.learnAlias({ lid: C, phone: B });
    await stop();
    writeFileSync(mappingFile(), JSON.stringify({ [A]: 2, [C]: 9 }));
    await open();
    expect(await opened!.tenants()).toEqual({ [A]: 2, [B]: 9 });
    await stop();
    writeFileSync(mappingFile(), JSON.stringify({ [A]: 2, [B]: 3, [C]: 9 }));
    await expect(open()).rejects.toThrow(`"${B}" and "${C}" are one contact, and have two tenants there`);
  });

  it("decides on a contact that both it and the gateway changed", async () => {
    await open();
    await opened!.lock(C, 7);
    await crash();
    writeFileSync(mappingFile(), JSON.stringify({ [A]: 2, [B]: 3, [C]: 9 }));
    await open();
    expect(await opened!.tenants()).toEqual({ [A]: 2, [B]: 3, [C]: 9 });
  });

  it("may be an edit of either file after a crash between the hash and the rename", async () => {
    for (const isRenamed of [false, true]) {
      dataDir = mkdtempSync(join(folder, "either-"));
      const image = join(folder, `image-${isRenamed}`);
      let isArmed = false;
      await open({
        crashPoint: (name) => {
          if (isArmed && name === (isRenamed ? "mapping-file:renamed" : "mapping-file:hash-written")) {
            cpSync(dataDir, image, { recursive: true });
          }
        },
      });
      await opened!.lock(A, 2);
      await opened!.store.writeFile();
      await opened!.lock(B, 3);
      isArmed = true;
      await opened!.store.writeFile();
      isArmed = false;
      await stop();
      dataDir = image;
      const seen = JSON.parse(readMapping()) as Record<string, number>;
      expect(Object.keys(seen)).toEqual(isRenamed ? [A, B] : [A]);
      writeFileSync(mappingFile(), JSON.stringify({ ...seen, [A]: 55 }));
      await open();
      expect(await opened!.tenants()).toEqual({ [A]: 55, [B]: 3 });
      await stop();
    }
  });

  it("is taken over as it is where nothing is known yet", async () => {
    dataDir = join(folder, "new");
    mkdirSync(dataDir);
    writeFileSync(mappingFile(), JSON.stringify({ [A]: 2 }));
    await open();
    expect(await opened!.tenants()).toEqual({ [A]: 2 });
    expect(backupNames()).toEqual([]);
  });
});

describe("a mapping file that can't be used", () => {
  beforeEach(async () => {
    await open();
    await opened!.lock(A, 2);
    await opened!.lock(B, 3);
    await stop();
  });

  it("is refused where it is missing, with a way back and a way on", async () => {
    rmSync(mappingFile());
    const { message } = await refusal();
    expect(message).toContain("2 mappings are known");
    expect(message).toContain("npx gateway restore");
    expect(message).toContain("write {}");
    expect(existsSync(mappingFile())).toBe(false);
    writeFileSync(mappingFile(), "{}\n");
    await open();
    expect(await opened!.tenants()).toEqual({});
  });

  it("is refused with file, fault, newest good backup and command, and stays as it is", async () => {
    mkdirSync(join(dataDir, "backups"));
    const put = (name: string, text: string) => writeFileSync(join(dataDir, "backups", name), text);
    put("mapping_20261120.json", "{}");
    put("mapping_20261121.json", `{"${A}": 2}`);
    put("mapping_20261122.json", `{"${A}": `);
    put("mapping_20261122_101112_before-restore.json", "damaged too");
    put("mapping_20261129.txt", "{}");
    const text = `{\n  "${A}": 2,\n  "+${B}": 3\n}\n`;
    writeFileSync(mappingFile(), text);
    const { message, code, retryable } = await refusal();
    expect({ code, retryable }).toEqual({ code: "damaged_file", retryable: false });
    expect(message).toContain(`${mappingFile()} is damaged, line 3, column 3`);
    expect(message).toContain(`write "${B}"`);
    const backup = join(dataDir, "backups", "mapping_20261121.json");
    expect(message).toContain(`${backup} (1 mappings): npx gateway restore ${backup}`);
    expect(readMapping()).toBe(text);
  });

  it("is refused with the backup that was written last, whatever time its name says", async () => {
    mkdirSync(join(dataDir, "backups"));
    const names = ["mapping_20261123.json", "mapping_20261123_101112.json", "mapping_20261123_221710.json"];
    const put = (name: string, atMs: number) => {
      writeFileSync(join(dataDir, "backups", name), "{}");
      utimesSync(join(dataDir, "backups", name), atMs / 1000, atMs / 1000);
    };
    for (const name of names) put(name, clock.nowMs());
    writeFileSync(mappingFile(), "hello");
    expect((await refusal()).message).toContain(names[2]);
    put(names[0]!, clock.nowMs() + 60_000);
    expect((await refusal()).message).toContain(`${join(dataDir, "backups", names[0]!)} (0 mappings)`);
  });

  it.each([
    ["no JSON", "hello"],
    ["a list", "[]"],
    ["duplicate keys", `{"${A}": 2, "${A}": 2}`],
    ["an unnormalised number", `{"+971 50 123 4567": 2}`],
    ["a key that is no number", `{"mohamed": 2}`],
    ["a value that is no tenant id", `{"${A}": "2"}`],
  ])("is refused where it is damaged: %s", async (_, text) => {
    writeFileSync(mappingFile(), text);
    expect((await refusal()).message).toContain("is damaged");
    expect(readMapping()).toBe(text);
  });

  it("is refused cut off at any byte, or says the same still", async () => {
    const whole = readFileSync(mappingFile());
    for (let length = 0; length < whole.length; length += 1) {
      writeFileSync(mappingFile(), whole.subarray(0, length));
      const result = await open().then(
        async () => (await opened!.tenants()) as unknown,
        (error: unknown) => (error instanceof DamagedFileError ? "refused" : error),
      );
      // The line break at the end is all that can be missing unnoticed.
      expect(result).toEqual(length === whole.length - 1 ? { [A]: 2, [B]: 3 } : "refused");
    }
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}
