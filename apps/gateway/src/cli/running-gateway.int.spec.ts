import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@gateway-router/core";
import { DataDirLock } from "@gateway-router/storage-file";
import { RunningGateway } from "./running-gateway.js";

const FILES = { storage: { kind: "file" }, host: "127.0.0.1", port: 0 } as const;

let dataDir: string;
let opened: { close(): Promise<unknown> }[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "running-gateway-"));
  opened = [];
});

afterEach(async () => {
  for (const each of opened) await each.close();
  await rm(dataDir, { recursive: true });
});

/** Holds the data as a gateway does that is found at the URL. */
async function hold(url?: string): Promise<void> {
  const lock = await DataDirLock.acquire({ dataDir, clock: systemClock });
  opened.push({ close: () => lock.release() });
  if (url !== undefined) lock.describe({ url });
}

async function serve(answer: RequestListener): Promise<Server> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.push({
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  });
  return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const find = (adminApiKey: string | undefined = "key-of-a-test") =>
  RunningGateway.find({ ...FILES, dataDir, adminApiKey });
const list = { method: "GET", path: "/api/gateway/tenants" } as const;

describe("RunningGateway", () => {
  it("is not there where nobody holds the data", async () => {
    expect(await find()).toBeUndefined();
  });

  it("a holder that takes no requests yet is named", async () => {
    await hold();
    await expect(find()).rejects.toMatchObject({
      code: "gateway_not_listening",
      message: expect.stringContaining(`process ${process.pid} on `),
    });
  });

  it("is asked with the admin key, on this machine where it listens on all addresses", async () => {
    const seen: unknown[] = [];
    const server = await serve((request, response) => {
      seen.push(request.method, request.url, request.headers.authorization);
      response.end("{}");
    });
    await hold(`http://0.0.0.0:${portOf(server)}`);
    const gateway = (await find())!;
    expect(gateway.url).toBe(`http://127.0.0.1:${portOf(server)}`);
    expect(await gateway.call(list)).toEqual({});
    expect(seen).toEqual(["GET", list.path, "Bearer key-of-a-test"]);
  });

  it("the key is the one kept beside the data where none is set", async () => {
    await writeFile(join(dataDir, "admin-api-key"), "kept-key\n");
    const server = await serve((request, response) =>
      response.end(JSON.stringify({ authorization: request.headers.authorization })),
    );
    await hold(`http://127.0.0.1:${portOf(server)}`);
    const gateway = await RunningGateway.find({ ...FILES, dataDir, adminApiKey: undefined });
    expect(await gateway!.call(list)).toEqual({ authorization: "Bearer kept-key" });
  });

  it("no key: says which is missing", async () => {
    await hold("http://127.0.0.1:9");
    await expect(RunningGateway.find({ ...FILES, dataDir, adminApiKey: undefined })).rejects.toMatchObject({
      code: "no_admin_key",
    });
  });

  it("what it refuses is rejected with its own code and message", async () => {
    const server = await serve((_request, response) =>
      response
        .writeHead(409)
        .end(JSON.stringify({ status: "error", code: "tenant_id_retired", message: "Never again." })),
    );
    await hold(`http://127.0.0.1:${portOf(server)}`);
    await expect((await find())!.call(list)).rejects.toMatchObject({
      code: "tenant_id_retired",
      message: "Never again.",
    });
  });

  it.each([
    ["<html>", 200],
    ["", 204],
    ["null", 200],
  ])("what answers %j is no gateway", async (text, status) => {
    const server = await serve((_request, response) => response.writeHead(status).end(text));
    await hold(`http://127.0.0.1:${portOf(server)}`);
    await expect((await find())!.call(list)).rejects.toMatchObject({ code: "not_a_gateway" });
  });

  it("is not followed elsewhere with its key", async () => {
    const elsewhere: unknown[] = [];
    const other = await serve((request, response) => {
      elsewhere.push(request.url);
      response.end("{}");
    });
    const server = await serve((_request, response) =>
      response.writeHead(307, { Location: `http://127.0.0.1:${portOf(other)}/` }).end(),
    );
    await hold(`http://127.0.0.1:${portOf(server)}`);
    await expect((await find())!.call(list)).rejects.toMatchObject({ code: "gateway_unreachable" });
    expect(elsewhere).toEqual([]);
  });

  it("nobody there, or no answer in time: says so", async () => {
    const server = await serve(() => undefined);
    await hold(`http://127.0.0.1:${portOf(server)}`);
    const gateway = (await find())!;
    await expect(gateway.call({ ...list, timeoutMs: 10 })).rejects.toMatchObject({
      code: "gateway_unreachable",
      message: expect.stringContaining("did not answer within 0.01 s"),
    });
    await opened[0]!.close();
    await expect(gateway.call(list)).rejects.toMatchObject({
      code: "gateway_unreachable",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    opened.shift();
  });
});
