import { runCli } from "./cli/run-cli.js";

// `npm start` is `gateway start`.
process.exit(await runCli(["start", ...process.argv.slice(2)]));
