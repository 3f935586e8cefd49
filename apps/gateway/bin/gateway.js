#!/usr/bin/env node
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const program = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(fileURLToPath(program))) {
  await import(program.href);
} else {
  process.stderr.write(
    "The gateway is not built yet: run `npm run build`, or `npm start`, which builds it.\n",
  );
  process.exit(1);
}
