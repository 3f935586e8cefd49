import { GatewayError, StorageUnavailableError } from "@gateway-router/core";

/**
 * SQLSTATE classes that tell of a fault in what was asked rather than of the engine: features it does not have, wrong
 * data, broken constraints, wrong statements, errors that functions raise.
 */
const FAULTS_OF_THE_STATEMENT = ["0A", "22", "23", "42", "P0"];

const SERIALIZATION_FAILURE = "40001";
const DEADLOCK_DETECTED = "40P01";

/** What a query threw, as callers are to see it: an engine that is away, or has no room, is to be asked again later. */
export function asStorageError(error: unknown): unknown {
  if (error instanceof GatewayError) return error;
  const state = sqlState(error);
  if (state !== undefined && FAULTS_OF_THE_STATEMENT.includes(state.slice(0, 2))) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new StorageUnavailableError(`PostgreSQL gave no answer: ${message}`, { cause: error });
}

/** Whether the engine ended the transaction in favour of another one: the same again succeeds. */
export function isConflict(error: unknown): boolean {
  const state = sqlState(error instanceof StorageUnavailableError ? error.cause : error);
  return state === SERIALIZATION_FAILURE || state === DEADLOCK_DETECTED;
}

/** Whether the engine itself answered, so that the connection is sound. */
export function isAnswer(error: unknown): boolean {
  const state = sqlState(error);
  // Class 57 is what a server says that ends the connection; class 08 is about the connection itself.
  return state !== undefined && !state.startsWith("57P") && !state.startsWith("08");
}

/** The five characters by which PostgreSQL names an error; what failed on the way to it has none. */
function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("severity" in error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
