import { parseContactId, type AuditEntry } from "@gateway-router/core";
import type { Request, Router } from "express";
import { answer } from "../answer.js";
import { invalidParameter } from "../http-error.js";
import type { HttpServices } from "../http-services.js";
import { pageParameters, queryParameter } from "../parameters.js";
import { mount } from "../route-table.js";
import { AUDIT } from "./audit-operations.js";

const ACTION = /^[a-z_]{1,32}(?:\.[a-z_]{1,32}){1,3}$/;
const LONGEST_NAME = 200;

/** What was done to whom, the newest first. */
export function auditRoutes(router: Router, services: Pick<HttpServices, "audit" | "mappings">): void {
  const { audit, mappings } = services;
  mount(router, "/audit", AUDIT, {
    get: async (request, response) => {
      const action = actionOf(request);
      const actor = nameOf(request, "actor");
      const subject = nameOf(request, "subject");
      const { items, nextCursor } = await audit.list({
        ...pageParameters(request),
        ...(action === undefined ? {} : { action }),
        ...(actor === undefined ? {} : { actor }),
        ...(subject === undefined ? {} : { subjects: await namesOf(subject, mappings) }),
      });
      answer(response, 200, { items: items.map(entryBody), next_cursor: nextCursor ?? null });
    },
  });
}

function actionOf(request: Request): string | undefined {
  const action = queryParameter(request, "action");
  if (action === undefined || ACTION.test(action)) return action;
  throw invalidParameter("action", "must be the name of an action, such as contact.merged");
}

function nameOf(request: Request, parameter: "actor" | "subject"): string | undefined {
  const name = queryParameter(request, parameter);
  if (name === undefined || (name.trim() !== "" && name.length <= LONGEST_NAME)) return name;
  throw invalidParameter(parameter, `must be text of 1 to ${LONGEST_NAME} characters`);
}

/** An entry has the name by which a contact was known then, and a contact may be asked for by any of them. */
async function namesOf(
  subject: string,
  mappings: Pick<HttpServices["mappings"], "namesOf">,
): Promise<readonly string[]> {
  const contact = parseContactId(subject);
  return contact === undefined ? [subject] : mappings.namesOf(contact);
}

export function entryBody({ atMs, actor, action, subject, details }: AuditEntry) {
  return { at: new Date(atMs).toISOString(), actor, action, subject, details };
}
