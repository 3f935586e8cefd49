/** What infrastructure throws. Expected outcomes are values; only faults are errors. */
export class GatewayError extends Error {
  /** Stable, snake_case: what callers branch on. */
  readonly code: string;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;

  constructor(code: string, message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = options.retryable;
  }
}

/** A list was asked to go on from a cursor that it did not hand out, or handed out for another list. */
export class BadCursorError extends GatewayError {
  constructor() {
    super("bad_cursor", "The cursor must be the next_cursor of the page before", { retryable: false });
  }
}

/** The storage did not take a write or give an answer: nothing was acknowledged. */
export class StorageUnavailableError extends GatewayError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super("storage_unavailable", message, { retryable: true, ...options });
  }
}
