import { request as httpRequest, type ClientRequest } from "node:http";
import {
  AdminKeysEditedError,
  MOST_ADMIN_KEYS,
  StorageUnavailableError,
  TenantRegistryEditedError,
} from "@gateway-router/core";
import { aContact, eventually } from "@gateway-router/core/testing";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { SharedNumber } from "../../shared-number.js";
import { SESSION_COOKIE } from "../console-sessions.js";
import { createApp, gatewayRouter } from "../create-app.js";
import { HttpServer } from "../http-server.js";
import type { HttpServices } from "../http-services.js";
import { operationsOf, type MountedOperation } from "../route-table.js";
import { tenantRouter } from "../tenant-router.js";
import { closedSchema } from "../testing/closed-schema.js";
import { exampleWorld, withoutStorage, type ExampleWorld } from "../testing/example-world.js";
import { EXAMPLE } from "./common.js";
import { errorOf, refusalsOf } from "./openapi-document.js";
import type { Answer, Operation, Refusal } from "./operation.js";

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
addFormats.default(ajv);

/** How the request differs from the one that all examples of the operation make. */
interface Change {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text goes as it is. */
  readonly body?: unknown;
  /** `null`: none. */
  readonly key?: string | null;
  readonly services?: Partial<HttpServices>;
}

/** Brings about that the answer is this one. */
type Scene = (house: House) => Change | Promise<Change>;

interface House {
  readonly world: ExampleWorld;
  readonly described: Described;
  readonly refusal: Refusal | undefined;
  /** Sends the example's request before. */
  readonly ask: (change?: Change) => Promise<Response>;
  /** So many of these requests come and do not end. */
  readonly hang: (count: number) => void;
}

interface Described extends MountedOperation {
  readonly name: string;
}

const asItIs: Scene = () => ({});
const gaveUp: Scene = async ({ world }) => {
  await world.giveUp();
  return {};
};
const unlocked: Scene = async ({ world }) => {
  await world.storage.mappings.unlock(world.mapping.contact);
  return {};
};

/** By a session of the console. */
async function signedIn({ world }: House): Promise<{ readonly headers: Record<string, string> }> {
  const session = await world.services.consoleSessions.begin({ name: "first", role: "admin" });
  const { token, csrfToken } = session!;
  return { headers: { Cookie: `${SESSION_COOKIE}=${token}`, "X-CSRF-Token": csrfToken } };
}

/** By operation, status and name of the example; what is not here is answered to the example's request as it is. */
const ANSWERS: Readonly<Record<string, Scene>> = {
  "signIn 201 example": asItIs,
  "getConsoleSession 200 example": signedIn,
  "signOut 200 example": signedIn,
  "getContact 404 example": () => ({ path: { phone: "971509999999" } }),
  "findTenantOfContact 404 example": () => ({ path: { phone: "971509999999" } }),
  "removeMapping 404 example": () => ({ path: { phone: "971509999999" } }),
  "exportContact 404 example": () => ({ path: { phone: "971509999999" } }),
  "reassignContact 200 unchanged": async ({ ask }) => {
    await ask();
    return {};
  },
  "explainMessage 200 locked_already": () => ({
    body: { phone_number: EXAMPLE.contact, text: "start_realty_55" },
  }),
  "explainMessage 200 opting_out": () => ({ body: { phone_number: EXAMPLE.contact, text: "Stop" } }),
  "explainMessage 200 unknown_tenant": () => ({
    body: { phone_number: "971509999999", text: "start_realty_999" },
  }),
  "explainMessage 200 unmapped": () => ({ body: { phone_number: "971509999999", text: "Hi" } }),
  "listDeliveries 200 dead": gaveUp,
  "listDeliveries 200 pending": () => ({ query: { state: "pending" } }),
  "replayDeadLetter 200 example": gaveUp,
  "replayDeadLettersOfTenant 200 example": async ({ world }) => {
    await world.giveUp();
    // A replay takes what died before it.
    world.clock.advance(1);
    return {};
  },
  "putTenant 200 example": async ({ ask }) => {
    await ask();
    return {};
  },
  "testTenant 200 answered": () => ({
    services: { handlerTester: { test: async () => ({ status: 204, durationMs: 12, error: undefined }) } },
  }),
  "testTenant 200 unreachable": () => ({
    services: {
      handlerTester: {
        test: async () => ({ status: undefined, durationMs: 3, error: "connection refused" }),
      },
    },
  }),
  "getDeepLinkOfTenant 200 of_a_campaign": () => ({ query: { campaign: "Flyer" } }),
  "getDeepLink 200 of_a_campaign": () => ({ query: { campaign: "Flyer" } }),
  "getMessage 200 sent": async ({ world }) => {
    await world.storage.replyJournal.markSent(EXAMPLE.replyId, "3EB0");
    return {};
  },
  "getMessage 200 failed": async ({ world }) => {
    const failure = { reason: "refused", error: "The number is not on WhatsApp" } as const;
    await world.storage.replyJournal.fail({ ...world.mapping, id: EXAMPLE.replyId }, failure);
    return {};
  },
  "getReadiness 200 without_a_key": () => ({ key: null }),
  "getReadiness 503 storage_unavailable": ({ world }) => ({ services: withoutStorage(world.services) }),
  "getReadiness 503 draining": ({ world }) => {
    world.services.drain.begin();
    return { key: null };
  },
  "takeWebhook 200 routed": unlocked,
  "takeWebhook 200 duplicate": async ({ ask }) => {
    await ask();
    return {};
  },
  "takeWebhook 200 unmapped": async (house) => {
    await unlocked(house);
    return { body: webhook({ body: "Hello" }) };
  },
  "takeWebhook 200 unknown_tenant": async (house) => {
    await unlocked(house);
    return { body: webhook({ body: "start_realty_999" }) };
  },
  "takeWebhook 200 ignored": () => ({ body: webhook({ from: "120363041234567890@g.us" }) }),
};

