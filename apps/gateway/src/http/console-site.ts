import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";

/** A file of the console's site, as it goes over the wire. */
export interface SiteFile {
  readonly type: string;
  readonly content: Buffer;
  /** The same, smaller, as the build made it; for those who can read it. */
  readonly brotli: Buffer | undefined;
  readonly etag: string;
}

const PAGE = "index.html";
const ASSETS = "assets";
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Where `npm run build` puts the console's site. */
export function builtConsole(): string {
  const { resolve } = createRequire(import.meta.url);
  return join(dirname(resolve("@gateway-router/console/package.json")), "dist/site");
}

/** The console's pages. */
export interface ConsoleSite {
  /** The one page there is; `undefined` where the console was not built. */
  readonly page: SiteFile | undefined;
  asset(name: string): SiteFile | undefined;
}

/**
 * The console's pages, read into memory when they are first asked for: one page, and the files that it names by a hash of
 * their content. Nothing else of the disk is ever served.
 */
export class BuiltConsoleSite implements ConsoleSite {
  private read: ReadonlyMap<string, SiteFile> | undefined;

  constructor(private readonly options: { readonly folder: string }) {}

  get page(): SiteFile | undefined {
    return this.files().get(PAGE);
  }

  asset(name: string): SiteFile | undefined {
    return this.files().get(`${ASSETS}/${name}`);
  }

  private files(): ReadonlyMap<string, SiteFile> {
    if (this.read !== undefined) return this.read;
    const { folder } = this.options;
    const names = [PAGE, ...namesIn(join(folder, ASSETS)).map((name) => `${ASSETS}/${name}`)];
    const files = names.flatMap((name) => {
      const file = readFile(join(folder, name));
      return file === undefined ? [] : [[name, file] as const];
    });
    // One that was not built yet may be soon.
    if (files.length > 0) this.read = new Map(files);
    return new Map(files);
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function readFile(path: string): SiteFile | undefined {
  const type = TYPES[extname(path)];
  const content = type === undefined ? undefined : contentOf(path);
  if (type === undefined || content === undefined) return undefined;
  const hash = createHash("sha256").update(content).digest("base64url");
  return { type, content, brotli: contentOf(`${path}.br`), etag: `"${hash.slice(0, 22)}"` };
}

function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
