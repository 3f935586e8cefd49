export interface HttpErrorOptions {
  readonly details?: readonly ErrorDetail[];
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ErrorDetail {
  readonly field: string;
  readonly message: string;
}

/** An answer other than success, thrown where a request can go no further; `sendError` writes it. */
export class HttpError extends Error {
  readonly details: readonly ErrorDetail[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly status: number,
    /** Stable, snake_case: what programs branch on. */
    readonly code: string,
    message: string,
    { details, headers = {} }: HttpErrorOptions = {},
  ) {
    super(message);
    this.name = "HttpError";
    this.details = details;
    this.headers = headers;
  }
}

const RETRY_AFTER_SECONDS = 2;

/** WAHA and well-behaved clients honour `Retry-After`, so that a gateway in trouble is not asked at once again. */
export function unavailable(code: string, message: string): HttpError {
  return new HttpError(503, code, message, { headers: { "Retry-After": String(RETRY_AFTER_SECONDS) } });
}

export function notFound(): HttpError {
  return new HttpError(404, "not_found", "There is nothing here.");
}

/** Not a cursor that this list handed out. */
export function invalidCursor(): HttpError {
  return invalidParameter("cursor", "must be the next_cursor of the page before");
}

export function invalidParameter(field: string, message: string): HttpError {
  return new HttpError(400, "invalid_parameter", `${field} ${message}.`, { details: [{ field, message }] });
}
