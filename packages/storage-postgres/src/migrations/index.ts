import type { Migration } from "./migration.js";
import { mappings } from "./001-mappings.js";
import { deliveries } from "./002-deliveries.js";
import { scheduling } from "./003-scheduling.js";
import { records } from "./004-records.js";
import { media } from "./006-media.js";
import { consoleSessions } from "./007-console-sessions.js";
import { sendBudget } from "./005-send-budget.js";

/** In their order. What is released is never changed: what is to be different is another migration. */
export const MIGRATIONS: readonly Migration[] = [
  mappings,
  deliveries,
  scheduling,
  records,
  sendBudget,
  media,
  consoleSessions,
];