function webhook(payload: object): object {
  const sent = { id: "false_971501234567@c.us_3EB1", timestamp: 1765787400, from: "971501234567@c.us" };
  return { event: "message", session: "default", payload: { ...sent, fromMe: false, ...payload } };
}

const keysEdited =
  (code: "keys_file_edited" | "keys_file_damaged"): Scene =>
  ({ world, refusal }) => {
    const refuse = () => Promise.reject(new AdminKeysEditedError(code, refusal!.message));
    world.adminKeyStore.add = refuse;
    world.adminKeyStore.remove = refuse;
    return {};
  };
const edited =
  (code: "tenants_file_edited" | "tenants_file_damaged"): Scene =>
  ({ world, refusal }) => {
    world.registry.confirmUnedited = () =>
      Promise.reject(new TenantRegistryEditedError(code, refusal!.message));
    return {};
  };
const asGiven =
  (change: Change): Scene =>
  () =>
    change;

/** By operation and code, or by the code alone. */
const REFUSALS: Readonly<Record<string, Scene>> = {
  "signIn unauthorized": asGiven({ body: { key: "wrong" } }),
  "signIn too_many_requests": ({ world }) => {
    const { wrongAdminKeys } = world.services.doors;
    while (wrongAdminKeys.take("127.0.0.1") === 0);
    return {};
  },
  "signOut storage_unavailable": async (house) => ({
    ...(await signedIn(house)),
    services: withoutStorage(house.world.services),
  }),
  session_over: asItIs,
  csrf_token_missing: async (house) => {
    const { Cookie } = (await signedIn(house)).headers;
    return { headers: { Cookie: Cookie! } };
  },
  from_elsewhere: asGiven({ headers: { "Sec-Fetch-Site": "cross-site" } }),
  console_not_built: asGiven({ services: { consoleSite: { page: undefined, asset: () => undefined } } }),
  "getConsoleFile not_found": asGiven({ path: { file: "not-there.js" } }),
  // As many as there is room for, and more.
  too_many_streams: ({ hang }) => {
    hang(60);
    return {};
  },
  no_qr_code: asGiven({ services: { pairingQr: async () => ({ kind: "none" }) } }),
  waha_unavailable: ({ refusal }) => ({
    services: { pairingQr: async () => ({ kind: "unavailable", error: refusal!.message }) },
  }),
  key_in_query: asGiven({ query: { api_key: "x" } }),
  unauthorized: asGiven({ key: null }),
  read_only_key: ({ world }) => ({ key: world.readKey }),
  "takeWebhook unauthorized": async ({ world }) => ({
    services: { webhooks: await world.webhooks("a key that WAHA was not told") },
  }),
  too_many_requests: ({ world, described }) => {
    const { links, otherFailures } = world.services.doors;
    const limits = described.operation.access === "open" ? links : otherFailures;
    while (limits.take("127.0.0.1") === 0);
    return { key: null };
  },
  tenant_inactive: ({ world }) => ({ key: world.tokens.get(9)! }),
  "reassignContact tenant_inactive": asGiven({ body: { tenant_id: 9, reason: "asked for it" } }),
  invalid_parameter: withWrongField,
  invalid_phone_number: withWrongField,
  unknown_tenant: asGiven({ path: { id: "999", tenantId: "999" } }),
  "reassignContact unknown_tenant": asGiven({ body: { tenant_id: 999, reason: "asked for it" } }),
  malformed_json: asGiven({ body: "{" }),
  malformed_webhook: asGiven({ body: "{" }),
  invalid_body: asGiven({ body: "[]" }),
  invalid_message: asGiven({ body: "[]" }),
  payload_too_large: asGiven({ body: " ".repeat(1024 * 1024 + 1) }),
  unsupported_media_type: asGiven({ headers: { "Content-Type": "text/plain" } }),
  // More than any route reads at a time.
  overloaded: ({ hang }) => {
    hang(200);
    return {};
  },
  "getMedia overloaded": ({ hang, world }) => {
    world.services.media.open = () => new Promise(() => undefined);
    hang(64);
    return {};
  },
  "getFileOfContact overloaded": ({ hang, world }) => {
    world.services.exportContact.openFile = () => new Promise(() => undefined);
    hang(64);
    return {};
  },
  "takeWebhook overloaded": asGiven({ services: { webhookLimits: { requests: 0, bytes: 0 } } }),
  storage_unavailable: ({ world }) => ({ services: withoutStorage(world.services) }),
  "getDeepLink storage_unavailable": asGiven({
    services: {
      tenantRegistry: { findByToken: () => Promise.reject(new StorageUnavailableError("no storage")) },
    },
  }),
  phone_number_unknown: asGiven({ services: { number: new SharedNumber(undefined) } }),
  draining: ({ world }) => {
    world.services.drain.begin();
    return {};
  },
  early_change: asGiven({
    services: { webhooks: { receive: async () => ({ kind: "early", contact: aContact() }) } },
  }),
  dead_letter_not_found: asGiven({ path: { id: "msg_x" } }),
  no_holder: async (house) => {
    await gaveUp(house);
    return unlocked(house);
  },
  tenant_id_retired: asGiven({ path: { id: "66" } }),
  tenant_has_secret: asGiven({ path: { id: "2" }, body: { secret: EXAMPLE.secret } }),
  tenants_file_edited: edited("tenants_file_edited"),
  tenants_file_damaged: edited("tenants_file_damaged"),
  keys_file_edited: keysEdited("keys_file_edited"),
  keys_file_damaged: keysEdited("keys_file_damaged"),
  key_exists: asGiven({ body: { name: EXAMPLE.keyName, role: "read" } }),
  too_many_keys: async ({ world }) => {
    for (let each = 1; each < MOST_ADMIN_KEYS; each += 1) {
      await world.services.manageAdminKeys.add({ actor: "first", name: `key-${each}`, role: "read" });
    }
    return {};
  },
  unknown_key: asGiven({ path: { name: "nobody" } }),
  first_key: asGiven({ path: { name: "first" } }),
  opted_out: async ({ world }) => {
    await world.storage.optOuts.note(world.mapping.contact, { wish: "opt_out", sentAtMs: 0 });
    return {};
  },
  tenant_exists: asGiven({ path: { id: "2" }, headers: { "If-None-Match": "*" } }),
  tenant_has_contacts: asGiven({ path: { id: "2" } }),
  tenant_not_in_directory: asGiven({ path: { id: "123" } }),
  tenant_without_url: asGiven({ path: { id: "8" } }),
  invalid_idempotency_key: asGiven({ headers: { "Idempotency-Key": " x\ty " } }),
  not_your_contact: asGiven({ body: { phone_number: "971509999999", text: "Hi" } }),
  idempotency_key_reused: async ({ ask }) => {
    await ask({ body: { phone_number: EXAMPLE.contact, text: "Something else" } });
    return {};
  },
  too_many_waiting: asGiven({
    services: { sendReply: { execute: async () => ({ kind: "too_many_waiting" }) } },
  }),
  message_not_found: asGiven({ path: { id: "msg_x" } }),
  not_found: asGiven({ path: { id: "med_x" } }),
};

