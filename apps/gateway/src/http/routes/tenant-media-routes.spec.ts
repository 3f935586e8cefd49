import { createServer, get, request as httpRequest, type IncomingMessage, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { MediaStore, OpenedFile } from "@gateway-router/core";
import {
  aContact,
  aTenant,
  aTenantId,
  contentOf,
  eventually,
  InMemoryMediaStore,
  ManualClock,
  RecordingLogger,
} from "@gateway-router/core/testing";
import express from "express";
import { errorHandler } from "../error-handler.js";
import { HttpError } from "../http-error.js";
import { tenantMediaRoutes, type TenantMediaServices } from "./tenant-media-routes.js";

let server: Server | undefined;
let store: InMemoryMediaStore;
let logger: RecordingLogger;

beforeEach(() => {
  store = new InMemoryMediaStore({ clock: new ManualClock() });
  logger = new RecordingLogger();
});

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  server = undefined;
});

/** The tenant's number stands in for its token. */
async function start(services: Partial<TenantMediaServices> = {}): Promise<string> {
  const app = express();
  const router = express.Router();
  tenantMediaRoutes(router, {
    media: store,
    tenantOf: (request) => {
      const id = Number(request.headers.authorization);
      if (Number.isNaN(id)) throw new HttpError(401, "unauthorized", "Who are you?");
      return aTenant({ id });
    },
    ...services,
  });
  app.use("/api/tenant", router);
  app.use(errorHandler(logger));
  server = createServer(app);
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/tenant/media`;
}

async function kept(id: string, file: { mimetype?: string; filename?: string } = {}): Promise<void> {
  await store.keep({ id, contact: aContact(), ...file }, contentOf("some ", "content"));
  await store.handTo(id, aTenantId(2));
}

const as = (tenant: number, method = "GET"): RequestInit => ({
  method,
  headers: { Authorization: String(tenant) },
});

/** A store with one file of which a test says how it comes. */
function storeOf(content: () => AsyncIterable<Uint8Array>) {
  const seen = { closed: 0 };
  const file: OpenedFile = {
    sizeBytes: 1_000_000_000,
    content,
    close: async () => {
      seen.closed += 1;
    },
  };
  return { seen, media: { open: async () => file } satisfies Pick<MediaStore, "open"> };
}

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(65_536);
}

describe("GET /api/tenant/media/{id}", () => {
  it("is the file, to be saved and not to be shown", async () => {
    const url = await start();
    await kept("m_1", { mimetype: "image/jpeg", filename: "house.jpg" });
    const response = await fetch(`${url}/m_1`, as(2));
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("some content");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "image/jpeg",
      "content-length": "12",
      "content-disposition": "attachment; filename=house.jpg",
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox",
      "cache-control": "private, no-store",
    });
  });

  it("HEAD tells all of that without the file", async () => {
    const url = await start();
    await kept("m_1", { mimetype: "image/jpeg" });
    const response = await fetch(`${url}/m_1`, as(2, "HEAD"));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe("12");
    expect(response.headers.get("content-disposition")).toBe("attachment");
    expect(await response.text()).toBe("");
  });

  it("has a name in any script, by RFC 6266", async () => {
    const url = await start();
    await kept("m_1", { filename: "بيت.pdf" });
    const header = (await fetch(`${url}/m_1`, as(2))).headers.get("content-disposition")!;
    expect(header).toMatch(/^attachment; filename="[^"]+"; filename\*=UTF-8''%D8%A8%D9%8A%D8%AA\.pdf$/);
  });

  it.each(["", "nonsense", "text/html\r\nX: y", "text/html; charset=\u00e9", "a".repeat(300) + "/b"])(
    "has the type of any file where the sender's is %j",
    async (mimetype) => {
      const url = await start();
      await kept("m_1", { mimetype });
      const { status, headers } = await fetch(`${url}/m_1`, as(2));
      expect(status).toBe(200);
      expect(headers.get("content-type")).toBe("application/octet-stream");
    },
  );

  it("a page stays a page, but can't be shown", async () => {
    const url = await start();
    await kept("m_1", { mimetype: "text/html; charset=utf-8", filename: "page.html" });
    const { headers } = await fetch(`${url}/m_1`, as(2));
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(headers.get("content-security-policy")).toBe("sandbox");
    expect(headers.get("content-disposition")).toMatch(/^attachment/);
  });

  it("404 is the same for another tenant's file, for none, and for one that failed", async () => {
    const url = await start();
    await kept("m_1");
    await store.fail({ id: "m_2", contact: aContact() }, "gone");
    const answers = await Promise.all(
      [
        [3, "m_1"],
        [2, "m_2"],
        [2, "m_3"],
        [2, "..%2f..%2fetc%2fpasswd"],
      ].map(async ([tenant, id]) => {
        const response = await fetch(`${url}/${id}`, as(tenant as number));
        const headers = Object.fromEntries(response.headers);
        delete headers["date"];
        return { status: response.status, headers, body: await response.json() };
      }),
    );
    expect(answers[0]).toMatchObject({ status: 404, body: { code: "not_found" } });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it("401 comes first, and other methods are not taken", async () => {
    const url = await start();
    expect((await fetch(`${url}/m_1`)).status).toBe(401);
    const { status, headers } = await fetch(`${url}/m_1`, as(2, "DELETE"));
    expect(status).toBe(405);
    expect(headers.get("allow")).toBe("GET, HEAD");
  });

  it("ids may be any text", async () => {
    const url = await start();
    const id = "true/false@lid?#%ب";
    await kept(id);
    expect((await fetch(`${url}/${encodeURIComponent(id)}`, as(2))).status).toBe(200);
  });

  it("a client that goes away closes the file", async () => {
    let isEnded = false;
    const { media, seen } = storeOf(async function* () {
      try {
        yield* endless();
      } finally {
        isEnded = true;
      }
    });
    const url = await start({ media });
    const request = get(`${url}/m_1`, { headers: { Authorization: "2" } });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    await once(response, "readable");
    response.destroy();
    await eventually(() => isEnded && seen.closed === 1);
    expect(logger.messages("error")).toEqual([]);
  });

  it("a client that takes nothing more is let go", async () => {
    const { media, seen } = storeOf(endless);
    const url = await start({ media, limits: { atATime: 1, idleMs: 50 } });
    const request = get(`${url}/m_1`, { headers: { Authorization: "2" } });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    response.on("error", () => undefined).pause();
    await eventually(() => seen.closed === 1);
    request.destroy();
  });

  it("a file that can't be read to its end breaks the connection off, and is told in the log", async () => {
    const { media, seen } = storeOf(async function* () {
      yield new Uint8Array(10);
      await Promise.resolve();
      throw new Error("the disk is gone");
    });
    const url = await start({ media });
    const fetching = fetch(`${url}/m_1`, as(2)).then((response) => response.arrayBuffer());
    await expect(fetching).rejects.toThrow();
    await eventually(() => seen.closed === 1);
    expect(logger.messages("error")).toEqual(["GET /api/tenant/media/m_1 failed"]);
  });

  it("more at a time than can be are told to come back, and there is room again after one", async () => {
    const { media, seen } = storeOf(endless);
    const url = await start({ media, limits: { atATime: 1, idleMs: 30_000 } });
    const first = httpRequest(`${url}/m_1`, { headers: { Authorization: "2" } }).end();
    await once(first, "response");
    const second = await fetch(`${url}/m_1`, as(2));
    expect(second.status).toBe(503);
    expect(second.headers.get("retry-after")).not.toBeNull();
    first.destroy();
    await eventually(() => seen.closed === 1);
    expect((await fetch(`${url}/m_1`, as(2, "HEAD"))).status).toBe(200);
  });
});
