import {
  CAMPAIGNS_TOLD,
  type CampaignContacts,
  type ContactId,
  type ContestedCounts,
  type KnownContact,
  type Mapping,
  type MappingStats,
  type ReassignContactOutcome,
  type TenantId,
} from "@gateway-router/core";
import type { Response, Router } from "express";
import { adminOf } from "../admin-authentication.js";
import { answer } from "../answer.js";
import { HttpError } from "../http-error.js";
import type { HttpServices } from "../http-services.js";
import { contactOf } from "../parameters.js";
import { JsonBodies } from "../read-json.js";
import { ReassignDto } from "../reassign.dto.js";
import { mount } from "../route-table.js";
import { unknownTenant } from "../tenant-answers.js";
import { UnlockDto } from "../unlock.dto.js";
import {
  CONTACT_MAPPING,
  CONTACT_REASSIGN,
  CONTACT_TENANT,
  KNOWN_CONTACT,
  STATS,
} from "./mapping-operations.js";

/** Who belongs to whom: numbers, look-up and removal. */
export function mappingRoutes(router: Router, services: HttpServices): void {
  const { mappings, contested, removeMapping } = services;
  const bodies = new JsonBodies(services);
  mount(router, "/stats", STATS, {
    get: async (_request, response) => {
      const stats = {
        ...statsBody(await mappings.stats()),
        contacts_per_campaign: campaignsBody(await mappings.campaigns({ perTenant: CAMPAIGNS_TOLD })),
        contested_per_tenant: contestedBody(await contested.counts()),
      };
      answer(response, 200, { status: "success", gateway_stats: stats });
    },
  });
  mount(router, "/user/:phone/tenant", CONTACT_TENANT, {
    get: async (request, response) => {
      const contact = contactOf(request);
      const mapping = await mappings.find(contact);
      if (mapping === undefined) sendNotFound(response, contact);
      else answer(response, 200, foundBody(mapping));
    },
  });
  mount(router, "/user/:phone", KNOWN_CONTACT, {
    get: async (request, response) => {
      const contact = contactOf(request);
      const known = await services.listContacts.know(contact);
      if (known.mapping === undefined) sendNotFound(response, contact);
      else answer(response, 200, knownBody(known, known.mapping));
    },
  });
  mount(router, "/user/:phone/mapping", CONTACT_MAPPING, {
    delete: bodies.handle(
      UnlockDto,
      async ({ reason: note }, request, response) => {
        const contact = contactOf(request);
        const removed = await removeMapping.execute(contact, { actor: adminOf(request).name, note });
        if (removed === undefined) {
          sendNotFound(response, contact);
          return;
        }
        answer(response, 200, {
          status: "deleted",
          phone_number: removed.contact,
          previous_tenant_id: removed.tenantId,
        });
      },
      { isOptional: true },
    ),
  });
  mount(router, "/user/:phone/reassign", CONTACT_REASSIGN, {
    post: bodies.handle(ReassignDto, async ({ tenant_id, reason }, request, response) => {
      const tenantId = tenant_id as TenantId;
      const { name: actor } = adminOf(request);
      const outcome = await services.reassignContact.execute({
        ...{ contact: contactOf(request), tenantId, reason, actor },
      });
      answer(response, 200, reassignBody(outcome, tenantId));
    }),
  });
}

function reassignBody(outcome: ReassignContactOutcome, tenantId: TenantId) {
  switch (outcome.kind) {
    case "reassigned":
      return {
        status: "reassigned",
        phone_number: outcome.mapping.contact,
        tenant_id: outcome.mapping.tenantId,
        previous_tenant_id: outcome.before?.tenantId ?? null,
      };
    case "unchanged":
      return {
        status: "unchanged",
        phone_number: outcome.mapping.contact,
        tenant_id: outcome.mapping.tenantId,
        previous_tenant_id: outcome.mapping.tenantId,
      };
    case "unknown_tenant":
      throw unknownTenant(tenantId);
    case "inactive_tenant":
      throw new HttpError(
        409,
        "tenant_inactive",
        `Tenant ${tenantId} is inactive and takes no contacts: make it active first.`,
      );
  }
}

function knownBody({ names, optedOut }: KnownContact, mapping: Mapping) {
  const [contact, ...others] = names;
  return {
    ...{ status: "found", phone_number: contact, other_names: others },
    ...{ tenant_id: mapping.tenantId, contact_id: mapping.generation },
    since: new Date(mapping.lockedAtMs).toISOString(),
    campaign: mapping.campaign ?? null,
    opted_out: optedOut,
  };
}

/** Under its canonical name, whichever it was asked for by. */
function foundBody({ contact, tenantId }: Mapping) {
  return { status: "found", phone_number: contact, tenant_id: tenantId };
}

/** Of whom nothing is known. */
export function sendNotFound(response: Response, contact: ContactId): void {
  answer(response, 404, { status: "not_found", phone_number: contact });
}

function statsBody({ contacts, contactsPerTenant, lastChangedAtMs }: MappingStats) {
  return {
    total_users: contacts,
    total_tenants: contactsPerTenant.size,
    users_per_tenant: Object.fromEntries(contactsPerTenant),
    last_updated: lastChangedAtMs === undefined ? null : wholeSeconds(lastChangedAtMs),
  };
}

function campaignsBody(campaigns: ReadonlyMap<TenantId, readonly CampaignContacts[]>) {
  const bodyOf = (ofTenant: readonly CampaignContacts[]) =>
    Object.fromEntries(ofTenant.map(({ campaign, contacts }) => [campaign, contacts]));
  return Object.fromEntries(Array.from(campaigns, ([tenantId, ofTenant]) => [tenantId, bodyOf(ofTenant)]));
}

function contestedBody(counts: ReadonlyMap<TenantId, ContestedCounts>) {
  return Object.fromEntries(
    Array.from(counts, ([tenantId, { kept, missed }]) => [tenantId, { kept, missed }]),
  );
}

function wholeSeconds(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d{3}Z$/, "Z");
}
