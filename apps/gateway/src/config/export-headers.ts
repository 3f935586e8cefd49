const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
const HEADER_VALUE = /^[\x20-\x7e]{0,4096}$/;

/** Headers as OpenTelemetry writes them: `name=value,name=value`, values percent-encoded. `undefined` where it is no such list. */
export function parseExportHeaders(text: string): Readonly<Record<string, string>> | undefined {
  const headers: Record<string, string> = {};
  for (const pair of text.split(",")) {
    const [name = "", ...rest] = pair.split("=");
    const value = decoded(rest.join("=").trim());
    if (rest.length === 0 || !HEADER_NAME.test(name.trim()) || value === undefined) return undefined;
    headers[name.trim()] = value;
  }
  return headers;
}

function decoded(text: string): string | undefined {
  try {
    const value = decodeURIComponent(text);
    return HEADER_VALUE.test(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
