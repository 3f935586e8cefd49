import { MOST_ADMIN_KEYS, type AdminRole, type ManageAdminKeys } from "@gateway-router/core";
import { tokens } from "../composition/tokens.js";
import type { GatewayConfig } from "../config/gateway-config.js";
import { addKeyAnswer, keyBody, removeKeyAnswer } from "../http/key-answers.js";
import { administer, answered, COMMAND_LINE, listByApi, type Answer } from "./administration.js";
import type { RunningGateway } from "./running-gateway.js";

/** What the commands do with admin keys; each answers what the admin API would, and rejects with its message. */
export interface KeyAdministration {
  list(): Promise<readonly Answer[]>;
  add(name: string, role: AdminRole): Promise<Answer>;
  remove(name: string): Promise<Answer>;
}

/** Does the work through the gateway that runs on the data, or on the data itself where none does. */
export function administerKeys<Result>(
  config: GatewayConfig,
  work: (keys: KeyAdministration) => Promise<Result>,
  options: { readonly isFirst?: boolean } = {},
): Promise<Result> {
  return administer(config, { byApi, onData, useCase: tokens.manageAdminKeys }, work, options);
}

const PATH = "/api/gateway/keys";

function byApi(gateway: RunningGateway): KeyAdministration {
  return {
    list: () => listByApi(gateway, PATH),
    add: (name, role) => gateway.call({ method: "POST", path: PATH, body: { name, role } }),
    remove: (name) => gateway.call({ method: "DELETE", path: `${PATH}/${name}` }),
  };
}

function onData(manage: ManageAdminKeys): KeyAdministration {
  return {
    list: async () => (await manage.list({ limit: MOST_ADMIN_KEYS + 1 })).items.map(keyBody),
    add: (name, role) =>
      answered(async () => addKeyAnswer(await manage.add({ actor: COMMAND_LINE, name, role }))),
    remove: (name) =>
      answered(async () => removeKeyAnswer(await manage.remove(name, { actor: COMMAND_LINE }))),
  };
}
