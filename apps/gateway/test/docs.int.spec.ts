import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { createProgram } from "../src/cli/create-program.js";
import { SECRETS_IN_FILES } from "../src/config/secret-files.js";
import { SETTING_NAMES } from "../src/config/settings.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules" || entry.name === "dist" || entry.name.startsWith(".")) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return markdownIn(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

const pages = markdownIn(".").map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1]!);

describe.each(pages)("$path", ({ path, text }) => {
  it("links to what is there", () => {
    const targets = all(text, /\]\(([^)\s]+)\)/g).filter((target) => !/^(https?:|#)/.test(target));
    const missing = targets.filter((target) => !existsSync(join(root, dirname(path), target.split("#")[0]!)));
    expect(missing).toEqual([]);
  });

  it("links to headings that are there", () => {
    const dangling = all(text, /\]\(([^)\s]*#[^)\s]+)\)/g)
      .filter((target) => !target.startsWith("http"))
      .filter((target) => {
        const [file, heading] = target.split("#") as [string, string];
        const page = file === "" ? path : relative(root, join(root, dirname(path), file));
        const headings = all(readFileSync(join(root, page), "utf8"), /^#+ +(.+)$/gm).map(anchorOf);
        return !headings.includes(heading);
      });
    expect(dangling).toEqual([]);
  });

  it("names scripts and commands that there are", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };
    const named = all(text, /npm run ([a-z][a-z:]*)/g).filter((name) => !(name in scripts));
    // Each package may have scripts of its own.
    const own = join(root, dirname(path), "package.json");
    const ownScripts = existsSync(own)
      ? (JSON.parse(readFileSync(own, "utf8")) as { scripts?: object }).scripts
      : undefined;
    expect(named.filter((name) => !(name in (ownScripts ?? {})))).toEqual([]);
    const program = createProgram({ out: () => undefined, err: () => undefined });
    const commands = new Set(program.commands.map((command) => command.name()));
    const notServed = /### Not served yet\n[^#]*/.exec(text)?.[0] ?? "";
    const asked = all(text.replace(notServed, ""), /(?:npx gateway|exec backend gateway) ([a-z]+)/g);
    expect(asked.filter((name) => !commands.has(name))).toEqual([]);
  });
});

describe("docs/contract.md and docs/operations.md", () => {
  const known = new Set<string>([...SETTING_NAMES, ...SECRETS_IN_FILES.map((name) => `${name}_FILE`)]);
  /** Words of WAHA, of HTTP, of the shell and of the compose file that look like settings. */
  const OTHERS = new Set([...["SCAN_QR_CODE", "NAME_FILE", "TENANT_TOKEN", "PROMETHEUS_KEY"]]);

  it("tell of every setting that there is, and of none that is not", () => {
    const contract = pages.find(({ path }) => path === "docs/contract.md")!.text;
    const operations = pages.find(({ path }) => path === "docs/operations.md")!.text;
    const words = all(`${contract}\n${operations}`, /`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`/g);
    expect([...new Set(words)].filter((word) => !known.has(word) && !OTHERS.has(word))).toEqual([]);
    expect(
      SETTING_NAMES.filter((name) => !contract.includes(`\`${name}\``) && !contract.includes(`\`${name}=`)),
    ).toEqual([]);
  });
});

/** As the usual renderers make it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[`*]/g, "")
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}
