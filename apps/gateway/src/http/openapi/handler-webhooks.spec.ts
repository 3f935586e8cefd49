import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { DueDelivery, InboundMessage, Tenant, TenantEvent } from "@gateway-router/core";
import {
  aContact,
  aDelivery,
  aGeneration,
  aMapping,
  aTenant,
  aTenantId,
  aTraceContext,
  ManualClock,
} from "@gateway-router/core/testing";
import { HttpTenantDispatcher, readHandlerAnswer } from "@gateway-router/tenant-http";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { closedSchema } from "../testing/closed-schema.js";
import { EXAMPLE } from "./common.js";
import { WEBHOOKS, type HandlerWebhook } from "./handler-webhooks.js";

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
addFormats.default(ajv);

const sentAtMs = Date.parse("2026-11-23T15:32:41.000Z");
const contact = aContact(EXAMPLE.contact);
const mapping = aMapping({
  ...{ contact, tenantId: aTenantId(EXAMPLE.tenantId), generation: aGeneration(EXAMPLE.contactId) },
});

interface Got {
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

let server: Server;
let got: Got[] = [];
let answer: string;
let dispatcher: HttpTenantDispatcher;
let tenant: Tenant;

beforeEach(async () => {
  got = [];
  answer = "";
  server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      got.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString("utf8")) });
      response.end(answer);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  tenant = aTenant({ id: EXAMPLE.tenantId, url: `http://127.0.0.1:${port}/messages` });
  dispatcher = new HttpTenantDispatcher({
    ...{ clock: new ManualClock(sentAtMs), timeoutMs: 10_000, version: "0" },
    mediaUrl: (id) => `https://gateway.example/api/tenant/media/${id}`,
  });
});

afterEach(async () => {
  await dispatcher.close();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
});

const message: InboundMessage = {
  ...{ identity: "default/false/3EB0A0000000000000000001", contact, contactName: "Mohamed", sentAtMs },
  content: { id: "3EB0A0000000000000000001", type: "text", text: "start_realty_2_flyer" },
};

const change = {
  ...{ identity: "default/false/2", contact, contactName: "Mohamed", sentAtMs },
  messageId: "3EB0A0000000000000000001",
};

interface Sent {
  readonly body: TenantEvent;
  readonly overrides?: Partial<DueDelivery>;
}

/** What the gateway sends, by type and name of the example that it is to be. */
const SENT: Readonly<Record<string, Sent>> = {
  "message.received text": { body: message, overrides: { isFirst: true, campaign: EXAMPLE.campaign } },
  "message.received file": {
    body: {
      ...message,
      content: {
        ...{ id: "3EB0A0000000000000000001", type: "image", text: "Is this one free?" },
        media: {
          ...{ id: EXAMPLE.mediaId, mimetype: "image/jpeg", filename: "house.jpg" },
          sourceUrl: "http://127.0.0.1:9/api/files/1",
        },
      },
    },
    overrides: { media: { kind: "kept", sizeBytes: 12_345, mimetype: "image/jpeg" } },
  },
  "message.edited example": { body: { ...change, kind: "edited", text: "At 4, please" } },
  "message.revoked example": { body: { ...change, kind: "revoked" } },
  "message.reaction example": { body: { ...change, kind: "reaction", text: "👍" } },
  "reply.failed example": {
    body: {
      ...{ kind: "reply_failed", identity: "reply_failed/1", contact, sentAtMs, replyId: EXAMPLE.replyId },
      ...{ reason: "refused", error: "The number is not on WhatsApp" },
    },
  },
};

/** Events with all that they may have. */
const FULL: readonly Sent[] = [
  {
    body: {
      ...message,
      content: {
        ...{ id: "1", type: "other", text: "All" },
        media: { mimetype: "image/jpeg", filename: "house.jpg", error: "expired" },
        location: { latitude: 25.2, longitude: 55.27, name: "Dubai", address: "Marina" },
        contacts: [{ vcard: "BEGIN:VCARD" }],
        replyTo: { id: "3EB0", text: "Which one?" },
      },
    },
    overrides: { replayed: true },
  },
  { body: { ...message, contact: aContact("88112233445566@lid") } },
  { body: { ...change, kind: "edited", text: "At 4, please", optedOut: true } },
];

