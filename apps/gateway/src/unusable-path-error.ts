import { GatewayError } from "@gateway-router/core";

export interface SetPath {
  /** The variable that sets the path. */
  readonly setting: string;
  readonly path: string;
}

/** The system does not let the gateway work with a path: the setting to look at, and the system's reason. */
export class UnusablePathError extends GatewayError {
  constructor({ setting, path }: SetPath, cause: Error) {
    super("unusable_path", `${setting} is ${path}, which can't be used: ${cause.message}`, {
      retryable: false,
      cause,
    });
  }
}

/** Runs work on what a setting names. What the system refuses on its way is put down to that setting. */
export async function usingPath<Result>(of: SetPath, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw isRefusalOfTheSystem(error) ? new UnusablePathError(of, error) : error;
  }
}

/** Node gives the name of the system's error and the call that failed; LMDB gives the error's number alone. */
function isRefusalOfTheSystem(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  return typeof code === "number" || (typeof code === "string" && typeof syscall === "string");
}
