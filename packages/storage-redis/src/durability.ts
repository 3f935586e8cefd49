import type { RedisDatabase } from "./redis-database.js";
import { StorageUnavailableError } from "@gateway-router/core";

/** What about the engine's settings can lose what the gateway has acknowledged. */
export interface DurabilityFinding {
  /** Stable, snake_case: `no_append_only_file`. */
  readonly code:
    | "no_append_only_file"
    | "fsync_every_second"
    | "no_fsync"
    | "no_fsync_on_rewrite"
    | "evicts"
    | "no_memory_limit"
    | "unknown_settings";
  /** The engine's setting, and what it should be: `appendonly yes`. */
  readonly setting: string;
  /** What it is. */
  readonly value: string;
  /** What can happen, and what to do, in a sentence or two. */
  readonly message: string;
  /** `loses`: acknowledged messages can be lost. `notice`: worth knowing. */
  readonly severity: "loses" | "notice";
}

const SETTINGS = [
  ...["appendonly", "appendfsync", "no-appendfsync-on-rewrite"],
  ...["maxmemory", "maxmemory-policy"],
];

/**
 * Reads the engine's settings and tells which of them can lose what was acknowledged; none where all is well. Rejects with
 * `StorageUnavailableError` where the engine is away. Settings may be changed while the engine runs, so ask now and then.
 */
export async function durabilityFindings(
  database: Pick<RedisDatabase, "call">,
): Promise<readonly DurabilityFinding[]> {
  const settings = new Map<string, string>();
  try {
    for (const name of SETTINGS) {
      const reply = await database.call(["CONFIG", "GET", name]);
      const [, value] = reply as readonly string[];
      if (value !== undefined) settings.set(name, value);
    }
  } catch (error) {
    if (error instanceof StorageUnavailableError && !isForbidden(error.cause)) throw error;
    return [UNKNOWN];
  }
  if (!SETTINGS.slice(0, 2).every((name) => settings.has(name))) return [UNKNOWN];
  return [...fileFindings(settings), ...memoryFindings(settings)];
}

const UNKNOWN: DurabilityFinding = {
  code: "unknown_settings",
  setting: "appendonly yes, appendfsync always, maxmemory-policy noeviction",
  value: "not told",
  message:
    "Redis does not tell its settings (CONFIG GET is forbidden, or renamed). See to it that it has appendonly yes, appendfsync always and maxmemory-policy noeviction: otherwise it can lose acknowledged messages.",
  severity: "notice",
};

function fileFindings(settings: ReadonlyMap<string, string>): DurabilityFinding[] {
  const appendonly = settings.get("appendonly")!;
  if (appendonly !== "yes") {
    return [
      {
        ...{ code: "no_append_only_file", setting: "appendonly yes", value: appendonly, severity: "loses" },
        message:
          "Redis keeps no append-only file: a restart or a crash loses what came since its last snapshot, or all of it. Set appendonly yes (CONFIG SET appendonly yes, then CONFIG REWRITE).",
      },
    ];
  }
  const appendfsync = settings.get("appendfsync")!;
  if (appendfsync === "always") {
    if (settings.get("no-appendfsync-on-rewrite") !== "yes") return [];
    return [
      {
        ...{ code: "no_fsync_on_rewrite", setting: "no-appendfsync-on-rewrite no", value: "yes" },
        message:
          "While Redis rewrites its append-only file it brings nothing to the disk: a crash of its machine then loses acknowledged messages. Set no-appendfsync-on-rewrite no.",
        severity: "loses",
      },
    ];
  }
  const isEverySecond = appendfsync === "everysec";
  return [
    {
      ...{ code: isEverySecond ? "fsync_every_second" : "no_fsync", setting: "appendfsync always" },
      ...{ value: appendfsync, severity: "loses" },
      message: isEverySecond
        ? "Redis brings its append-only file to the disk once a second: a crash of its machine loses up to a second of acknowledged messages (a crash of Redis alone loses none). Set appendfsync always."
        : "Redis leaves it to the system when its append-only file gets to the disk: a crash of its machine loses half a minute of acknowledged messages, or more. Set appendfsync always.",
    },
  ];
}

function memoryFindings(settings: ReadonlyMap<string, string>): DurabilityFinding[] {
  const policy = settings.get("maxmemory-policy");
  if (policy !== undefined && policy !== "noeviction") {
    return [
      {
        ...{ code: "evicts", setting: "maxmemory-policy noeviction", value: policy, severity: "loses" },
        message:
          "Redis throws keys away when its memory is full, mappings and waiting messages among them. Set maxmemory-policy noeviction: then a full Redis refuses new messages, which are answered 503 and come again.",
      },
    ];
  }
  if (settings.get("maxmemory") !== "0") return [];
  return [
    {
      ...{ code: "no_memory_limit", setting: "maxmemory", value: "0", severity: "notice" },
      message:
        "Redis has no memory limit, so that the system may end it when memory runs out. Set maxmemory to what its machine can spare: then a full Redis refuses new messages, which are answered 503 and come again.",
    },
  ];
}

function isForbidden(cause: unknown): boolean {
  return cause instanceof Error && cause.message.startsWith("NOPERM");
}
