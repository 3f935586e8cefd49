const NAMES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  404: "Not Found",
  422: "Unprocessable Entity",
};

/** An answer other than success, with the body WAHA gives. */
export class WahaHttpError extends Error {
  constructor(
    readonly status: number,
    readonly body: object,
  ) {
    super(`WAHA answers ${status}`);
    this.name = "WahaHttpError";
  }
}

export function refusal(status: 400 | 404 | 422, message: string | readonly string[]): WahaHttpError {
  return new WahaHttpError(status, { message, error: NAMES[status], statusCode: status });
}

export function unauthorized(): WahaHttpError {
  return new WahaHttpError(401, { message: "Unauthorized", statusCode: 401 });
}

/** What WAHA answers to nearly everything it did not expect, such as a field that is missing. */
export function internalError(message: string): WahaHttpError {
  return new WahaHttpError(500, { statusCode: 500, exception: { name: "Error", message } });
}
