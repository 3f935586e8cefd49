import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));

export interface Bundle {
  /** `tenant-deep-link.js`, the file for a script tag. */
  readonly script: string;
  readonly reactExample: string;
}

/** Makes the bundle of what is compiled, in a folder of its own, and leaves nothing behind. */
export function makeBundle(): Bundle {
  const folder = mkdtempSync(join(tmpdir(), "deep-link-card-"));
  try {
    execFileSync(process.execPath, [join(PACKAGE, "scripts/bundle.mjs"), folder]);
    return {
      script: readFileSync(join(folder, "tenant-deep-link.js"), "utf8"),
      reactExample: readFileSync(join(folder, "react-example.js"), "utf8"),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
