import { createHash } from "node:crypto";
import {
  BadCursorError,
  parseTenantId,
  type Page,
  type PutTenantOutcome,
  type PutTenantRequest,
  type RotateTenantRequest,
  type Tenant,
  type TenantId,
  type TenantPageRequest,
  type TenantRegistry,
} from "@gateway-router/core";
import type { PostgresDatabase, Statement } from "./postgres-database.js";

interface TenantRow {
  readonly id: TenantId;
  readonly is_removed: boolean;
  readonly name: string | null;
  readonly url: string | null;
  readonly active: boolean;
  readonly secret: string | null;
  readonly token_hash: string | null;
  readonly previous_secret: string | null;
  readonly previous_token_hash: string | null;
  readonly overlap_until_ms: number | null;
}

interface ReadTenant extends TenantRow {
  readonly now_ms: number;
}

/** Tenants in PostgreSQL, which all instances share: a change counts for each of them at once. */
export class PostgresTenantRegistry implements TenantRegistry {
  constructor(private readonly database: PostgresDatabase) {}

  async find(id: TenantId): Promise<Tenant | undefined> {
    const [row] = await this.database.query<ReadTenant>(FIND, [id]);
    return row === undefined || row.is_removed ? undefined : asTenant(row);
  }

  async findByToken(token: string): Promise<Tenant | undefined> {
    const [row] = await this.database.query<ReadTenant>(FIND_BY_TOKEN, [hashOf(token)]);
    return row && asTenant(row);
  }

  async isRetired(id: TenantId): Promise<boolean> {
    const [row] = await this.database.query<ReadTenant>(FIND, [id]);
    return row?.is_removed === true;
  }

  async list({ limit, cursor }: TenantPageRequest): Promise<Page<Tenant>> {
    const after = cursor === undefined ? 0 : parseTenantId(cursor);
    if (after === undefined) throw new BadCursorError();
    // One more than asked for tells whether there is another page.
    const rows = await this.database.query<ReadTenant>(LIST, [after, limit + 1]);
    const items = rows.slice(0, limit).map(asTenant);
    return { items, nextCursor: rows.length > limit ? String(items.at(-1)!.id) : undefined };
  }

  async confirmUnedited(): Promise<void> {
    // Each change is made to what is there, in one transaction: there is no earlier reading to be out of date.
  }

  put({ id, change, credentials, overlap, onlyNew }: PutTenantRequest): Promise<PutTenantOutcome> {
    return this.database.transaction(async (transaction) => {
      const { name, url, active } = change;
      const created = await transaction.query<ReadTenant>(CREATE, [
        ...[id, name ?? null, url ?? null, active ?? true, credentials.secret, hashOf(credentials.token)],
        ...[overlap?.secret ?? null, overlap?.untilMs ?? null],
      ]);
      if (created[0] !== undefined) return { kind: "created", tenant: asTenant(created[0]) };
      const [known] = await transaction.query<ReadTenant>(LOCK, [id]);
      if (known!.is_removed) return { kind: "retired" };
      if (onlyNew) return { kind: "exists" };
      const [row] = await transaction.query<ReadTenant>(CHANGE, [
        ...[id, name === undefined ? known!.name : name, url === undefined ? known!.url : url],
        active ?? known!.active,
      ]);
      return { kind: "changed", tenant: asTenant(row!) };
    });
  }

  rotate(request: RotateTenantRequest): Promise<Tenant | undefined> {
    const { id, credentials, overlapUntilMs, signedWithBefore } = request;
    return this.database.transaction(async (transaction) => {
      const [known] = await transaction.query<ReadTenant>(LOCK, [id]);
      if (known === undefined || known.is_removed) return undefined;
      const previous =
        overlapUntilMs === undefined
          ? [null, null, null]
          : [known.secret ?? signedWithBefore ?? null, known.token_hash, overlapUntilMs];
      const [row] = await transaction.query<ReadTenant>(ROTATE, [
        ...[id, credentials.secret, hashOf(credentials.token)],
        ...previous,
      ]);
      return asTenant(row!);
    });
  }

  async remove(id: TenantId): Promise<void> {
    await this.database.query(REMOVE, [id]);
  }
}

/** The tenant that the row describes, signed for as is right at that time. */
function asTenant(row: ReadTenant): Tenant {
  const { id, name, url, active, secret, previous_secret: previous, overlap_until_ms, now_ms } = row;
  const isOverlapping = overlap_until_ms !== null && now_ms < overlap_until_ms;
  const overlapping = isOverlapping && previous !== null ? [previous] : [];
  return {
    id,
    ...(name === null ? {} : { name }),
    ...(url === null ? {} : { url }),
    active,
    signingSecrets: secret === null ? [] : [secret, ...overlapping],
  };
}

function hashOf(token: string): string {
  return createHash("sha256").update(token, "utf8").digest("hex");
}

const FIND: Statement = {
  name: "find-tenant",
  text: "SELECT *, now_ms() FROM tenants WHERE id = $1",
};

const FIND_BY_TOKEN: Statement = {
  name: "find-tenant-by-token",
  text: `
SELECT *, now_ms() FROM tenants
WHERE token_hash = $1 OR (previous_token_hash = $1 AND overlap_until_ms > now_ms()) LIMIT 1`,
};

const LIST: Statement = {
  name: "list-tenants",
  text: "SELECT *, now_ms() FROM tenants WHERE id > $1 AND NOT is_removed ORDER BY id LIMIT $2",
};

const LOCK: Statement = {
  name: "lock-tenant",
  text: "SELECT *, now_ms() FROM tenants WHERE id = $1 FOR UPDATE",
};

const CREATE: Statement = {
  name: "create-tenant",
  text: `
INSERT INTO tenants (id, name, url, active, secret, token_hash, previous_secret, overlap_until_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT DO NOTHING RETURNING *, now_ms()`,
};

const CHANGE: Statement = {
  name: "change-tenant",
  text: "UPDATE tenants SET name = $2, url = $3, active = $4 WHERE id = $1 RETURNING *, now_ms()",
};

const ROTATE: Statement = {
  name: "rotate-tenant",
  text: `
UPDATE tenants SET secret = $2, token_hash = $3, previous_secret = $4, previous_token_hash = $5, overlap_until_ms = $6
WHERE id = $1 RETURNING *, now_ms()`,
};

const REMOVE: Statement = {
  name: "remove-tenant",
  text: `
INSERT INTO tenants (id, is_removed, active) VALUES ($1, true, false)
ON CONFLICT (id) DO UPDATE SET
  is_removed = true, active = false, name = NULL, url = NULL, secret = NULL, token_hash = NULL,
  previous_secret = NULL, previous_token_hash = NULL, overlap_until_ms = NULL`,
};
