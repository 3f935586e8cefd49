import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@gateway-router/core";
import { DataDirLock } from "@gateway-router/storage-file";
import { parseSettings } from "../../config/parse-settings.js";
import { RunningGateway } from "../running-gateway.js";
import { checkPublicUrl, checkReadiness, checkWebhookReachable } from "./check-gateway.js";

const FILES = { storage: { kind: "file" }, host: "127.0.0.1", port: 0 } as const;

let servers: Server[];

beforeEach(() => {
  servers = [];
});

afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering =
  (status: number, body: unknown): RequestListener =>
  (_request, response) =>
    void response.writeHead(status).end(JSON.stringify(body));
const gatewayNamed = (instance: string) => serve(answering(200, { status: "ok", instance }));
const NOBODY = "http://127.0.0.1:9";

describe("checkReadiness", () => {
  it.each([
    [200, { status: "ready" }, "fine", "is ready"],
    [
      503,
      { status: "error", code: "draining", message: "The gateway is going down." },
      "broken",
      "going down",
    ],
  ])("an answer %i: %j", async (status, body, verdict, text) => {
    const dataDir = await mkdtemp(join(tmpdir(), "gateway-doctor-"));
    const lock = await DataDirLock.acquire({ dataDir, clock: systemClock });
    try {
      lock.describe({ url: await serve(answering(status, body)) });
      const gateway = await RunningGateway.find({ ...FILES, dataDir, adminApiKey: "key-of-a-test" });
      expect(await checkReadiness(gateway!)).toMatchObject({
        ...{ check: "gateway", verdict, finding: expect.stringContaining(text) as string },
      });
    } finally {
      await lock.release();
      await rm(dataDir, { recursive: true });
    }
  });
});

describe("checkPublicUrl", () => {
  it("is content where the same gateway answers", async () => {
    const url = await gatewayNamed("one");
    expect(await checkPublicUrl(url, { url })).toEqual({
      ...{ check: "public_url", verdict: "fine" },
      finding: `${url} leads to this gateway, from this machine alone`,
    });
  });

  it("is content where several gateways take turns, and this is one of them", async () => {
    const url = await gatewayNamed("one");
    let asked = 0;
    const there = await serve((request, response) => {
      asked += 1;
      answering(200, { status: "ok", instance: asked % 3 === 0 ? "one" : `other-${asked % 3}` })(
        request,
        response,
      );
    });
    expect(await checkPublicUrl(there, { url })).toMatchObject({ verdict: "fine" });
    expect(asked).toBe(3);
  });

  it("finds another gateway there", async () => {
    const [url, there] = [await gatewayNamed("one"), await gatewayNamed("other")];
    expect(await checkPublicUrl(there, { url })).toMatchObject({
      ...{ verdict: "broken", finding: `another gateway answers at PUBLIC_URL, ${there}` },
    });
  });

  it.each([
    ["a proxy without what is behind it", 502, "Bad Gateway"],
    ["another program", 200, { status: "ok" }],
    ["nothing at that path", 404, null],
  ])("finds %s there", async (_name, status, body) => {
    const [url, there] = [await gatewayNamed("one"), await serve(answering(status, body))];
    expect(await checkPublicUrl(there, { url })).toMatchObject({
      ...{ verdict: "broken", finding: expect.stringContaining(`is no gateway (HTTP ${status})`) as string },
    });
  });

  it("finds nobody there", async () => {
    const url = await gatewayNamed("one");
    expect(await checkPublicUrl(NOBODY, { url })).toMatchObject({
      ...{ verdict: "broken", finding: expect.stringContaining("nobody answers") as string },
    });
  });

  it("never shows the admin key there", async () => {
    const asked: (string | undefined)[] = [];
    const there = await serve((request, response) => {
      asked.push(request.headers.authorization, request.headers["x-api-key"] as string | undefined);
      response.end("{}");
    });
    await checkPublicUrl(there, { url: await gatewayNamed("one") });
    expect(asked).toEqual([undefined, undefined]);
  });
});

describe("checkWebhookReachable", () => {
  const check = async (url: string, settings: Record<string, string> = {}) => {
    const config = parseSettings({ WAHA_HMAC_KEY: "hmac-key-of-a-test", ...settings }, "/");
    return checkWebhookReachable(config, `${url}/api/gateway/waha`, systemClock);
  };
  const taking = () => serve(answering(200, { status: "ignored", reason: "event" }));

  it("is content where a signed event goes through", async () => {
    expect(await check(await taking())).toMatchObject({
      ...{
        check: "webhook_reachable",
        verdict: "fine",
        finding: expect.stringContaining("a signed") as string,
      },
    });
  });

  it("warns where WAHA elsewhere is told this machine's loopback", async () => {
    expect(await check(await taking(), { WAHA_URL: "http://waha:3000" })).toMatchObject({
      ...{ verdict: "warning", mend: expect.stringContaining("WEBHOOK_URL") as string },
    });
  });

  it("finds that the gateway has another key", async () => {
    expect(await check(await serve(answering(401, { status: "error" })))).toMatchObject({
      ...{ verdict: "broken", mend: expect.stringContaining("WAHA_HMAC_KEY") as string },
    });
  });

  it("finds that somebody else answers", async () => {
    expect(await check(await serve(answering(404, {})))).toMatchObject({
      ...{ verdict: "broken", finding: expect.stringContaining("(HTTP 404)") as string },
    });
  });

  it("warns where nobody answers: it may be an address for WAHA alone", async () => {
    expect(await check(NOBODY)).toMatchObject({ verdict: "warning" });
  });
});
