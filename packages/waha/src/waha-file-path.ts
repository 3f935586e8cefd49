/** Where WAHA keeps the files of messages. */
const FILES = "/api/files/";

/** What a server might take for a way out of the folder, or decode once more. */
// eslint-disable-next-line no-control-regex -- these are the characters that no name of a file has.
const SUSPICIOUS = /[\u0000-\u001f\u007f/\\%]/;

/**
 * The path of a file below WAHA's folder of files, encoded, from the URL an event gives; `undefined` where it points
 * anywhere else. Of the URL only that path counts: WAHA is known by its own configuration, not by what an event says,
 * so that the API key goes nowhere else.
 */
export function wahaFilePath(sourceUrl: string, basePath: string): string | undefined {
  const url = parseUrl(sourceUrl);
  if (url === undefined) return undefined;
  const prefix = [FILES, `${basePath}${FILES}`].find((start) => url.pathname.startsWith(start));
  if (prefix === undefined) return undefined;
  const names: string[] = [];
  for (const segment of url.pathname.slice(prefix.length).split("/")) {
    const name = decoded(segment);
    if (name === undefined || name === "" || name === "." || name === ".." || SUSPICIOUS.test(name)) {
      return undefined;
    }
    names.push(encodeURIComponent(name));
  }
  return `${FILES}${names.join("/")}`;
}

/** Resolves dots and backslashes as every client does, so that what is looked at afterwards is what would be asked for. */
function parseUrl(text: string): URL | undefined {
  const base = "http://waha.invalid";
  if (!URL.canParse(text, base)) return undefined;
  const url = new URL(text, base);
  return url.protocol === "http:" || url.protocol === "https:" ? url : undefined;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
