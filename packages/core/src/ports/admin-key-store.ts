import type { AdminKey } from "../domain/admin-key.js";
import { GatewayError } from "../domain/errors.js";

/**
 * The keys to the admin API beside the first one. Every write is atomic and durable when its promise resolves; one
 * that rejects with `StorageUnavailableError` or `AdminKeysEditedError` has not happened.
 *
 * Of a key only its SHA-256 is kept. Nothing here answers a key or a hash.
 */
export interface AdminKeyStore {
  /**
   * Whose key it is, asked at each request of the admin API. The key's hash is compared with each one there is, in
   * constant time and to the last of them, so that every wrong key takes the same work.
   */
  findByKey(key: string): Promise<AdminKey | undefined>;

  /** All of them, in the order of their names. */
  list(): Promise<readonly AdminKey[]>;

  add(request: AddAdminKeyRequest): Promise<AddAdminKeyOutcome>;

  /** Answers what was removed: its key is good for nothing from then on, and its name is free again. */
  remove(name: string): Promise<AdminKey | undefined>;
}

export interface AddAdminKeyRequest extends AdminKey {
  readonly key: string;
  /** How many keys there may be, this one included. */
  readonly most: number;
}

/** `exists`: there is one of that name, which stays as it is. `full`: there are as many as there may be. */
export type AddAdminKeyOutcome = "added" | "exists" | "full";

/** New keys that nobody can guess. */
export interface AdminKeySource {
  adminKey(): string;
}

/**
 * What the store keeps was changed by somebody else since it was last read, or can't be read: nothing was written,
 * and the change can be made again when whoever made the other one has looked at it.
 */
export class AdminKeysEditedError extends GatewayError {
  constructor(code: "keys_file_edited" | "keys_file_damaged", message: string) {
    super(code, message, { retryable: code === "keys_file_edited" });
  }
}
