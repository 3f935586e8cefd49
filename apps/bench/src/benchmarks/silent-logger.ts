import { inspect } from "node:util";
import type { Logger } from "@gateway-router/core";

/** For parts whose log is not what is measured. What goes wrong is written all the same. */
export const silentLogger: Logger = {
  isEnabled: (level) => level === "error",
  log(level, message, fields) {
    if (level === "error") process.stderr.write(`${message}\n${inspect(fields)}\n`);
  },
};