/** What is wrong where `~` is right. */
const WRONG: Readonly<Record<string, string>> = { actor: " ", subject: " " };

/** With `~` in the field that the refusal is about. */
function withWrongField({ refusal, described }: House): Change {
  const { field } = refusal!.details![0]!;
  const parameter = described.operation.parameters?.find(({ name }) => name === field);
  const value = WRONG[field] ?? "~";
  return parameter?.in === "path" ? { path: { [field]: value } } : { query: { [field]: value } };
}

/** What the gateway makes up, or counts. */
const MADE_UP: Readonly<Record<string, readonly string[]>> = {
  signIn: ["csrf_token", "expires_at"],
  getConsoleSession: ["csrf_token", "expires_at"],
  getOverview: [
    ...["version", "contacts", "last_mapping_change_at", "tenants", "deliveries", "replies"],
    ...["messages_per_minute", "growth", "since", "last_message_at"],
  ],
  getGrowth: ["since", "as_of", "new_contacts", "tenants"],
  getStats: ["total_users", "total_tenants", "users_per_tenant", "last_updated"],
  putTenant: ["secret", "token"],
  addKey: ["key"],
  eraseContact: ["pseudonym"],
  getHealth: ["instance"],
  rotateTenant: ["secret", "token", "overlap_until"],
  sendMessage: ["id"],
  getReadiness: ["pending", "dead", "paused_tenants", "held_tenants"],
};

