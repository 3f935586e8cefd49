import { parseContactId, type Explanation } from "@gateway-router/core";
import type { Router } from "express";
import { answer } from "../answer.js";
import { ExplainDto } from "../explain.dto.js";
import type { HttpServices } from "../http-services.js";
import { JsonBodies } from "../read-json.js";
import { mount } from "../route-table.js";
import { EXPLAIN } from "./explain-operations.js";

/** What would become of a message: a POST, since what people write belongs in no URL, that changes nothing. */
export function explainRoute(router: Router, services: Pick<HttpServices, "explainMessage" | "clock">): void {
  const bodies = new JsonBodies(services);
  mount(router, "/explain", EXPLAIN, {
    post: bodies.handle(ExplainDto, async ({ phone_number, text }, _request, response) => {
      const explanation = await services.explainMessage.execute(parseContactId(phone_number)!, text);
      answer(response, 200, explanationBody(explanation));
    }),
  });
}

function explanationBody({ names, linkCode, mapping, wish, optedOut, outcome }: Explanation) {
  const [contact, ...others] = names;
  return {
    status: "explained",
    phone_number: contact,
    other_names: others,
    link_code:
      linkCode === undefined
        ? null
        : {
            tenant_id: linkCode.tenantId,
            campaign: linkCode.campaign ?? null,
            tenant: linkCode.tenant,
          },
    mapping:
      mapping === undefined
        ? null
        : {
            tenant_id: mapping.tenantId,
            locked_at: new Date(mapping.lockedAtMs).toISOString(),
            campaign: mapping.campaign ?? null,
          },
    wish: wish ?? null,
    opted_out: optedOut,
    outcome: outcomeBody(outcome),
  };
}

function outcomeBody(outcome: Explanation["outcome"]) {
  switch (outcome.kind) {
    case "routed":
      return {
        status: "routed",
        tenant_id: outcome.tenantId,
        locks: outcome.locks,
        tenant: outcome.tenant,
      };
    case "unknown_tenant":
      return { status: "unknown_tenant", tenant_id: outcome.tenantId };
    case "unmapped":
      return { status: "unmapped" };
  }
}
