import { readFileSync } from "node:fs";

export interface ProcessMemory {
  /** All that is in memory of it, in bytes, pages of mapped files included, which the system takes back when it needs them. */
  readonly whole: number;
  /** Without these. */
  readonly ownOnly: number;
}

/** The memory of this process, as Linux tells it. */
export function memoryOfProcess(): ProcessMemory {
  const status = readFileSync("/proc/self/status", "utf8");
  const bytes = (name: string): number => {
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
    if (kilobytes === undefined) throw new Error(`The system does not tell ${name}`);
    return Number(kilobytes) * 1_024;
  };
  return { whole: bytes("VmRSS"), ownOnly: bytes("RssAnon") };
}