const { services: mountedServices } = await exampleWorld();
const DESCRIBED: readonly Described[] = (
  [
    ["/api/gateway", gatewayRouter(mountedServices)],
    ["/api/tenant", tenantRouter(mountedServices)],
    ["", createApp(mountedServices)],
  ] as const
).flatMap(([prefix, router]) =>
  operationsOf(router).map((each) => ({
    ...each,
    path: `${prefix}${each.path}`,
    name: `${each.method.toUpperCase()} ${prefix}${each.path}`,
  })),
);

let ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

async function serve({ clock }: ExampleWorld, services: HttpServices): Promise<string> {
  const server = new HttpServer({ host: "127.0.0.1", port: 0, services });
  const port = await server.listen();
  ends.push(async () => {
    const stopped = server.stop(0);
    clock.advance(1_000);
    await stopped;
  });
  return `http://127.0.0.1:${port}`;
}

/** Of the keys that the description says are enough the one that may least. */
function keyOf({ access }: Operation, { adminKey, readKey, tokens }: ExampleWorld): string | undefined {
  switch (access) {
    case "admin":
      return adminKey;
    case "reader":
    case "open_and_more_for_admins":
      return readKey;
    case "tenant":
      return tokens.get(EXAMPLE.tenantId);
    case "console":
    case "waha":
    case "open":
      return undefined;
  }
}

function requestOf({ method, path, operation }: Described, change: Change, world: ExampleWorld) {
  const { parameters = [], body: described } = operation;
  const given = (place: string) =>
    Object.fromEntries(
      parameters.flatMap(({ in: its, name, example }) =>
        its === place && example !== undefined ? [[name, String(example)]] : [],
      ),
    );
  const inPath: Readonly<Record<string, string>> = { ...given("path"), ...change.path };
  const query = new URLSearchParams({ ...given("query"), ...change.query }).toString();
  const key = change.key === undefined ? keyOf(operation, world) : (change.key ?? undefined);
  const body = change.body ?? Object.values(described?.examples ?? {})[0];
  return {
    path: `${path.replace(/[:*](\w+)/g, (_, name: string) => encodeURIComponent(inPath[name]!))}${
      query === "" ? "" : `?${query}`
    }`,
    method: method.toUpperCase(),
    headers: {
      ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...given("header"),
      ...change.headers,
    },
    body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
  };
}

/** Plays the scene, and answers what the example's request is answered then. */
async function play(described: Described, scene: Scene, refusal?: Refusal): Promise<Response> {
  const world = await exampleWorld();
  const sendTo = (url: string, change: Change) => {
    const { path, body, ...init } = requestOf(described, change, world);
    return fetch(`${url}${path}`, { ...init, redirect: "manual", ...(body === undefined ? {} : { body }) });
  };
  const url = await serve(world, world.services);
  let hanging: ClientRequest[] = [];
  ends.push(async () => hanging.forEach((each) => each.destroy()));
  const hang = (count: number) => {
    const { path, body, headers, method } = requestOf(described, {}, world);
    const length = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
    hanging = Array.from({ length: count }, () => {
      const request = httpRequest(`${url}${path}`, {
        agent: false,
        method,
        headers: { ...headers, ...length },
      });
      request.on("error", () => undefined);
      if (body === undefined) request.end();
      else request.flushHeaders();
      return request;
    });
  };
  const change = await scene({ world, described, refusal, ask: (each = {}) => sendTo(url, each), hang });
  const { services } = change;
  const at = services === undefined ? url : await serve(world, { ...world.services, ...services });
  if (hanging.length === 0) return sendTo(at, change);
  // Those that hang are taken in at their own pace.
  let response: Response | undefined;
  await eventually(async () => {
    response = await sendTo(at, change);
    return response.status === refusal?.status;
  });
  return response!;
}

