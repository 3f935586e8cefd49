import {
  aContact,
  aTenantId,
  InMemoryStorage,
  InMemoryTenantRegistry,
  ManualClock,
  RecordingLogger,
} from "@gateway-router/core/testing";
import { HttpServer } from "../http-server.js";
import { inMemoryHttpServices } from "../testing/in-memory-http-services.js";

const KEY = "admin-key-of-a-test";

let stop: (() => Promise<void>) | undefined;

afterEach(async () => {
  await stop?.();
  stop = undefined;
});

async function start() {
  const clock = new ManualClock();
  const storage = new InMemoryStorage({ clock });
  const registry = new InMemoryTenantRegistry({ clock });
  const services = inMemoryHttpServices({
    ...{ clock, storage, registry },
    ...{ logger: new RecordingLogger(), adminKey: KEY },
  });
  const server = new HttpServer({ host: "127.0.0.1", port: 0, services });
  const port = await server.listen();
  stop = async () => {
    const stopped = server.stop(0);
    clock.advance(0);
    await stopped;
  };
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/gateway${path}`, {
      headers: { "X-Api-Key": KEY },
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const note = (heldBy: number, linkOf: number, use: { contact?: string; campaign?: string } = {}) =>
    storage.contested.note({
      ...{ ...use, contact: aContact(use.contact), atMs: clock.nowMs() },
      ...{ heldBy: aTenantId(heldBy), linkOf: aTenantId(linkOf) },
    });
  return { clock, ask, note };
}

const roles = (body: Record<string, unknown>) =>
  (body["items"] as { tenant_id: number; link_tenant_id: number }[]).map(
    ({ tenant_id, link_tenant_id }) => `${tenant_id} ${link_tenant_id}`,
  );

describe("GET /api/gateway/contested", () => {
  it("lists who stayed with whom though using whose link, how often and when", async () => {
    const { ask, note, clock } = await start();
    const contact = "971501234567";
    await note(2, 55, { contact });
    clock.advance(60_000);
    await note(2, 55, { contact, campaign: "flyer" });
    expect(await ask("/contested")).toEqual({
      status: 200,
      body: {
        items: [
          {
            ...{ phone_number: contact, tenant_id: 2, link_tenant_id: 55, campaign: "flyer", times: 2 },
            ...{ first_at: "2026-11-23T16:46:00.000Z", last_at: "2026-11-23T16:47:00.000Z" },
          },
        ],
        next_cursor: null,
      },
    });
    await note(7, 2);
    expect((await ask("/contested?limit=1")).body["items"]).toMatchObject([{ tenant_id: 7, campaign: null }]);
  });

  it("goes on page by page, for one tenant in either role too", async () => {
    const { ask, note } = await start();
    await note(2, 55);
    await note(55, 7);
    await note(7, 2);
    const walk = async (query: string) => {
      const seen: string[] = [];
      let cursor: unknown = null;
      do {
        const at = typeof cursor === "string" ? `&cursor=${encodeURIComponent(cursor)}` : "";
        const { body } = await ask(`/contested?limit=1${query}${at}`);
        seen.push(...roles(body));
        cursor = body["next_cursor"];
      } while (cursor !== null);
      return seen;
    };
    expect(await walk("")).toEqual(["7 2", "55 7", "2 55"]);
    expect(await walk("&tenant_id=55")).toEqual(["55 7", "2 55"]);
    expect(await walk("&tenant_id=999")).toEqual([]);
  });

  it.each(["?tenant_id=two", "?limit=0", "?cursor=x", "?cursor=1.2", "?tenant_id=2&cursor=1."])(
    "what can't be asked: 400 for %s",
    async (query) => {
      const { ask } = await start();
      expect((await ask(`/contested${query}`)).status).toBe(400);
    },
  );
});

describe("GET /api/gateway/stats", () => {
  it("counts for each tenant what it kept and what it missed", async () => {
    const { ask, note } = await start();
    expect((await ask("/stats")).body).toMatchObject({ gateway_stats: { contested_per_tenant: {} } });
    await note(2, 55);
    await note(2, 55);
    await note(55, 2);
    expect((await ask("/stats")).body).toMatchObject({
      gateway_stats: {
        contested_per_tenant: { "2": { kept: 2, missed: 1 }, "55": { kept: 1, missed: 2 } },
      },
    });
  });
});
