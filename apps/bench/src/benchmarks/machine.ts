import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";

const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0xef53: "ext4",
  0x58465342: "xfs",
  0x9123683e: "btrfs",
  0x01021994: "tmpfs (no disk: what is durable costs nothing there)",
  0x794c7630: "overlayfs",
};
/** What the rows and their yardsticks are made of. */
const PACKAGES = ["express", "axios", "lmdb", "winston"];

/** What the numbers depend on, without whose machine it is or where. */
export async function machineText(): Promise<string> {
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  const { type: fileSystem } = await statfs(tmpdir());
  const versions = PACKAGES.map((name) => `${name} ${versionOf(name)}`);
  return [
    `- ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${gibibytes} GiB of memory, ${type()} ${release().split("-", 1)[0]!}, files on ${FILE_SYSTEMS[fileSystem] ?? "a file system of another kind"}`,
    `- Node.js ${process.version}, ${versions.join(", ")}`,
    `- load average when the run began: ${loadavg()[0]!.toFixed(1)}`,
  ].join("\n");
}

function versionOf(name: string): string {
  const path = createRequire(import.meta.url)
    .resolve.paths(name)
    ?.map((folder) => `${folder}/${name}/package.json`);
  for (const file of path ?? []) {
    try {
      return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return "of unknown version";
}
