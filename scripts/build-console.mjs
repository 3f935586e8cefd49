// Builds the console's site where it is missing or its sources changed since, and does nothing else: a start that has
// nothing to build does not even load the bundler.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const app = join(root, "apps/console");
const site = join(app, "dist/site");
/** What the site was built from, by one hash. */
const stamp = join(app, "dist/site.stamp");
const SOURCES = [
  "apps/console/index.html",
  "apps/console/vite.config.ts",
  "apps/console/src",
  "packages/deep-link-card/src",
  "packages/core/src/domain",
  "package-lock.json",
  "scripts/build-console.mjs",
].map((path) => join(root, path));
/** Smaller ones gain nothing. */
const COMPRESSED_FROM_BYTES = 1_024;

export default async function buildConsole() {
  const hash = hashOf(SOURCES.flatMap(filesUnder));
  if (existsSync(join(site, "index.html")) && existsSync(stamp) && readFileSync(stamp, "utf8") === hash)
    return;
  const { NODE_ENV } = process.env;
  // Whoever builds it: a test runner's word for where it is would build what only tests are to see.
  process.env.NODE_ENV = "production";
  try {
    const { build } = await import("vite");
    await build({ root: app, configFile: join(app, "vite.config.ts"), logLevel: "warn" });
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
  for (const file of filesUnder(site)) compress(file);
  writeFileSync(stamp, hash);
}

/** Once, and well, in place of each time that it is asked for. */
function compress(file) {
  const content = readFileSync(file);
  if (content.length < COMPRESSED_FROM_BYTES) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
}

function filesUnder(path) {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path)
      .sort()
      .flatMap((name) => filesUnder(join(path, name)));
  } catch (error) {
    if (error.code === "ENOTDIR") return [path];
    throw error;
  }
}

function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  return hash.digest("hex");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildConsole();
