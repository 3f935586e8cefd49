import type { StateStore } from "../ports/state-store.js";

export class InMemoryStateStore implements StateStore {
  private readonly values = new Map<string, string>();

  async read(name: string): Promise<string | undefined> {
    return this.values.get(name);
  }

  async write(name: string, value: string): Promise<void> {
    this.values.set(name, value);
  }
}
