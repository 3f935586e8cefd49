import type { AdminKey } from "../domain/admin-key.js";
import type { AddAdminKeyOutcome, AddAdminKeyRequest, AdminKeyStore } from "../ports/admin-key-store.js";

interface KeptKey {
  readonly record: AdminKey;
  readonly key: string;
}

/** Admin keys in memory: a real adapter for tests, demonstrations and services that can afford to forget. */
export class InMemoryAdminKeyStore implements AdminKeyStore {
  private readonly kept = new Map<string, KeptKey>();

  async findByKey(key: string): Promise<AdminKey | undefined> {
    return [...this.kept.values()].filter((each) => each.key === key).map(({ record }) => record)[0];
  }

  async list(): Promise<readonly AdminKey[]> {
    return [...this.kept.values()]
      .map(({ record }) => record)
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  async add({ name, role, createdAtMs, key, most }: AddAdminKeyRequest): Promise<AddAdminKeyOutcome> {
    if (this.kept.has(name)) return "exists";
    if (this.kept.size >= most) return "full";
    this.kept.set(name, { record: { name, role, createdAtMs }, key });
    return "added";
  }

  async remove(name: string): Promise<AdminKey | undefined> {
    const removed = this.kept.get(name)?.record;
    this.kept.delete(name);
    return removed;
  }
}
