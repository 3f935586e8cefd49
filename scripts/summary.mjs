// Prints the result of a jest run, as its JSON report has it, in one line: `N passed, N failed`.
import { readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
// A suite that could not even be loaded has no failed test, and must not pass for that.
const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
console.log(`${report.numPassedTests} passed, ${failed} failed`);
