export interface WahaAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A request with the key `key`, and the answer's JSON, an empty object where there is none. */
export async function callWaha(
  waha: { readonly url: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<WahaAnswer> {
  const response = await fetch(`${waha.url}${path}`, {
    method,
    headers: { "X-Api-Key": "key", "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as WahaAnswer["body"] };
}