/** The example, as strict as can be about what the gateway did not make up; of a list its first item. */
function asExpected(example: unknown, madeUp: readonly string[]): unknown {
  if (Array.isArray(example)) return example.slice(0, 1).map((each) => asExpected(each, madeUp));
  if (typeof example !== "object" || example === null) return example;
  return Object.fromEntries(
    Object.entries(example).map(([name, value]) => [
      name,
      madeUp.includes(name) ? (expect.anything() as unknown) : asExpected(value, madeUp),
    ]),
  );
}

function firstOfLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(firstOfLists);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, firstOfLists(each)]));
}

async function expectAnswer(response: Response, { id }: Operation, answer: Answer, example: unknown) {
  const { status, headers = {}, content } = answer;
  // A stream goes on and on.
  const isStream =
    content !== undefined && "mediaType" in content && content.mediaType === "text/event-stream";
  if (isStream) await response.body?.cancel();
  const text = isStream ? "" : await response.text();
  expect([response.status, response.status === status ? "" : text]).toEqual([status, ""]);
  for (const [name, { schema }] of Object.entries(headers)) {
    expect([name, ajv.validate(schema, response.headers.get(name))]).toEqual([name, true]);
  }
  const type = response.headers.get("content-type");
  if (content === undefined) return;
  if (!("examples" in content)) {
    if (content.mediaType !== "*/*") expect(type?.split(";")[0]).toBe(content.mediaType);
    return;
  }
  expect(type).toBe("application/json; charset=utf-8");
  const body = JSON.parse(text) as unknown;
  const check = ajv.compile(closedSchema(content.schema, {}));
  expect([check(body), check.errors]).toEqual([true, null]);
  expect(firstOfLists(body)).toEqual(asExpected(example, MADE_UP[id] ?? []));
}

describe.each(DESCRIBED.map((described) => [described.name, described] as const))(
  "%s",
  (_name, described) => {
    const { operation } = described;
    const answers = operation.answers.flatMap((answer) =>
      Object.entries(
        answer.content !== undefined && "examples" in answer.content
          ? answer.content.examples
          : { example: "" },
      ).map(([name, example]) => [`${operation.id} ${answer.status} ${name}`, answer, example] as const),
    );

    it.each(answers)("answers as in its example: %s", async (name, answer, example) => {
      // Only what is first may be there by itself.
      const scene = ANSWERS[name] ?? (name === answers[0]?.[0] ? asItIs : undefined);
      if (scene === undefined) throw new Error(`Nothing here brings about ${name}`);
      await expectAnswer(await play(described, scene), operation, answer, example);
    });

    const refusals = refusalsOf(operation).map((refusal) => [refusal.status, refusal.code, refusal] as const);

    it.each(refusals)("is refused to the letter: %i %s", async (status, code, refusal) => {
      const scene = REFUSALS[`${operation.id} ${code}`] ?? REFUSALS[code];
      if (scene === undefined) throw new Error(`Nothing here brings about ${operation.id} ${code}`);
      const response = await play(described, scene, refusal);
      expect([response.status, await response.json()]).toEqual([status, errorOf(refusal)]);
      if (status === 429 || status === 503) expect(response.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    });

    const bounded = (operation.parameters ?? []).flatMap(({ in: place, name, schema }) => {
      if (place !== "query") return [];
      const { minimum, maximum, enum: choices = [] } = schema;
      const taken = [minimum, maximum, ...choices].filter((each) => each !== undefined).map(String);
      const refused = [
        ...(minimum === undefined ? [] : [minimum - 1]),
        ...(maximum === undefined ? [] : [maximum + 1]),
        ...(choices.length === 0 ? [] : ["~"]),
      ].map(String);
      return [
        ...taken.map((value) => [name, value, true] as const),
        ...refused.map((value) => [name, value, false] as const),
      ];
    });
    if (bounded.length > 0) {
      it.each(bounded)("its parameter %s may be %s: %s", async (name, value, isTaken) => {
        const { status } = await play(described, asGiven({ query: { [name]: value } }));
        expect([value, status < 400]).toEqual([value, isTaken]);
      });
    }
  },
);

it("no scene is left over", () => {
  const names = DESCRIBED.flatMap(({ operation }) => operation.id);
  const idOf = (scene: string) => scene.split(" ")[0]!;
  expect(Object.keys(ANSWERS).filter((scene) => !names.includes(idOf(scene)))).toEqual([]);
  const codes = new Set(DESCRIBED.flatMap(({ operation }) => refusalsOf(operation).map(({ code }) => code)));
  expect(Object.keys(REFUSALS).filter((scene) => !codes.has(scene.split(" ").at(-1)!))).toEqual([]);
});
