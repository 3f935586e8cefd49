import { randomIds, systemClock, type TenantId } from "@gateway-router/core";
import { openFileStorage, type FileStorage } from "@gateway-router/storage-file";
import { atATime } from "../at-a-time.js";
import { contactAt } from "../contacts.js";
import { carryOut } from "../orders.js";
import { memoryOfProcess, type ProcessMemory } from "../memory-of-process.js";
import { silentLogger } from "../silent-logger.js";
import { tenantAt } from "../tenants.js";

export type MappingsOrders = typeof orders;

/** The embedded storage alone, as the gateway opens it. */
let storage: FileStorage | undefined;

const orders = {
  async open({ dataDir }: { readonly dataDir: string }): Promise<void> {
    storage = await openFileStorage({
      ...{ dataDir, clock: systemClock, ids: randomIds, logger: silentLogger },
      ...{ duplicateMemoryDays: 7, backupKeepDays: 14 },
    });
  },

  /** Locks new contacts, so many at a time. Answers how many a second. */
  async lock({ first, contacts, width, whileWriting = false }: LockOrder): Promise<number> {
    const { mappings } = opened();
    const writing = whileWriting ? mappings.writeFile() : undefined;
    const tookMs = await atATime({ pieces: contacts, width }, async (index) => {
      const outcome = await mappings.lock(
        {
          ...{ contact: contactAt(first + index), tenantId: tenantAt(first + index) as TenantId },
          ...{ generation: randomIds.generation(), lockedAtMs: Date.now() },
        },
        Date.now(),
      );
      if (outcome.kind !== "locked") throw new Error(`The contact is ${outcome.kind}`);
    });
    await writing;
    return (contacts * 1_000) / tookMs;
  },

  /** The memory of the process in bytes, after each of the contacts was looked up once. */
  async memory({ contacts }: { readonly contacts: number }): Promise<ProcessMemory> {
    const { mappings } = opened();
    for (let index = 0; index < contacts; index += 1) await mappings.find(contactAt(index));
    globalThis.gc?.();
    return memoryOfProcess();
  },

  async shut(): Promise<void> {
    await storage?.close();
    storage = undefined;
  },
};

interface LockOrder {
  readonly first: number;
  readonly contacts: number;
  readonly width: number;
  /** Whether the mapping file is rewritten meanwhile, once. */
  readonly whileWriting?: boolean;
}

function opened(): FileStorage {
  if (storage === undefined) throw new Error("Open the storage first");
  return storage;
}

carryOut(orders);
