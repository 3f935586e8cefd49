// Makes of what is compiled the one file for a script tag, and the React example that runs without a server:
// `node scripts/bundle.mjs [output folder]`.
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = join(dirname(fileURLToPath(import.meta.url)), "..");
const outdir = resolve(process.argv[2] ?? join(here, "dist"));

await build({
  absWorkingDir: here,
  entryPoints: {
    "tenant-deep-link": "dist/index.js",
    "react-example": "examples/react/main.tsx",
  },
  outdir,
  bundle: true,
  minify: true,
  // A plain script works from `file:` too, and as a module.
  format: "iife",
  target: ["chrome123", "firefox120", "safari17.5"],
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "eof",
  logLevel: "warning",
});
