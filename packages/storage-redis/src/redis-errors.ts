import { StorageUnavailableError } from "@gateway-router/core";
import {
  ClientClosedError,
  ClientOfflineError,
  ConnectionTimeoutError,
  DisconnectsClientError,
  ErrorReply,
  ReconnectStrategyError,
  SocketClosedUnexpectedlyError,
  SocketTimeoutError,
  TimeoutError,
  AbortError,
} from "@redis/client";

const CONNECTION_ERRORS = [
  ...[ClientClosedError, ClientOfflineError, ConnectionTimeoutError, DisconnectsClientError, AbortError],
  ...[ReconnectStrategyError, SocketClosedUnexpectedlyError, SocketTimeoutError, TimeoutError],
];

/** By how the engine refuses what it can't do now. A script is refused before it begins, so that nothing of it happened. */
const REFUSALS =
  /^(BUSY|LOADING|MASTERDOWN|MISCONF|NOAUTH|NOREPLICAS|NOPERM|OOM|READONLY|TRYAGAIN|UNKILLABLE|WRONGPASS)\b/;

/** What to throw for what the client threw: `StorageUnavailableError`, unless the fault is the gateway's own. */
export function asStorageError(error: unknown): Error {
  if (error instanceof StorageUnavailableError) return error;
  const message = messageOf(error);
  if (error instanceof ErrorReply && !REFUSALS.test(message)) return error;
  const isKnown =
    error instanceof ErrorReply || CONNECTION_ERRORS.some((kind) => error instanceof kind) || hasCode(error);
  // The client's own word for more calls than it may keep waiting, of no class of its own.
  if (!isKnown && message !== "The queue is full") return error instanceof Error ? error : new Error(message);
  return new StorageUnavailableError(`Redis is not available: ${message}`, { cause: error });
}

/** Faults of the network have one: `ECONNREFUSED`. By its looks, for what the platform makes need not be of this module's world. */
function hasCode(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string";
}

export function messageOf(error: unknown): string {
  const isError = typeof error === "object" && error !== null && "message" in error;
  return String(isError ? error.message : error);
}
