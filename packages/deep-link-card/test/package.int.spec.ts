import { execFileSync } from "node:child_process";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { makeBundle, PACKAGE } from "./support/bundle.js";

const LARGEST_ELEMENT_BYTES = 20_000;
/** The rules of links without the card and the QR code. */
const LARGEST_RULES_BYTES = 2_000;
const NAME = "@gateway-router/deep-link-card";

describe("the built package", () => {
  it("is small, as the one file for a script tag", () => {
    const { script } = makeBundle();
    expect(gzipSync(script).length).toBeLessThan(LARGEST_ELEMENT_BYTES);
    // Self-contained: nothing is imported, nor looked up outside of the page.
    expect(script).not.toMatch(/\bimport\s*[("'{]|\brequire\(|\bfetch\(|XMLHttpRequest/);
  });

  it("is shaken down to what is used", async () => {
    const rules = await bundled(`export { resolveDeepLink } from "${NAME}/element";`);
    expect(gzipSync(rules).length).toBeLessThan(LARGEST_RULES_BYTES);
    expect(rules).not.toContain("HTMLElement");
    expect(await bundled(`import "${NAME}/element";`)).toBe("");
    expect(await bundled(`import "${NAME}";`)).toContain("customElements");
  });

  it.each([NAME, `${NAME}/element`, `${NAME}/react`])("can be imported on a server: %s", (name) => {
    const program = `const names = Object.keys(await import("${name}"));
      const { defineTenantDeepLink } = await import("${NAME}/element");
      defineTenantDeepLink();
      console.log(names.length, typeof customElements, typeof HTMLElement);`;
    const output = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: PACKAGE,
      encoding: "utf8",
    });
    expect(output).toMatch(/^[1-9][0-9]* undefined undefined\n$/);
  });
});

async function bundled(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: PACKAGE },
    bundle: true,
    minify: true,
    write: false,
    logLevel: "silent",
    format: "esm",
  });
  return outputFiles[0]!.text;
}
