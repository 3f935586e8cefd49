import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

describe("the README's example", () => {
  it("runs against what is built, and does what it says", async () => {
    const readme = await readFile(resolve("packages/storage-file/README.md"), "utf8");
    const [, example] = /```js\n([\s\S]*?)```/.exec(readme)!;
    const dataDir = await mkdtemp(join(tmpdir(), "storage-file-readme-"));
    try {
      const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "--eval", example!], {
        env: { PATH: process.env["PATH"], DATA_DIR: dataDir },
      });
      expect(stderr).toBe("");
      expect(stdout).toBe("routed\nduplicate\n1\n");
      const mapping = await readFile(join(dataDir, "user_tenant_mapping.json"), "utf8");
      expect(JSON.parse(mapping)).toEqual({ "971501234567": 2 });
    } finally {
      await rm(dataDir, { recursive: true });
    }
  });
});
