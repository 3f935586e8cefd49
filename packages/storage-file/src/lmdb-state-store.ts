import type { StateStore } from "@gateway-router/core";
import type { LmdbDatabase } from "./lmdb-database.js";
import type { LmdbEnvironment } from "./lmdb-environment.js";

/** What the gateway remembers across restarts, in LMDB. */
export class LmdbStateStore implements StateStore {
  private readonly values: LmdbDatabase<string>;

  constructor(private readonly environment: LmdbEnvironment) {
    this.values = environment.database("gateway-state");
  }

  async read(name: string): Promise<string | undefined> {
    return this.values.get(name);
  }

  write(name: string, value: string): Promise<void> {
    return this.environment.write(() => this.values.put(name, value));
  }
}
