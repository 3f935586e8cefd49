import type { ApiFault } from "./types.js";

const ROOT = "/api/gateway";

/** What the gateway refused, or that it could not be asked. */
export class ApiError extends Error {
  readonly code: string;
  readonly details: readonly { readonly field: string; readonly message: string }[];

  constructor(
    /** 0 where there was no answer. */
    readonly status: number,
    fault: ApiFault,
    /** Such as the phone number of a contact that was not found. */
    readonly body: Readonly<Record<string, unknown>> = {},
  ) {
    super(fault.message);
    this.name = "ApiError";
    this.code = fault.code;
    this.details = fault.details ?? [];
  }
}

type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface ApiRequest {
  readonly query?: Query | undefined;
  readonly body?: object | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

let csrfToken = "";
let onSessionOver = (): void => undefined;

/** What every request that changes something says besides, from the session that goes on. */
export function rememberCsrfToken(session: { readonly csrf_token: string } | undefined): void {
  csrfToken = session?.csrf_token ?? "";
}

/** Told once a request is refused because nobody is signed in any more. */
export function whenSessionIsOver(listener: () => void): void {
  onSessionOver = listener;
}

export const api = {
  get: <Answer>(path: string, request?: ApiRequest): Promise<Answer> => send("GET", path, request),
  post: <Answer>(path: string, request?: ApiRequest): Promise<Answer> => send("POST", path, request),
  put: <Answer>(path: string, request?: ApiRequest): Promise<Answer> => send("PUT", path, request),
  delete: <Answer>(path: string, request?: ApiRequest): Promise<Answer> => send("DELETE", path, request),
};

async function send<Answer>(method: string, path: string, request: ApiRequest = {}): Promise<Answer> {
  const { query = {}, body, headers = {}, signal } = request;
  const response = await answerTo(`${ROOT}${path}${queryText(query)}`, {
    method,
    credentials: "same-origin",
    cache: "no-store",
    ...(signal === undefined ? {} : { signal }),
    headers: {
      ...headers,
      ...(method === "GET" ? {} : { "X-CSRF-Token": csrfToken }),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const said = await bodyOf(response);
  if (response.ok) return said as Answer;
  const fault = faultOf(said);
  if (fault.code === "session_over") onSessionOver();
  throw new ApiError(response.status, fault, said);
}

async function answerTo(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, {
      code: "unreachable",
      message: "The gateway does not answer. Is it running, and are you connected to its network?",
    });
  }
}

async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  try {
    return (await response.json()) as Record<string, unknown>;
  } catch {
    // A proxy's own page, or an answer that broke off.
    return { code: "unreadable", message: `The gateway's answer can't be read (HTTP ${response.status}).` };
  }
}

function faultOf(said: Record<string, unknown>): ApiFault {
  if (typeof said["code"] === "string" && typeof said["message"] === "string") {
    return said as unknown as ApiFault;
  }
  if (said["status"] === "not_found") {
    return { code: "not_found", message: "No tenant has this contact." };
  }
  return { code: "unreadable", message: "The gateway's answer can't be read." };
}

function queryText(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === null || value === "" ? [] : [[name, String(value)] as const],
  );
  return given.length === 0 ? "" : `?${new URLSearchParams(given.map(([name, value]) => [name, value]))}`;
}
