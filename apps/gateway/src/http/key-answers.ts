import {
  FIRST_ADMIN_KEY,
  type AddAdminKeyResult,
  type ListedAdminKey,
  type RemoveAdminKeyResult,
} from "@gateway-router/core";
import { HttpError } from "./http-error.js";

/** What is told of admin keys, and by which status. What was refused is thrown as the error it is answered with. */
export interface KeyAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A key without the key. */
export function keyBody({ name, role, createdAtMs }: ListedAdminKey) {
  return { name, role, created_at: createdAtMs === undefined ? null : new Date(createdAtMs).toISOString() };
}

export function addKeyAnswer(result: AddAdminKeyResult): KeyAnswer {
  switch (result.kind) {
    case "added":
      return { status: 201, body: { ...keyBody(result.added), key: result.key } };
    case "exists":
      throw new HttpError(409, "key_exists", `There is a key ${result.name} already.`);
    case "full":
      throw new HttpError(
        409,
        "too_many_keys",
        `There are ${result.most} keys beside the first one, as many as there may be: remove one that nobody uses.`,
      );
  }
}

export function removeKeyAnswer(result: RemoveAdminKeyResult): KeyAnswer {
  switch (result.kind) {
    case "removed":
      return { status: 200, body: { status: "deleted", name: result.name } };
    case "first":
      throw new HttpError(
        409,
        "first_key",
        `The key ${FIRST_ADMIN_KEY} can't be removed: change ADMIN_API_KEY, or, where that is not set, remove the file admin-api-key from DATA_DIR, and start the gateway again.`,
      );
    case "unknown":
      throw new HttpError(404, "unknown_key", `There is no key ${result.name}.`);
  }
}
