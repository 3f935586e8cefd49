import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BenchProcess } from "./bench-process.js";
import { contactAt } from "./contacts.js";
import type { Orders } from "./orders.js";
import type { MappingsOrders } from "./processes/mappings.js";
import { tenantAt } from "./tenants.js";

/** How much work one round is. Small for a test that only asks whether a benchmark still runs. */
export interface Scale {
  readonly rounds: number;
  /** Webhooks, deliveries or locks of one round. */
  readonly perRound: number;
  readonly many: number;
  readonly fewer: number;
  readonly few: number;
  /** How long a row at a fixed rate goes on. */
  readonly seconds: number;
  readonly perSecond: number;
  readonly inMemory: number;
}

export const FULL_SCALE: Scale = {
  rounds: 7,
  perRound: 8_000,
  many: 1_000_000,
  fewer: 100_000,
  few: 1_000,
  seconds: 20,
  perSecond: 1_000,
  inMemory: 50_000,
};

export interface WorkshopOptions {
  readonly scale: Scale;
  /** Told what is being done. */
  readonly say: (what: string) => void;
  /** Where gateways leave profiles of their time, for those who look for what to mend; rates are lower then. */
  readonly profileFolder?: string;
}

/** Where benchmarks are made: a folder on the disk, and everything in it and from it that is to be cleared away. To be closed. */
export class Workshop {
  private readonly open: { close(): Promise<void> }[] = [];
  private readonly prepared = new Map<number, Promise<string>>();
  private folders = 0;

  private constructor(
    private readonly folder: string,
    private readonly options: WorkshopOptions,
  ) {}

  static async open(options: WorkshopOptions): Promise<Workshop> {
    return new Workshop(await mkdtemp(join(tmpdir(), "gateway-bench-")), options);
  }

  get scale(): Scale {
    return this.options.scale;
  }

  get profileFolder(): string | undefined {
    return this.options.profileFolder;
  }

  say(what: string): void {
    this.options.say(what);
  }

  process<Known extends Orders>(program: string, execArgv: readonly string[] = []): BenchProcess<Known> {
    return this.keep(BenchProcess.start<Known>(program, execArgv));
  }

  /** Closes it with the workshop's other things, should nobody do so before. */
  keep<Thing extends { close(): Promise<void> }>(thing: Thing): Thing {
    this.open.push(thing);
    return thing;
  }

  async newFolder(): Promise<string> {
    this.folders += 1;
    const folder = join(this.folder, String(this.folders));
    await mkdir(folder);
    return folder;
  }

  /** A data folder with that many contacts, which its caller may change. */
  async dataDirWith(contacts: number): Promise<string> {
    let original = this.prepared.get(contacts);
    if (original === undefined) {
      original = this.prepareDataDir(contacts);
      this.prepared.set(contacts, original);
    }
    const dataDir = await this.newFolder();
    await cp(await original, dataDir, { recursive: true });
    return dataDir;
  }

  private async prepareDataDir(contacts: number): Promise<string> {
    this.say(`preparing ${contacts.toLocaleString("en-US")} mappings`);
    const dataDir = await this.newFolder();
    const lines = Array.from(
      { length: contacts },
      (_, index) => `  "${contactAt(index)}": ${tenantAt(index)}`,
    );
    await writeFile(join(dataDir, "user_tenant_mapping.json"), `{\n${lines.join(",\n")}\n}\n`);
    // As a gateway takes over a file that was put there by hand.
    const store = this.process<MappingsOrders>("mappings");
    await store.ask("open", { dataDir });
    await store.ask("shut", undefined);
    await store.close();
    return dataDir;
  }

  /** What a row opened, which the next one has no use for. */
  async clear(): Promise<void> {
    for (const thing of this.open.splice(0).reverse()) await thing.close();
  }

  async close(): Promise<void> {
    await this.clear();
    await rm(this.folder, { recursive: true, force: true });
  }
}
