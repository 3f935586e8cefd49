import { createServer as createHttpsServer } from "node:https";
import { gzipSync } from "node:zlib";
import { ManualClock } from "@gateway-router/core/testing";
import { AddressGuard } from "./address-guard.js";
import { HttpMediaFetcher, type HttpMediaFetcherOptions } from "./http-media-fetcher.js";
import { HandlerServer, type HandlerAnswerer } from "./testing/handler-server.js";
import { selfSignedCertificate } from "./testing/self-signed-certificate.js";

const never = new AbortController().signal;
const opened: { close(): Promise<void> }[] = [];
let clock: ManualClock;

beforeEach(() => {
  clock = new ManualClock();
});

afterEach(async () => {
  expect(clock.waiting).toBe(0);
  for (const each of opened.splice(0).reverse()) await each.close();
});

function aFetcher(options: Partial<HttpMediaFetcherOptions> = {}): HttpMediaFetcher {
  const fetcher = new HttpMediaFetcher({ clock, timeoutMs: 30_000, version: "1.2.3", ...options });
  opened.push(fetcher);
  return fetcher;
}

async function aServer(answer: HandlerAnswerer): Promise<HandlerServer> {
  const server = await HandlerServer.start(answer);
  opened.push(server);
  return server;
}

async function fetched(answer: HandlerAnswerer, options: Partial<HttpMediaFetcherOptions> = {}) {
  const server = await aServer(answer);
  return aFetcher(options).fetch(server.url, never);
}

