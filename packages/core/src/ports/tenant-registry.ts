import { GatewayError } from "../domain/errors.js";
import type { Tenant, TenantId } from "../domain/tenant.js";
import type { Page } from "./delivery-queue.js";
import type { TenantDirectory } from "./tenant-directory.js";

/**
 * The tenants as somebody wrote them down, with what each of them proves itself by. Every write is atomic and
 * durable when its promise resolves; one that rejects with `StorageUnavailableError` or
 * `TenantRegistryEditedError` has not happened.
 *
 * Of a token only its SHA-256 is kept. Nothing here answers a token or a hash.
 */
export interface TenantRegistry extends TenantDirectory {
  /**
   * Whose token it is, active or not. Looked up by the token's hash, so that the time it takes tells nothing of
   * tokens that are nearly right.
   */
  findByToken(token: string): Promise<Tenant | undefined>;

  /** Whether the id was removed: it is never a tenant's again. */
  isRetired(id: TenantId): Promise<boolean>;

  /** In the order of their ids. What comes or goes between two pages hides no other. */
  list(page: TenantPageRequest): Promise<Page<Tenant>>;

  /** Makes the tenant, or changes it where it is there; a change leaves its secrets and tokens as they are. */
  put(request: PutTenantRequest): Promise<PutTenantOutcome>;

  /**
   * Gives the tenant a new secret and token. The ones it had until now stay good until `overlapUntilMs`, and at
   * once no more where that is not given; those of an earlier overlap end in any case.
   */
  rotate(request: RotateTenantRequest): Promise<Tenant | undefined>;

  /** Removes the tenant, or keeps an id that was never there from becoming one: it is retired. Idempotent. */
  remove(id: TenantId): Promise<void>;
}

export interface TenantPageRequest {
  readonly limit: number;
  /** The `nextCursor` of the page before; another one is a `BadCursorError`. */
  readonly cursor?: string;
}

/** What is not given stays as it is; `null` takes it away. */
export interface TenantChange {
  readonly name?: string | null;
  readonly url?: string | null;
  /** True for a new tenant that does not say. */
  readonly active?: boolean;
}

/** By what a tenant knows the gateway, and the gateway the tenant. */
export interface TenantCredentials {
  /** `whsec_…`: signs what is sent to the tenant. */
  readonly secret: string;
  /** What the tenant's own requests carry. */
  readonly token: string;
}

/** What a tenant was signed for with until now, and for how long that goes on beside its new secret. */
export interface SigningOverlap {
  readonly secret: string;
  readonly untilMs: number;
}

export interface PutTenantRequest {
  readonly id: TenantId;
  readonly change: TenantChange;
  /** Used where the tenant is not there yet. */
  readonly credentials: TenantCredentials;
  readonly overlap?: SigningOverlap;
  /** Whether a tenant that is there is left as it is. */
  readonly onlyNew: boolean;
}

export type PutTenantOutcome =
  | { readonly kind: "created" | "changed"; readonly tenant: Tenant }
  /** It is there, and was to be new. */
  | { readonly kind: "exists" }
  | { readonly kind: "retired" };

export interface RotateTenantRequest {
  readonly id: TenantId;
  readonly credentials: TenantCredentials;
  readonly overlapUntilMs: number | undefined;
  /** What was signed with until now where the tenant has no secret of its own. */
  readonly signedWithBefore: string | undefined;
}

/** New secrets and tokens that nobody can guess. */
export interface CredentialSource {
  credentials(): TenantCredentials;
}

/**
 * What the registry keeps was changed by somebody else since it was last read, or can't be read: nothing was
 * written, and the change can be made again when whoever made the other one has looked at it.
 */
export class TenantRegistryEditedError extends GatewayError {
  constructor(code: "tenants_file_edited" | "tenants_file_damaged", message: string) {
    super(code, message, { retryable: code === "tenants_file_edited" });
  }
}
