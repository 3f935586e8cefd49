import type { StateStore } from "@gateway-router/core";
import type { RedisDatabase } from "./redis-database.js";

export class RedisStateStore implements StateStore {
  constructor(private readonly database: RedisDatabase) {}

  async read(name: string): Promise<string | undefined> {
    const value = await this.database.call(["HGET", this.key, name]);
    return value === null ? undefined : String(value);
  }

  async write(name: string, value: string): Promise<void> {
    await this.database.call(["HSET", this.key, name, value]);
  }

  private get key(): string {
    return `${this.database.prefix}state`;
  }
}
