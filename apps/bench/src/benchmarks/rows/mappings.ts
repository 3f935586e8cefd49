import { stat } from "node:fs/promises";
import { join } from "node:path";
import { alternate } from "../alternate.js";
import { startGateway } from "../bench-gateway.js";
import { times, type Benchmark, type Measurement } from "../benchmark.js";
import type { ProcessMemory } from "../memory-of-process.js";
import { medianOf, perSecond, readable } from "../numbers.js";
import type { MappingsOrders } from "../processes/mappings.js";
import type { WholeFileOrders } from "../processes/whole-file.js";

/** Locks that wait at a time, as from so many webhooks under way. */
const WIDTH = 64;
/** The obvious way takes this long for one, so a round of it has few. */
const LOCKS_THE_OBVIOUS_WAY = 20;

const MAPPING_FILE = "user_tenant_mapping.json";

/** Whether a lock costs more where there are many already. */
export const lockAmongMany: Benchmark = {
  name: "lock",
  async run(workshop) {
    const { rounds, perRound, many, few } = workshop.scale;
    const contacts = Math.floor(perRound / 2);
    const count = many.toLocaleString("en-US");
    workshop.say(`new lock at ${count} mappings`);
    const [large, small] = [
      workshop.process<MappingsOrders>("mappings"),
      workshop.process<MappingsOrders>("mappings"),
    ];
    await large.ask("open", { dataDir: await workshop.dataDirWith(many) });
    let first = many;
    const lockAmongMany = (whileWriting: boolean) => async (): Promise<number> => {
      first += contacts;
      return large.ask("lock", { first: first - contacts, contacts, width: WIDTH, whileWriting });
    };
    // Few stay few: each round begins anew.
    const lockAmongFew = async (): Promise<number> => {
      await small.ask("open", { dataDir: await workshop.dataDirWith(few) });
      // What a file that was just copied costs at first is not a matter of how many there are.
      await small.ask("lock", { first: few, contacts: WIDTH, width: WIDTH });
      const rate = await small.ask("lock", { first: few + WIDTH, contacts, width: WIDTH });
      await small.ask("shut", undefined);
      return rate;
    };
    const measurements = [];
    for (const whileWriting of [false, true]) {
      const medians = await alternate({
        rounds,
        yardstick: lockAmongFew,
        candidate: lockAmongMany(whileWriting),
      });
      measurements.push({
        what: `new lock at ${count} mappings${whileWriting ? ", while the mapping file is written" : ""}`,
        measured: perSecond(medians.candidate),
        yardstick: `${perSecond(medians.yardstick)} at ${few.toLocaleString("en-US")}`,
        score: medians.candidate / medians.yardstick,
        goal: times(0.9, 1),
      });
    }
    return measurements;
  },
};

/** Against the obvious way to keep a JSON file. */
export const wholeFile: Benchmark = {
  name: "whole-file",
  async run(workshop) {
    const { rounds, perRound, fewer } = workshop.scale;
    const count = fewer.toLocaleString("en-US");
    workshop.say(`lock at ${count} mappings, against rewriting the whole file`);
    const obvious = workshop.process<WholeFileOrders>("whole-file");
    const ours = workshop.process<MappingsOrders>("mappings");
    await obvious.ask("open", { dataDir: await workshop.dataDirWith(fewer) });
    await ours.ask("open", { dataDir: await workshop.dataDirWith(fewer) });
    const contacts = Math.floor(perRound / 2);
    let [first, firstOfObvious] = [fewer, fewer];
    const medians = await alternate({
      rounds,
      yardstick: () => {
        firstOfObvious += LOCKS_THE_OBVIOUS_WAY;
        return obvious.ask("lock", {
          ...{ first: firstOfObvious - LOCKS_THE_OBVIOUS_WAY, contacts: LOCKS_THE_OBVIOUS_WAY },
        });
      },
      candidate: () => {
        first += contacts;
        return ours.ask("lock", { first: first - contacts, contacts, width: WIDTH });
      },
    });
    return [
      {
        what: `new lock at ${count} mappings, durable`,
        measured: perSecond(medians.candidate),
        yardstick: `${perSecond(medians.yardstick)} by rewriting the whole JSON file, not even flushed`,
        score: medians.candidate / medians.yardstick,
        goal: times(100, 300),
      },
    ];
  },
};

export const start: Benchmark = {
  name: "start",
  async run(workshop) {
    const { many, rounds } = workshop.scale;
    const what = `start of the gateway with ${many.toLocaleString("en-US")} mappings`;
    workshop.say(what);
    const dataDir = await workshop.dataDirWith(many);
    const parser = workshop.process<WholeFileOrders>("whole-file");
    // The first one writes the day's backup; it is not counted.
    const { process: gateway } = await startGateway(workshop, { dataDir });
    const medians = await alternate({
      rounds,
      yardstick: () => parser.ask("parse", { file: join(dataDir, MAPPING_FILE) }),
      candidate: async () => {
        await gateway.stop();
        return gateway.start();
      },
    });
    return [
      {
        what,
        measured: `${readable(medians.candidate)} ms`,
        yardstick: `${readable(medians.yardstick)} ms for JSON.parse of the same file`,
        score: medians.candidate / medians.yardstick,
        goal: times(3, 1.5, "lower"),
      },
    ];
  },
};

export const memory: Benchmark = {
  name: "memory",
  async run(workshop) {
    const { many } = workshop.scale;
    const count = many.toLocaleString("en-US");
    workshop.say(`memory per mapping at ${count}`);
    const dataDir = await workshop.dataDirWith(many);
    const { size } = await stat(join(dataDir, MAPPING_FILE));
    const memoryWith = async (folder: string): Promise<ProcessMemory> => {
      const samples = [];
      for (let sample = 0; sample < 3; sample += 1) {
        const store = workshop.process<MappingsOrders>("mappings", ["--expose-gc"]);
        await store.ask("open", { dataDir: folder });
        samples.push(await store.ask("memory", { contacts: many }));
        await store.ask("shut", undefined);
        await store.close();
      }
      return {
        whole: medianOf(samples.map(({ whole }) => whole)),
        ownOnly: medianOf(samples.map(({ ownOnly }) => ownOnly)),
      };
    };
    const empty = await memoryWith(await workshop.newFolder());
    const full = await memoryWith(dataDir);
    const row = (which: keyof ProcessMemory, what: string): Measurement => {
      const bytes = Math.max(0, full[which] - empty[which]) / many;
      return {
        what: `memory per mapping at ${count}, ${what}`,
        measured: `${readable(bytes)} bytes`,
        yardstick: `${readable(size / many)} bytes of JSON`,
        score: (bytes * many) / size,
        goal: times(6, 3, "lower"),
      };
    };
    return [
      row("ownOnly", "the process' own"),
      row("whole", "with the system's cache of the records' file, all of it read"),
    ];
  },
};
