import type { AuditEntry } from "@gateway-router/core";
import type { Router } from "express";
import { answer } from "../answer.js";
import { invalidParameter } from "../http-error.js";
import type { HttpServices } from "../http-services.js";
import { pageParameters, queryParameter } from "../parameters.js";
import { mount } from "../route-table.js";
import { AUDIT } from "./audit-operations.js";

const ACTION = /^[a-z_]{1,32}(?:\.[a-z_]{1,32}){1,3}$/;

/** What was done to whom, the newest first. */
export function auditRoutes(router: Router, { audit }: Pick<HttpServices, "audit">): void {
  mount(router, "/audit", AUDIT, {
    get: async (request, response) => {
      const action = queryParameter(request, "action");
      if (action !== undefined && !ACTION.test(action)) {
        throw invalidParameter("action", "must be the name of an action, such as contact.merged");
      }
      const { items, nextCursor } = await audit.list({
        ...pageParameters(request),
        ...(action === undefined ? {} : { action }),
      });
      answer(response, 200, { items: items.map(entryBody), next_cursor: nextCursor ?? null });
    },
  });
}

function entryBody({ atMs, actor, action, subject, details }: AuditEntry) {
  return { at: new Date(atMs).toISOString(), actor, action, subject, details };
}
