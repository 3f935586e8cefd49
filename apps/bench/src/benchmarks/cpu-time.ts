import { readFileSync } from "node:fs";

/** Linux tells the time of a process in hundredths of a second, whatever the machine. */
const MS_PER_TICK = 10;

/** How long the process of that id has used a processor, all its threads together, in milliseconds. */
export function cpuTimeMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name, in brackets, may hold anything; what follows it are numbers.
  const [userTicks, systemTicks] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number);
  return ((userTicks ?? 0) + (systemTicks ?? 0)) * MS_PER_TICK;
}
