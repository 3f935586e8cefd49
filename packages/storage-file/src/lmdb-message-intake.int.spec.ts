import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomIds } from "@gateway-router/core";
import {
  aContact,
  aMapping,
  aMessage,
  aTenantId,
  ManualClock,
  messageIntakeContract,
  silentLogger,
} from "@gateway-router/core/testing";
import { openFileStorage, type FileStorageOptions } from "./file-storage.js";

async function openInNewFolder(crashPoint?: FileStorageOptions["crashPoint"]) {
  const dataDir = await mkdtemp(join(tmpdir(), "gateway-intake-"));
  const clock = new ManualClock();
  const storage = await openFileStorage({
    dataDir,
    clock,
    ids: randomIds,
    logger: silentLogger,
    duplicateMemoryDays: 7,
    backupKeepDays: 14,
    crashPoint,
  });
  return {
    ...storage,
    clock,
    nowMs: () => clock.nowMs(),
    advance: (byMs: number) => clock.advance(byMs),
    async close() {
      await storage.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

describe("LmdbMessageIntake", () => {
  messageIntakeContract({ test: it, open: () => openInNewFolder() });

  it("leaves nothing of a message whose taking in fails between lock and queue", async () => {
    let isFailing = true;
    const storage = await openInNewFolder((name) => {
      if (name === "intake:locked" && isFailing) throw new Error("cut off");
    });
    const message = aMessage({ text: "start_realty_2" });
    const request = {
      message,
      deliveryId: "msg_1",
      holdIfUnmapped: false,
      proposal: { tenantId: aTenantId(2), generation: randomIds.generation(), lockedAtMs: storage.nowMs() },
    };
    await expect(storage.intake.take(request)).rejects.toThrow("cut off");
    expect(await storage.mappings.find(message.contact)).toBeUndefined();
    expect(await storage.deliveries.counts()).toMatchObject({ pending: 0 });
    isFailing = false;
    expect(await storage.intake.take(request)).toMatchObject({ kind: "routed", locked: true, isFirst: true });
    await storage.close();
  });

  it("counts no use of another tenant's link that comes with a message it could not queue", async () => {
    const storage = await openInNewFolder();
    const { mappings, deliveries, contested, intake } = storage;
    await mappings.lock(aMapping({ contact: aContact("971501234567") }), storage.nowMs());
    const request = {
      message: aMessage({ text: "start_realty_55" }),
      deliveryId: "msg_1",
      holdIfUnmapped: false,
      proposal: { tenantId: aTenantId(55), generation: randomIds.generation(), lockedAtMs: storage.nowMs() },
    };
    const enqueue = deliveries.enqueueInTransaction.bind(deliveries);
    deliveries.enqueueInTransaction = () => {
      throw new Error("cut off");
    };
    await expect(intake.take(request)).rejects.toThrow("cut off");
    expect(await contested.counts()).toEqual(new Map());
    deliveries.enqueueInTransaction = enqueue;
    await intake.take(request);
    expect((await contested.list({ limit: 10 })).items).toMatchObject([{ heldBy: 2, linkOf: 55, times: 1 }]);
    await storage.close();
  });
});
