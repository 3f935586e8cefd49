import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contactAt } from "../contacts.js";
import { carryOut } from "../orders.js";
import { tenantAt } from "../tenants.js";

export type WholeFileOrders = typeof orders;

/** The obvious way to keep the mapping: one object, written out whole at each lock, without even a flush to the disk. */
let mapping: Record<string, number> = {};
let path = "";

const orders = {
  open({ dataDir }: { readonly dataDir: string }): void {
    path = join(dataDir, "user_tenant_mapping.json");
    mapping = JSON.parse(readFileSync(path, "utf8")) as Record<string, number>;
  },

  /** Answers how many locks a second. */
  lock({ first, contacts }: { readonly first: number; readonly contacts: number }): number {
    const startedAtMs = performance.now();
    for (let index = first; index < first + contacts; index += 1) {
      mapping[contactAt(index)] = tenantAt(index);
      writeFileSync(path, JSON.stringify(mapping, null, 2));
    }
    return (contacts * 1_000) / (performance.now() - startedAtMs);
  },

  /** Answers the milliseconds that parsing the file takes, without reading it from the disk. */
  parse({ file }: { readonly file: string }): number {
    const text = readFileSync(file, "utf8");
    const startedAtMs = performance.now();
    JSON.parse(text);
    return performance.now() - startedAtMs;
  },
};

carryOut(orders);
