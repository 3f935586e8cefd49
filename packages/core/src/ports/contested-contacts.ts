import type { ContactId } from "../domain/contact-id.js";
import { listCursor, numberOfCursor } from "../domain/list-cursor.js";
import type { Mapping } from "../domain/mapping.js";
import type { TenantId } from "../domain/tenant.js";
import type { Page } from "./delivery-queue.js";
import type { IntakeRequest } from "./message-intake.js";

/**
 * Which contacts used a tenant's link while another tenant held them. For admins alone: neither tenant is ever told of
 * the other.
 *
 * There is one record for each contact, holder and link's tenant, however often the link was used. A contact is named as it was
 * known at the time; under another of its names it has another record.
 */
export interface ContestedContacts {
  /** Counts one use of a link. Durable when its promise resolves. */
  note(use: ContestedUse): Promise<void>;
  /** The last used first; one that is used again between two pages moves to the front. Another list's cursor is a `BadCursorError`. */
  list(request: ContestedPageRequest): Promise<Page<ContestedContact>>;
  /** Records per tenant; tenants without one are left out. */
  counts(): Promise<ReadonlyMap<TenantId, ContestedCounts>>;
  /** Removes what is kept under the contact's names. Idempotent. */
  forget(...names: readonly ContactId[]): Promise<void>;
  /** Removes records whose last use is older than that. Answers how many. */
  prune(olderThanMs: number): Promise<number>;
}

/** A link that was of no use: its tenant did not get the contact. */
export interface ContestedUse {
  readonly contact: ContactId;
  /** Who has the contact, and keeps it. */
  readonly heldBy: TenantId;
  /** Whose link it was. */
  readonly linkOf: TenantId;
  readonly campaign?: string;
  readonly atMs: number;
}

export interface ContestedContact extends Omit<ContestedUse, "atMs"> {
  /** The last link's. */
  readonly campaign?: string;
  /** How often it was used. */
  readonly times: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

export interface ContestedCounts {
  /** Of its contacts that used another tenant's link, and stayed. */
  readonly kept: number;
  /** Of contacts that used its link, and stayed with another tenant. */
  readonly missed: number;
}

export interface ContestedPageRequest {
  readonly limit: number;
  readonly cursor?: string;
  /** Only what this tenant kept or missed. */
  readonly tenantId?: TenantId;
}

/** Anybody can try the link of one tenant after the other: of one contact so many records are kept, those last used. */
export const CONTESTED_PER_CONTACT = 100;

/** The record after one more use; the first where there is none yet. */
export function contestedAgain(
  before: ContestedContact | undefined,
  { atMs, ...use }: ContestedUse,
): ContestedContact {
  const { times = 0, firstAtMs = atMs } = before ?? {};
  return { ...use, times: times + 1, firstAtMs, lastAtMs: atMs };
}

/** What the message is against its contact's mapping, should it carry the link of another tenant that takes contacts. */
export function contestedUse(
  { proposal }: IntakeRequest,
  { contact, tenantId: heldBy }: Mapping,
  atMs: number,
): ContestedUse | undefined {
  if (proposal === undefined || proposal.tenantId === heldBy) return undefined;
  const { tenantId: linkOf, campaign } = proposal;
  return { contact, heldBy, linkOf, ...(campaign === undefined ? {} : { campaign }), atMs };
}

/** Names the record behind which the next page of a list begins, by the number of its last use. */
export function contestedCursor(number: number, tenantId: TenantId | undefined): string {
  return listCursor(String(number), { kept: ["contested", tenantId] });
}

/** The number that the cursor names; another list's, or what is none, is a `BadCursorError`. */
export function numberOfContestedCursor(cursor: string, tenantId: TenantId | undefined): number {
  return numberOfCursor(cursor, { kept: ["contested", tenantId] });
}
