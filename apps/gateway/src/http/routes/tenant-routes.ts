import type { Tenant } from "@gateway-router/core";
import type { Request, Response, Router } from "express";
import { adminOf } from "../admin-authentication.js";
import { answer } from "../answer.js";
import { contactBody } from "../contact-body.js";
import { deepLinkBody } from "../deep-links.js";
import { HttpError } from "../http-error.js";
import type { HttpServices } from "../http-services.js";
import {
  campaignParameter,
  pageParameters,
  searchParameter,
  switchParameter,
  tenantIdOf,
} from "../parameters.js";
import { invalidBody } from "../read-as.dto.js";
import { JsonBodies } from "../read-json.js";
import { mount } from "../route-table.js";
import {
  healthBody,
  putAnswer,
  removeAnswer,
  rotateAnswer,
  tenantBody,
  testAnswer,
  unknownTenant,
  type TenantAnswer,
} from "../tenant-answers.js";
import { PutTenantDto, RotateTenantDto } from "../tenants.dto.js";
import {
  TENANT,
  TENANT_CONTACTS,
  TENANT_DEEP_LINK,
  TENANT_HEALTH,
  TENANT_ROTATE,
  TENANT_TEST,
  TENANTS,
} from "./tenant-operations.js";

/** Who the tenants are: the admin's side of it. */
export function tenantRoutes(router: Router, services: HttpServices): void {
  const { manageTenants } = services;
  const bodies = new JsonBodies(services);
  mount(router, "/tenants", TENANTS, {
    get: async (request, response) => {
      const search = searchParameter(request);
      const { items, nextCursor } = await manageTenants.list({
        ...pageParameters(request),
        ...(search === undefined ? {} : { search }),
      });
      answer(response, 200, {
        items: items.map((tenant) => tenantBody({ tenant, source: "directory" })),
        next_cursor: nextCursor ?? null,
      });
    },
  });
  mount(router, "/tenants/:id", TENANT, {
    get: async (request, response) => {
      const id = tenantIdOf(request);
      const known = await manageTenants.find(id);
      if (known === undefined) throw unknownTenant(id);
      answer(response, 200, tenantBody(known));
    },
    put: bodies.handle(PutTenantDto, (body, request, response) =>
      putTenant(body, request, response, services),
    ),
    delete: async (request, response) => {
      const force = switchParameter(request, "force");
      send(
        response,
        removeAnswer(
          await manageTenants.remove(tenantIdOf(request), { actor: adminOf(request).name, force }),
        ),
      );
    },
  });
  mount(router, "/tenants/:id/rotate", TENANT_ROTATE, {
    post: bodies.handle(
      RotateTenantDto,
      async ({ overlap_hours }, request, response) => {
        send(
          response,
          rotateAnswer(
            await manageTenants.rotate(tenantIdOf(request), {
              actor: adminOf(request).name,
              overlapHours: overlap_hours,
            }),
          ),
        );
      },
      { isOptional: true },
    ),
  });
  mount(router, "/tenants/:id/test", TENANT_TEST, {
    post: (request, response) => testTenant(request, response, services),
  });
  mount(router, "/tenants/:id/contacts", TENANT_CONTACTS, {
    get: async (request, response) => {
      const campaign = campaignParameter(request);
      // A tenant that was removed may still have some.
      const { items, nextCursor } = await services.listContacts.list({
        ...{ ...pageParameters(request), tenantId: tenantIdOf(request) },
        ...(campaign === undefined ? {} : { campaign }),
      });
      answer(response, 200, { items: items.map(contactBody), next_cursor: nextCursor ?? null });
    },
  });
  mount(router, "/tenants/:id/health", TENANT_HEALTH, {
    get: async (request, response) => {
      const { id } = await tenantOfPath(request, services);
      answer(response, 200, healthBody(id, await services.readTenantHealth.execute(id)));
    },
  });
  mount(router, "/tenants/:id/deep-link", TENANT_DEEP_LINK, {
    get: async (request, response) => {
      const { id } = await tenantOfPath(request, services);
      answer(response, 200, deepLinkBody(request, id, services));
    },
  });
}

async function putTenant(
  { id: ownId, name, url, active, secret }: PutTenantDto,
  request: Request,
  response: Response,
  { manageTenants }: HttpServices,
): Promise<void> {
  const id = tenantIdOf(request);
  if (ownId !== undefined && ownId !== id) {
    throw invalidBody([{ field: "id", message: "must be the one in the path, or left out" }]);
  }
  const result = await manageTenants.put({
    actor: adminOf(request).name,
    id,
    change: {
      ...(name === undefined ? {} : { name }),
      ...(url === undefined ? {} : { url }),
      ...(active === undefined ? {} : { active }),
    },
    ...(secret === undefined ? {} : { secret }),
    // As RFC 9110 has it: only where there is nothing yet.
    onlyNew: request.headers["if-none-match"] === "*",
  });
  send(response, putAnswer(result));
}

async function testTenant(request: Request, response: Response, services: HttpServices): Promise<void> {
  const { handlerTester, ids, audit, clock, logger } = services;
  const tenant = await tenantOfPath(request, services);
  if (tenant.url === undefined) {
    throw new HttpError(
      409,
      "tenant_without_url",
      `Tenant ${tenant.id} has no handler URL to send a test to.`,
    );
  }
  const abort = new AbortController();
  response.once("close", () => abort.abort());
  const result = await handlerTester.test(tenant, { id: ids.deliveryId(), signal: abort.signal });
  const outcome = result.error ?? `it answered ${result.status ?? "nothing"}`;
  logger.log("info", `🧪 Tested the handler of tenant ${tenant.id}: ${outcome}`, {
    event: "tenant.tested",
    tenant_id: tenant.id,
    status: result.status,
  });
  await audit.append({
    ...{ atMs: clock.nowMs(), actor: adminOf(request).name, action: "tenant.tested" },
    ...{
      subject: `tenant ${tenant.id}`,
      details: { status: result.status ?? null, error: result.error ?? null },
    },
  });
  send(response, testAnswer(tenant.id, result));
}

async function tenantOfPath(request: Request, { tenants }: HttpServices): Promise<Tenant> {
  const id = tenantIdOf(request);
  const tenant = await tenants.find(id);
  if (tenant === undefined) throw unknownTenant(id);
  return tenant;
}

function send(response: Response, { status, body }: TenantAnswer): void {
  answer(response, status, body);
}
