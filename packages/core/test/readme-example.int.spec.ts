import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const packageFolder = resolve("packages/core");

describe("the packed package, outside the workspace", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gateway-core-"));
    await run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: packageFolder });
    const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"))!;
    const installed = join(folder, "node_modules/@gateway-router/core");
    await mkdir(installed, { recursive: true });
    await run("tar", ["-xzf", join(folder, tarball), "--strip-components=1", "-C", installed]);
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true }));

  it("runs the README's example and does what the README says", async () => {
    const readme = await readFile(join(packageFolder, "README.md"), "utf8");
    const [, example] = /```js\n([\s\S]*?)```/.exec(readme)!;
    await writeFile(join(folder, "example.mjs"), example!);
    const { stdout, stderr } = await run(process.execPath, ["example.mjs"], { cwd: folder });
    expect(stderr).toBe("");
    expect(stdout.trim().split("\n").sort()).toEqual([
      "2",
      "routed",
      "to tenant 2 from 971501234567: Hello, I want an apartment",
      "to tenant 2 from 971501234567: Hi, start_realty_2 please",
    ]);
    expect(stdout.indexOf("Hi, start")).toBeLessThan(stdout.indexOf("Hello, I"));
  });

  it("has no dependency and leaves its specs at home", async () => {
    const installed = join(folder, "node_modules/@gateway-router/core");
    const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
    expect(manifest.dependencies).toEqual({});
    const files = await readdir(installed, { recursive: true });
    expect(files).toContain("README.md");
    expect(files.filter((name) => name.includes(".spec."))).toEqual([]);
  });
});