describe("HttpMediaFetcher", () => {
  it("fetches a file with its type", async () => {
    const server = await aServer((response) =>
      response.writeHead(200, { "Content-Type": "application/pdf" }).end(Buffer.from([0, 255, 10])),
    );
    expect(await aFetcher().fetch(server.url, never)).toEqual({
      ...{ kind: "fetched", bytes: Buffer.from([0, 255, 10]), mimetype: "application/pdf" },
    });
    expect(server.requests[0]).toMatchObject({
      method: "GET",
      headers: { "user-agent": "gateway-router/1.2.3", "accept-encoding": "identity" },
    });
  });

  it("takes one without a type, and one that was compressed all the same", async () => {
    expect(await fetched((response) => response.end("plain"))).toEqual({
      ...{ kind: "fetched", bytes: Buffer.from("plain") },
    });
    expect(
      await fetched((response) =>
        response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync("zipped")),
      ),
    ).toMatchObject({ kind: "fetched", bytes: Buffer.from("zipped") });
  });

  it.each([301, 302, 303, 307, 308])("never follows a redirect (%d)", async (status) => {
    const elsewhere = await aServer((response) => response.end("secret"));
    const result = await fetched((response) => response.writeHead(status, { Location: elsewhere.url }).end());
    expect(result).toEqual({
      kind: "refused",
      error: `HTTP ${status}: redirects are not followed`,
    });
    expect(elsewhere.requests).toEqual([]);
  });

  it.each([
    [400, "refused"],
    [403, "refused"],
    [404, "refused"],
    [410, "refused"],
    [408, "unavailable"],
    [429, "unavailable"],
    [500, "unavailable"],
    [503, "unavailable"],
  ])("HTTP %d is %s", async (status, kind) => {
    expect(await fetched((response) => response.writeHead(status).end("why"))).toEqual({
      ...{ kind, error: `HTTP ${status}` },
    });
  });

  it("refuses what is too large, told beforehand or not, compressed or not, and what is empty", async () => {
    const tooLarge = { kind: "refused", error: "the file is larger than 10 bytes" };
    expect(await fetched((response) => response.end("x".repeat(11)), { maxBytes: 10 })).toEqual(tooLarge);
    const streamed: HandlerAnswerer = (response) => {
      response.write("x".repeat(6));
      response.write("x".repeat(6));
    };
    expect(await fetched(streamed, { maxBytes: 10 })).toEqual(tooLarge);
    const bomb: HandlerAnswerer = (response) =>
      response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync("x".repeat(10_000)));
    expect(await fetched(bomb, { maxBytes: 1_000 })).toMatchObject({ kind: "refused" });
    expect(await fetched((response) => response.end("x".repeat(10)), { maxBytes: 10 })).toMatchObject({
      kind: "fetched",
    });
    expect(await fetched((response) => response.writeHead(204).end())).toMatchObject({ kind: "refused" });
  });

  it("gives up after its time, though bytes trickle", async () => {
    const server = await aServer((response) => response.write("trickle"));
    const fetching = aFetcher().fetch(server.url, never);
    await server.received(1);
    clock.advance(30_000);
    expect(await fetching).toEqual({ kind: "unavailable", error: "timed out after 30000 ms" });
  });

  it("stops when it is told to", async () => {
    const server = await aServer(() => undefined);
    const controller = new AbortController();
    const fetching = aFetcher().fetch(server.url, controller.signal);
    await server.received(1);
    controller.abort();
    expect(await fetching).toEqual({ kind: "unavailable", error: "aborted after 0 ms" });
  });

  it("a file that breaks off, and a server that is not there, may be there later", async () => {
    const broken: HandlerAnswerer = (response) => {
      response.writeHead(200, { "Content-Length": "10" }).write("half");
      setImmediate(() => response.destroy());
    };
    expect(await fetched(broken)).toMatchObject({ kind: "unavailable" });
    const server = await HandlerServer.start();
    const { url } = server;
    await server.close();
    expect(await aFetcher().fetch(url, never)).toEqual({ kind: "unavailable", error: "connection refused" });
  });

  it.each([
    ["ENOTFOUND", "doubtful", "host name not found"],
    ["EAI_AGAIN", "unavailable", "host name could not be looked up"],
  ])("a name that is not looked up (%s) is %s", async (code, kind, error) => {
    const guard = new AddressGuard({
      resolve: (_hostname, _options, callback) => callback(Object.assign(new Error(code), { code }), []),
    });
    expect(await aFetcher({ guard }).fetch("http://nowhere.example/a", never)).toEqual({ kind, error });
  });

  it.each(["", "nonsense", "file:///etc/passwd", "ftp://127.0.0.1/", "data:text/plain,hi", "gopher://x/"])(
    "refuses %j",
    async (url) => {
      expect(await aFetcher().fetch(url, never)).toEqual({
        ...{ kind: "refused", error: "its URL is no http or https URL" },
      });
    },
  );

  describe("goes nowhere a tenant has no business", () => {
    it.each([
      ...["http://169.254.169.254/latest/meta-data/", "https://169.254.169.254/", "http://2852039166/"],
      ...["http://[fe80::1]/", "http://[::ffff:169.254.169.254]/", "http://0.0.0.0/", "http://[::]/"],
      ...["http://0xa9.0376.43518/", "http://100.100.100.200/", "http://[fd00:ec2::254]/"],
      "http://user:secret@169.254.169.254/",
    ])("%s", async (url) => {
      const result = await aFetcher().fetch(url, never);
      expect(result.kind).toBe("refused");
      expect(result).toMatchObject({ error: expect.stringMatching(/not allowed$/) as string });
      expect(JSON.stringify(result)).not.toContain("secret");
    });

    it("nor to this machine, where only public addresses are allowed", async () => {
      const guard = new AddressGuard({ publicOnly: true });
      const server = await aServer((response) => response.end("private"));
      for (const url of [server.url, server.url.replace("127.0.0.1", "localhost")]) {
        expect(await aFetcher({ guard }).fetch(url, never)).toMatchObject({ kind: "refused" });
      }
      expect(server.connections).toBe(0);
    });

    it("by a name that leads elsewhere the second time it is looked up", async () => {
      const server = await aServer((response) => response.end("first"));
      const answers = ["127.0.0.1", "169.254.169.254"];
      const guard = new AddressGuard({
        resolve: (_hostname, _options, callback) =>
          callback(null, [{ address: answers.shift()!, family: 4 }]),
      });
      const fetcher = aFetcher({ guard });
      const url = `http://rebinding.example:${server.port}/`;
      expect(await fetcher.fetch(url, never)).toMatchObject({ kind: "fetched" });
      expect(await fetcher.fetch(url, never)).toEqual({
        kind: "refused",
        error: "rebinding.example leads to 169.254.169.254, a link-local address: not allowed",
      });
    });

    it("by TLS either", async () => {
      const server = await HandlerServer.start((response) => response.end("secret"), {
        https: (listener) => createHttpsServer(selfSignedCertificate(), listener),
      });
      opened.push(server);
      const guard = new AddressGuard({ publicOnly: true });
      expect(await aFetcher({ guard }).fetch(server.url, never)).toMatchObject({ kind: "refused" });
      expect(server.connections).toBe(0);
    });
  });

  it("throws once it is closed", async () => {
    const fetcher = aFetcher();
    await fetcher.close();
    await expect(fetcher.fetch("http://127.0.0.1/", never)).rejects.toMatchObject({ code: "fetcher_closed" });
  });
});
