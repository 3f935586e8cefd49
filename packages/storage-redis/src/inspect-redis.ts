import { durabilityFindings, type DurabilityFinding } from "./durability.js";
import { DEFAULT_PREFIX, isNewEnough, LAYOUT, newClient, versionOf, type Reply } from "./redis-database.js";
import { asStorageError, messageOf } from "./redis-errors.js";

export interface InspectOptions {
  readonly url: string;
  readonly prefix?: string;
}

/** What a look at the engine shows, without changing anything. */
export type RedisCondition =
  | { readonly kind: "unreachable"; readonly fault: string }
  | {
      readonly kind: "reachable";
      /** `7.4.1` */
      readonly version: string;
      /** Whether this version of the gateway can work with it. */
      readonly isNewEnough: boolean;
      /** Whether it takes writes: a replica does not. */
      readonly isWritable: boolean;
      /** The layout of the keys; nothing where there are none yet. */
      readonly layout: number | undefined;
      /** Up to which one this version knows. */
      readonly knownLayout: number;
      readonly findings: readonly DurabilityFinding[];
    };

/** Looks at the engine and at the keys. Never rejects for what the engine does. */
export async function inspectRedis({
  url,
  prefix = DEFAULT_PREFIX,
}: InspectOptions): Promise<RedisCondition> {
  const client = newClient(url, { isReconnecting: false });
  // What breaks between two commands is told by the next one.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const call = (command: readonly (string | Buffer)[]) =>
      client.sendCommand<Reply>(command).catch((error: unknown) => {
        throw asStorageError(error);
      });
    const version = versionOf(await call(["INFO", "server"]));
    const layout = await call(["GET", `${prefix}layout`]);
    return {
      kind: "reachable",
      version: version.text,
      isNewEnough: isNewEnough(version),
      isWritable: !/^role:slave/m.test(String(await call(["INFO", "replication"]))),
      layout: layout === null ? undefined : Number(layout),
      knownLayout: LAYOUT,
      findings: await durabilityFindings({ call }),
    };
  } catch (error) {
    return { kind: "unreachable", fault: messageOf(error) };
  } finally {
    if (client.isOpen) client.destroy();
  }
}
