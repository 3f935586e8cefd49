import {
  aContact,
  aMapping,
  aTenantId,
  aTraceContext,
  InMemoryStorage,
  InMemoryTenantRegistry,
  ManualClock,
  RecordingLogger,
  RecordingTracer,
} from "@gateway-router/core/testing";
import type { WebhookOutcome } from "@gateway-router/waha";
import { HttpServer } from "./http-server.js";
import { inMemoryHttpServices } from "./testing/in-memory-http-services.js";

const contact = aContact("971501234567");
const routed: WebhookOutcome = { kind: "routed", tenantId: aTenantId(2), contact, isNewSession: true };

let servers: HttpServer[] = [];

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop(0)));
  servers = [];
});

async function start(receive: () => Promise<WebhookOutcome> = async () => routed) {
  const [clock, tracer] = [new ManualClock(), new RecordingTracer()];
  const logger = new RecordingLogger();
  const storage = new InMemoryStorage({ clock });
  const registry = new InMemoryTenantRegistry({ clock });
  const services = {
    ...inMemoryHttpServices({ clock, logger, storage, registry, tracer, adminKey: "admin-key-of-a-test" }),
    webhooks: { receive },
  };
  const server = new HttpServer({ host: "127.0.0.1", port: 0, services });
  servers.push(server);
  const url = `http://127.0.0.1:${await server.listen()}`;
  const ask = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      ...{ method: "POST", body },
      headers: { "Content-Type": "application/json", ...headers },
    });
  const post = (headers?: Record<string, string>) => ask("/api/gateway/waha", "{}", headers);
  return { ...services, storage, tracer, ask, post };
}

describe("traced webhooks", () => {
  it("are steps of the trace that their header names, with the outcome and the tenant", async () => {
    const { tracer, post } = await start();
    const cause = aTraceContext();
    await post({ traceparent: cause });
    expect(tracer.steps).toMatchObject([
      {
        ...{ name: "webhook", cause, failed: false },
        attributes: { "gateway.outcome": "routed", "gateway.tenant_id": 2 },
      },
    ]);
  });

  it.each([{}, { traceparent: "00-not-a-trace" }])("begin one where there is none: %j", async (headers) => {
    const { tracer, post } = await start();
    await post(headers);
    expect(tracer.steps).toMatchObject([{ name: "webhook", cause: undefined }]);
  });

  it("say why they were ignored, and of whom, nothing", async () => {
    const { tracer, post } = await start(async () => ({ kind: "ignored", reason: "group" }));
    await post();
    expect(tracer.steps[0]!.attributes).toEqual({ "gateway.outcome": "ignored", "gateway.reason": "group" });
  });

  it("have failed where they were refused", async () => {
    const { tracer, post } = await start(async () => ({ kind: "unauthorized", reason: "missing" }));
    expect((await post()).status).toBe(401);
    expect(tracer.steps).toMatchObject([{ failed: true, attributes: { "gateway.outcome": "unauthorized" } }]);
  });

  it("tell nobody's number and nobody's words", async () => {
    const { tracer, post } = await start();
    await post();
    expect(JSON.stringify(tracer.steps)).not.toContain(contact);
  });
});

describe("traced tenant messages", () => {
  it("are steps of the trace that the tenant names", async () => {
    const { tracer, ask, manageTenants, storage, clock } = await start();
    const made = await manageTenants.put({ actor: "first", id: aTenantId(2), change: {} });
    if (made.kind !== "created") throw new Error(`The tenant was not created: ${made.kind}`);
    await storage.mappings.lock(aMapping({ contact, tenantId: aTenantId(2) }), clock.nowMs());
    const cause = aTraceContext();
    const answer = await ask(
      "/api/tenant/messages",
      JSON.stringify({ phone_number: contact, text: "Your viewing is tomorrow." }),
      { Authorization: `Bearer ${made.credentials.token}`, traceparent: cause },
    );
    expect(answer.status).toBe(202);
    expect(tracer.steps).toMatchObject([
      { name: "tenant message", cause, failed: false, attributes: { "gateway.tenant_id": 2 } },
    ]);
  });
});
