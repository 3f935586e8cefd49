import { AsyncLocalStorage } from "node:async_hooks";

const requestIds = new AsyncLocalStorage<string>();

/** Runs the work such that every line logged on its way carries the request's id. */
export function withRequestId<Result>(requestId: string, work: () => Result): Result {
  return requestIds.run(requestId, work);
}

export function currentRequestId(): string | undefined {
  return requestIds.getStore();
}

/** Runs the work as if no request had caused it. */
export function withoutRequestId<Result>(work: () => Result): Result {
  return requestIds.exit(work);
}
