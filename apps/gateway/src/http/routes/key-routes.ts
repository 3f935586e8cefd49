import { isAdminKeyName } from "@gateway-router/core";
import type { Request, Response, Router } from "express";
import { adminOf } from "../admin-authentication.js";
import { answer } from "../answer.js";
import { invalidParameter } from "../http-error.js";
import type { HttpServices } from "../http-services.js";
import { addKeyAnswer, keyBody, removeKeyAnswer, type KeyAnswer } from "../key-answers.js";
import { AddKeyDto, KEY_NAME_WANTED } from "../keys.dto.js";
import { pageParameters, pathParameter } from "../parameters.js";
import { JsonBodies } from "../read-json.js";
import { mount } from "../route-table.js";
import { KEY, KEYS } from "./key-operations.js";

/** Who may use the admin API. */
export function keyRoutes(router: Router, services: Pick<HttpServices, "manageAdminKeys" | "clock">): void {
  const { manageAdminKeys } = services;
  const bodies = new JsonBodies(services);
  mount(router, "/keys", KEYS, {
    get: async (request, response) => {
      const { items, nextCursor } = await manageAdminKeys.list(pageParameters(request));
      answer(response, 200, { items: items.map(keyBody), next_cursor: nextCursor ?? null });
    },
    post: bodies.handle(AddKeyDto, async ({ name, role }, request, response) => {
      const { name: actor } = adminOf(request);
      send(response, addKeyAnswer(await manageAdminKeys.add({ actor, name, role })));
    }),
  });
  mount(router, "/keys/:name", KEY, {
    delete: async (request, response) => {
      const { name: actor } = adminOf(request);
      send(response, removeKeyAnswer(await manageAdminKeys.remove(keyNameOf(request), { actor })));
    },
  });
}

function keyNameOf(request: Request): string {
  const name = pathParameter(request, "name");
  if (!isAdminKeyName(name)) throw invalidParameter("name", KEY_NAME_WANTED);
  return name;
}

function send(response: Response, { status, body }: KeyAnswer): void {
  answer(response, status, body);
}
