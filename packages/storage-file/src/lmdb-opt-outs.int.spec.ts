import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aContact, optOutsContract } from "@gateway-router/core/testing";
import { LmdbContactHashes } from "./lmdb-contact-hashes.js";
import { LmdbEnvironment } from "./lmdb-environment.js";
import { LmdbOptOuts } from "./lmdb-opt-outs.js";

async function openInNewFolder() {
  const folder = await mkdtemp(join(tmpdir(), "gateway-opt-outs-"));
  const path = join(folder, "gateway.mdb");
  const environment = LmdbEnvironment.open({ path });
  const hashes = new LmdbContactHashes(environment);
  return {
    ...{ path, environment, hashes, optOuts: new LmdbOptOuts({ environment, hashes }) },
    close: async () => {
      await environment.close();
      await rm(folder, { recursive: true });
    },
  };
}

const STOP = { wish: "opt_out", sentAtMs: Date.UTC(2026, 10, 25) } as const;

describe("LmdbOptOuts", () => {
  optOutsContract({ test: it, open: openInNewFolder });

  it("no number is in the file", async () => {
    const { path, optOuts, close } = await openInNewFolder();
    await optOuts.note(aContact("971501234567"), STOP);
    expect((await readFile(path)).includes("971501234567")).toBe(false);
    await close();
  });

  it("knows by another environment's keys what was hashed there", async () => {
    const [here, there] = [await openInNewFolder(), await openInNewFolder()];
    const [one, other] = [aContact(), aContact()];
    await here.optOuts.note(one, STOP);
    await there.optOuts.note(other, STOP);
    const [hash] = there.hashes.hashesOf(other);
    await here.environment.write(() => {
      here.hashes.restore(there.hashes.keysNow());
      here.hashes.restore(there.hashes.keysNow());
      here.optOuts.restore(hash!, STOP);
    });
    expect(here.hashes.keysNow()).toHaveLength(2);
    expect(await Promise.all([one, other].map((contact) => here.optOuts.isOptedOut(contact)))).toEqual([
      true,
      true,
    ]);
    await here.optOuts.note(other, { wish: "opt_in", sentAtMs: STOP.sentAtMs + 60_000 });
    expect(await here.optOuts.isOptedOut(other)).toBe(false);
    await Promise.all([here.close(), there.close()]);
  });

  it("a key whose write came to nothing is not used for the next", async () => {
    const { environment, hashes, optOuts, close } = await openInNewFolder();
    const contact = aContact();
    const failing = environment.write(() => {
      optOuts.noteInTransaction(contact, STOP);
      throw new Error("cut off");
    });
    await expect(failing).rejects.toThrow("cut off");
    expect(hashes.keysNow()).toEqual([]);
    await optOuts.note(contact, STOP);
    expect(await optOuts.isOptedOut(contact)).toBe(true);
    await close();
  });
});
