import { FIRST_ADMIN_KEY, isAdminKeyName, type AdminKey, type AdminRole } from "../domain/admin-key.js";
import { BadCursorError } from "../domain/errors.js";
import type { AdminKeySource, AdminKeyStore } from "../ports/admin-key-store.js";
import type { Actor, AuditLog } from "../ports/audit-log.js";
import type { Page } from "../ports/delivery-queue.js";
import type { Clock, Logger } from "../ports/runtime.js";
import { auditedAdminKey } from "./audited.js";

export interface ManageAdminKeysOptions {
  readonly store: AdminKeyStore;
  readonly keys: AdminKeySource;
  readonly audit: Pick<AuditLog, "append">;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface ListedAdminKey extends Omit<AdminKey, "createdAtMs"> {
  /** `undefined` for the first key, of which nobody knows it. */
  readonly createdAtMs: number | undefined;
}

export interface AdminKeyPageRequest {
  readonly limit: number;
  /** The `nextCursor` of the page before; another one is a `BadCursorError`. */
  readonly cursor?: string;
}

export type AddAdminKeyResult =
  | { readonly kind: "added"; readonly added: AdminKey; readonly key: string }
  | { readonly kind: "exists"; readonly name: string }
  | { readonly kind: "full"; readonly most: number };

export type RemoveAdminKeyResult =
  | { readonly kind: "removed"; readonly name: string }
  /** It stands in the settings, and nowhere where it could be removed. */
  | { readonly kind: "first" }
  | { readonly kind: "unknown"; readonly name: string };

/** Beside the first one: enough for people and programs, and few enough to compare with all of them each time. */
export const MOST_ADMIN_KEYS = 100;

/** An admin's work on who else may use the admin API. A key leaves it once, and never by the log. */
export class ManageAdminKeys {
  constructor(private readonly options: ManageAdminKeysOptions) {}

  /** The first key, then the others in the order of their names. What comes or goes between two pages hides no other. */
  async list({ limit, cursor }: AdminKeyPageRequest): Promise<Page<ListedAdminKey>> {
    if (cursor !== undefined && !isAdminKeyName(cursor)) throw new BadCursorError();
    const others: readonly ListedAdminKey[] = await this.options.store.list();
    const first: ListedAdminKey = { name: FIRST_ADMIN_KEY, role: "admin", createdAtMs: undefined };
    const following =
      cursor === undefined
        ? [first, ...others]
        : others.filter(({ name }) => cursor === FIRST_ADMIN_KEY || name > cursor);
    const items = following.slice(0, limit);
    return { items, nextCursor: following.length > limit ? items.at(-1)!.name : undefined };
  }

  async add(command: {
    readonly actor: Actor;
    readonly name: string;
    readonly role: AdminRole;
  }): Promise<AddAdminKeyResult> {
    const { actor, name, role } = command;
    const { store, keys, clock, logger } = this.options;
    if (name === FIRST_ADMIN_KEY) return { kind: "exists", name };
    const added: AdminKey = { name, role, createdAtMs: clock.nowMs() };
    const key = keys.adminKey();
    const outcome = await store.add({ ...added, key, most: MOST_ADMIN_KEYS });
    if (outcome === "exists") return { kind: "exists", name };
    if (outcome === "full") return { kind: "full", most: MOST_ADMIN_KEYS };
    await this.enter(actor, "key.added", name, { before: null, after: auditedAdminKey(added) });
    logger.log("info", `🔑 The admin key ${name} was added, with the role ${role}`, {
      event: "key.added",
      name,
      role,
    });
    return { kind: "added", added, key };
  }

  async remove(name: string, { actor }: { readonly actor: Actor }): Promise<RemoveAdminKeyResult> {
    const { store, logger } = this.options;
    if (name === FIRST_ADMIN_KEY) return { kind: "first" };
    const removed = await store.remove(name);
    if (removed === undefined) return { kind: "unknown", name };
    await this.enter(actor, "key.removed", name, { before: auditedAdminKey(removed), after: null });
    logger.log("warn", `🔑 The admin key ${name} was removed; it opens nothing any more`, {
      event: "key.removed",
      name,
      role: removed.role,
    });
    return { kind: "removed", name };
  }

  private async enter(
    actor: Actor,
    action: string,
    name: string,
    details: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const { audit, clock } = this.options;
    await audit.append({ atMs: clock.nowMs(), actor, action, subject: `key ${name}`, details });
  }
}