async function dispatch({ body, overrides }: Sent, traced: Pick<DueDelivery, "trace"> = {}) {
  const claim: DueDelivery = {
    ...{ ...aDelivery(mapping, { id: EXAMPLE.deliveryId }), body, contact: body.contact },
    ...{ isFirst: false, replayed: false, enqueuedAtMs: 0, attempts: 0, countedAttempts: 0, refusals: 0 },
    ...{ leaseToken: "1", ageMs: 0, probeNumber: 0, othersSucceed: false },
    ...overrides,
    ...traced,
  };
  return dispatcher.dispatch(tenant, claim, new AbortController().signal);
}

function webhookOf(type: string): HandlerWebhook {
  const webhook = WEBHOOKS.find((each) => each.type === type);
  if (webhook === undefined) throw new TypeError(`${type} is not described`);
  return webhook;
}

function faultsOf({ body }: Got): unknown {
  const { type } = body as { readonly type: string };
  const check = ajv.compile(closedSchema(webhookOf(type).schema, {}));
  return check(body) ? undefined : check.errors;
}

const EXAMPLES = WEBHOOKS.flatMap(({ type, examples }) =>
  Object.entries(examples).map(([name, example]) => [`${type} ${name}`, example] as const),
);

describe("the events that handlers get", () => {
  it.each(EXAMPLES.filter(([name]) => !name.startsWith("gateway.test")))(
    "%s is what the gateway sends",
    async (name, example) => {
      const sent = SENT[name];
      if (sent === undefined) throw new Error(`Nothing here sends ${name}`);
      expect(await dispatch(sent)).toMatchObject({ kind: "accepted" });
      expect(JSON.stringify(got[0]?.body)).toBe(JSON.stringify(example));
      expect(faultsOf(got[0]!)).toBeUndefined();
    },
  );

  it("gateway.test is what the gateway sends", async () => {
    const signal = new AbortController().signal;
    await dispatcher.test(tenant, { id: EXAMPLE.deliveryId, signal });
    expect(got[0]?.body).toEqual(webhookOf("gateway.test").examples["example"]);
    expect(faultsOf(got[0]!)).toBeUndefined();
  });

  it.each(FULL)("are told to the last field: $body.contact", async (sent) => {
    await dispatch(sent);
    expect(faultsOf(got[0]!)).toBeUndefined();
  });

  it.each(WEBHOOKS)("$type carries the headers that are told", async ({ type, headers }) => {
    if (type === "gateway.test") {
      await dispatcher.test(tenant, { id: EXAMPLE.deliveryId, signal: new AbortController().signal });
    } else {
      const [name] = Object.keys(SENT).filter((each) => each.startsWith(type));
      await dispatch(SENT[name!]!, { trace: aTraceContext() });
    }
    for (const header of headers) {
      const value = got[0]?.headers[header.name];
      expect([header.name, ajv.validate(header.schema, value)]).toEqual([header.name, true]);
      expect([header.name, ajv.validate(header.schema, header.example)]).toEqual([header.name, true]);
    }
    expect(got[0]?.headers["webhook-id"]).toBe(EXAMPLE.deliveryId);
  });
});

describe("what handlers may answer", () => {
  const { content } = webhookOf("message.received").answers[0]!;
  if (content === undefined || !("examples" in content)) throw new TypeError("no example of an answer");

  it.each(Object.entries(content.examples))("%s is read, and sent on", async (_name, example) => {
    answer = JSON.stringify(example);
    const result = await dispatch(SENT["message.edited example"]!);
    const reading = readHandlerAnswer(answer);
    expect(reading.kind).toBe("readable");
    expect(result).toMatchObject({
      kind: "accepted",
      replies: reading.kind === "readable" ? reading.replies : [],
    });
    expect(ajv.validate(closedSchema(content.schema, {}), example)).toBe(true);
  });
});
