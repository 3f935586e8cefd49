import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ManualClock } from "@gateway-router/core/testing";
import { askHolder, DataDirHeldError, DataDirLock } from "./data-dir-lock.js";

const clock = new ManualClock();

/** Tries to hold the directory given, says how that went, and stays. */
const HOLDING_PROCESS = `
  const { DataDirLock } = await import(process.argv[1]);
  const dataDir = process.argv[2];
  try {
    const lock = await DataDirLock.acquire({ dataDir, clock: { nowMs: Date.now } });
    lock.describe({ url: "http://127.0.0.1:1234" });
    console.log("held");
    process.on("SIGTERM", () => lock.release().then(() => process.exit(0)));
    setInterval(() => undefined, 60_000);
  } catch (error) {
    console.log(error.code);
    process.exit(error.code === "data_dir_held" ? 0 : 1);
  }
`;

let dataDir: string;
const children = new Set<ChildProcess>();

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "data-dir-lock-"));
});

afterEach(async () => {
  for (const child of children) await kill(child);
  rmSync(dataDir, { recursive: true });
});

async function startProcess(folder = dataDir): Promise<{ child: ChildProcess; said: string }> {
  const script = new URL("../dist/data-dir-lock.js", import.meta.url).href;
  const child = spawn(process.execPath, ["--input-type=module", "-e", HOLDING_PROCESS, script, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(child);
  const lines = createInterface({ input: child.stdout });
  const [said] = (await once(lines, "line")) as [string];
  return { child, said };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}

describe("DataDirLock", () => {
  it("refuses a second holder and says who the first is", async () => {
    const { child, said } = await startProcess();
    expect(said).toBe("held");
    const error: unknown = await DataDirLock.acquire({ dataDir, clock }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataDirHeldError);
    const { message, holder } = error as DataDirHeldError;
    expect(holder).toMatchObject({ pid: child.pid, url: "http://127.0.0.1:1234" });
    expect(message).toContain(`process ${child.pid}`);
    expect(message).toContain(holder.host);
    expect(message).toContain(holder.since);
    expect(message).toContain("http://127.0.0.1:1234");
    expect(await askHolder(dataDir)).toEqual(holder);
  });

  it("is free again at once after kill -9, whatever became of the process id", async () => {
    for (let round = 0; round < 5; round += 1) {
      const { child, said } = await startProcess();
      expect(said).toBe("held");
      await kill(child);
      expect(await askHolder(dataDir)).toBeUndefined();
    }
    const lock = await DataDirLock.acquire({ dataDir, clock });
    expect(readdirSync(dataDir).filter((name) => name.endsWith(".sock"))).toHaveLength(1);
    await lock.release();
    expect(readdirSync(dataDir).filter((name) => name.endsWith(".sock"))).toEqual([]);
  });

  it("is held by exactly one of ten processes that start at once, also behind a crashed one", async () => {
    const { child } = await startProcess();
    await kill(child);
    const started = await Promise.all(Array.from({ length: 10 }, () => startProcess()));
    expect(started.map(({ said }) => said).sort()).toEqual([
      ...Array.from({ length: 9 }, () => "data_dir_held"),
      "held",
    ]);
  }, 60_000);

  it("still belongs to a process that is stopped and can't answer", async () => {
    const { child } = await startProcess();
    child.kill("SIGSTOP");
    const error: unknown = await DataDirLock.acquire({ dataDir, clock }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "data_dir_held", holder: { pid: child.pid } });
  });

  it("is given up by release and by a clean end", async () => {
    const lock = await DataDirLock.acquire({ dataDir, clock });
    await expect(DataDirLock.acquire({ dataDir, clock })).rejects.toThrow(DataDirHeldError);
    await lock.release();
    await lock.release();
    expect(await askHolder(dataDir)).toBeUndefined();
    const { child, said } = await startProcess();
    expect(said).toBe("held");
    await kill(child, "SIGTERM");
    await (await DataDirLock.acquire({ dataDir, clock })).release();
  });

  it("is nobody's where there is nothing", async () => {
    expect(await askHolder(join(dataDir, "none"))).toBeUndefined();
  });

  it.each([
    ["noise", randomBytes(9_000)],
    ["cut off", randomBytes(100)],
    ["zeros", Buffer.alloc(8_192)],
    ["empty", Buffer.alloc(0)],
  ])("makes a damaged record anew: %s", async (_, bytes) => {
    writeFileSync(join(dataDir, "holder.mdb"), bytes);
    const lock = await DataDirLock.acquire({ dataDir, clock });
    expect(await askHolder(dataDir)).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  it("still belongs to its holder when the record is damaged meanwhile", async () => {
    const lock = await DataDirLock.acquire({ dataDir, clock });
    writeFileSync(join(dataDir, "holder.mdb"), randomBytes(9_000));
    expect(await askHolder(dataDir)).toMatchObject({ pid: process.pid });
    await expect(DataDirLock.acquire({ dataDir, clock })).rejects.toMatchObject({
      code: "data_dir_held",
      holder: { pid: process.pid },
    });
    await lock.release();
    await (await DataDirLock.acquire({ dataDir, clock })).release();
  });

  it("works in a directory whose path is too long for a socket", async () => {
    const deep = join(dataDir, "d".repeat(100), "e".repeat(100));
    mkdirSync(deep, { recursive: true });
    const lock = await DataDirLock.acquire({ dataDir: deep, clock });
    expect(await askHolder(deep)).toMatchObject({ pid: process.pid });
    expect((await startProcess(deep)).said).toBe("data_dir_held");
    await lock.release();
    expect((await startProcess(deep)).said).toBe("held");
  });
});
