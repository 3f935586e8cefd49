import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createServer as createHttpsServer } from "node:https";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { aDelivery, aMapping, aTenant, ManualClock } from "@gateway-router/core/testing";
import { HttpTenantDispatcher } from "./http-tenant-dispatcher.js";
import { claimOf, HandlerServer, type HandlerAnswerer } from "./testing/handler-server.js";
import { selfSignedCertificate } from "./testing/self-signed-certificate.js";

const TIMEOUT_MS = 30_000;
const mediaUrl = (id: string) => `https://gateway.example/api/tenant/media/${id}`;
const CUT_OFF = { kind: "unreachable", error: "the connection was closed before the answer was complete" };

let clock: ManualClock;
let dispatcher: HttpTenantDispatcher;
const opened: { close(): Promise<void> }[] = [];

beforeEach(() => {
  clock = new ManualClock();
  dispatcher = new HttpTenantDispatcher({ clock, timeoutMs: TIMEOUT_MS, version: "1.2.3", mediaUrl });
});

afterEach(async () => {
  // Whatever became of an attempt, its deadline is gone with it.
  expect(clock.waiting).toBe(0);
  await dispatcher.close();
  for (const server of opened.splice(0)) await server.close();
});

async function aHandler(answer: HandlerAnswerer): Promise<HandlerServer> {
  const handler = await HandlerServer.start(answer);
  opened.push(handler);
  return handler;
}

/** A server that speaks no HTTP by itself. */
async function aRawServer(onData: (socket: Socket, count: number) => void): Promise<string> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("data", () => {
      count += 1;
      onData(socket, count);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.push({
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function dispatchTo(url: string, signal = new AbortController().signal) {
  return dispatcher.dispatch(aTenant({ url }), claimOf(aDelivery(aMapping())), signal);
}

async function dispatchAnswered(answer: HandlerAnswerer) {
  return dispatchTo((await aHandler(answer)).url);
}

/** Resolves when the head of an answer has come to this process, so that only its body is still out. */
async function headOfAnswer(): Promise<void> {
  await new Promise<void>((resolve) => {
    const onHead = (): void => {
      unsubscribe(channel, onHead);
      resolve();
    };
    const channel = "http.client.response.finish";
    subscribe(channel, onHead);
  });
}

describe("HttpTenantDispatcher: no answer", () => {
  it("connection refused", async () => {
    const handler = await HandlerServer.start();
    const { url } = handler;
    await handler.close();
    expect(await dispatchTo(url)).toEqual({ kind: "unreachable", error: "connection refused" });
  });

  it("a host name that can't exist", async () => {
    // A label of 64 characters is one too long, so no name server is asked.
    expect(await dispatchTo(`http://${"x".repeat(64)}.invalid/`)).toEqual({
      kind: "unreachable",
      error: "host name not found",
    });
  });

  it("a certificate that nobody trusts", async () => {
    const handler = await HandlerServer.start(undefined, {
      https: (listener) => createHttpsServer(selfSignedCertificate(), listener),
    });
    opened.push(handler);
    expect(await dispatchTo(handler.url)).toEqual({
      kind: "unreachable",
      error: "the TLS certificate is self-signed",
    });
    expect(handler.requests).toHaveLength(0);
  });

  it("TLS spoken to a server that speaks none", async () => {
    const handler = await aHandler((response) => response.end());
    expect(await dispatchTo(handler.url.replace("http:", "https:"))).toEqual({
      kind: "unreachable",
      error: "TLS handshake failed",
    });
  });

  it("a handler that never answers is cut off at the deadline", async () => {
    const handler = await aHandler(() => undefined);
    const result = dispatchTo(handler.url);
    await handler.received(1);
    clock.advance(TIMEOUT_MS);
    expect(await result).toEqual({ kind: "unreachable", error: "timed out after 30000 ms" });
  });

  it("a handler that trickles its body is cut off at the same deadline", async () => {
    const handler = await aHandler((response) => {
      response.write('{"reply":"');
      const drip = setInterval(() => response.write("."), 1);
      response.on("close", () => clearInterval(drip));
    });
    const head = headOfAnswer();
    const result = dispatchTo(handler.url);
    await head;
    clock.advance(TIMEOUT_MS - 1);
    expect(clock.waiting).toBe(1);
    clock.advance(1);
    expect(await result).toEqual({ kind: "unreachable", error: "timed out after 30000 ms" });
  });

  it("a handler that closes the connection before its answer", async () => {
    expect(await dispatchAnswered((_response, { socket }) => socket.resetAndDestroy())).toEqual(CUT_OFF);
  });

  it("a reset amid the body of a 200", async () => {
    const result = await dispatchAnswered((response, { socket }) => {
      response.writeHead(200, { "content-length": 100 });
      response.write('{"reply":', () => socket.resetAndDestroy());
    });
    expect(result).toEqual(CUT_OFF);
  });

  it("a body shorter than its length says", async () => {
    const url = await aRawServer((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"reply":"a"}'),
    );
    expect(await dispatchTo(url)).toEqual(CUT_OFF);
  });

  it("a chunked body without its end", async () => {
    const url = await aRawServer((socket) =>
      socket.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
    );
    expect(await dispatchTo(url)).toEqual(CUT_OFF);
  });

  it("something that is not HTTP", async () => {
    const url = await aRawServer((socket) => socket.end("220 mail.example ESMTP\r\n"));
    const result = await dispatchTo(url);
    expect(result).toMatchObject({ kind: "unreachable" });
    expect(result).toHaveProperty("error", expect.stringMatching(/^the answer is not HTTP \(HPE_\w+\)$/));
  });

  it("headers without end", async () => {
    const url = await aRawServer((socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${"a".repeat(100_000)}`));
    expect(await dispatchTo(url)).toEqual({
      kind: "unreachable",
      error: "the answer's headers are too large",
    });
  });
});

describe("HttpTenantDispatcher: an answer that came, but not as it should", () => {
  const taken = (unreadableAnswer: string) => ({ kind: "accepted", replies: [], unreadableAnswer });

  it("a body longer than its length says is read as far as that", async () => {
    const url = await aRawServer((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{"reply":"a"}'),
    );
    expect(await dispatchTo(url)).toEqual(taken('the answer is not JSON, it begins with "{\\""'));
  });

  it("a body without end is read as far as a mebibyte", async () => {
    const result = await dispatchAnswered((response) => {
      const chunk = Buffer.alloc(65_536, 32);
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", pour);
      pour();
    });
    expect(result).toEqual(taken("the answer is larger than 1048576 bytes"));
  });

  it("a mebibyte to the byte is read", async () => {
    const answer = '{"reply":"a"}';
    expect(await dispatchAnswered((response) => response.end(answer.padEnd(1_048_576)))).toEqual({
      kind: "accepted",
      replies: [{ kind: "text", text: "a" }],
    });
  });

  it.each([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ])("%s is decompressed", async (encoding, compress) => {
    const result = await dispatchAnswered((response) =>
      response.setHeader("content-encoding", encoding).end(compress(Buffer.from('{"reply":"a"}'))),
    );
    expect(result).toEqual({ kind: "accepted", replies: [{ kind: "text", text: "a" }] });
  });

  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
  ])("a bomb of %s is not unpacked past the bound", async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(64 * 1_048_576));
    expect(bomb.length).toBeLessThan(100_000);
    const result = await dispatchAnswered((response) =>
      response.setHeader("content-encoding", encoding).end(bomb),
    );
    expect(result).toEqual(taken("the answer is larger than 1048576 bytes"));
  });

  it.each([
    ["no gzip at all", "gzip", Buffer.from('{"reply":"a"}'), "the answer can't be decompressed (gzip)"],
    [
      "half a gzip",
      "gzip",
      gzipSync('{"reply":"a"}').subarray(0, 20),
      "the answer can't be decompressed (gzip)",
    ],
    [
      "an unknown encoding",
      "rot13",
      Buffer.from("x"),
      "the answer has a content encoding that was not asked for",
    ],
    ["no UTF-8", "identity", Buffer.from([0x22, 0xff, 0x22]), "the answer is not UTF-8"],
  ])("%s is taken, without reply", async (_name, encoding, body, fault) => {
    const result = await dispatchAnswered((response) =>
      response.setHeader("content-encoding", encoding).end(body),
    );
    expect(result).toEqual(taken(fault));
  });

  it("an empty body may claim any encoding", async () => {
    const result = await dispatchAnswered((response) => response.setHeader("content-encoding", "gzip").end());
    expect(result).toEqual({ kind: "accepted", replies: [] });
  });

  it("an error whose body breaks off is still that error", async () => {
    const answerThen = (status: number): HandlerAnswerer => {
      return (response, { socket }) => {
        response.writeHead(status, { "content-length": 100, "retry-after": "7" });
        response.write("overloaded", () => socket.resetAndDestroy());
      };
    };
    expect(await dispatchAnswered(answerThen(503))).toMatchObject({
      kind: "unreachable",
      retryAfterMs: 7_000,
    });
    expect(await dispatchAnswered(answerThen(422))).toMatchObject({ kind: "refused" });
  });

  it("an error with a body without end is still that error", async () => {
    const result = await dispatchAnswered((response) => {
      response.writeHead(500);
      const pour = (): void => {
        while (!response.destroyed && response.write("no ".repeat(10_000)));
      };
      response.on("drain", pour);
      pour();
    });
    expect(result).toMatchObject({ kind: "unreachable", error: expect.stringMatching(/^HTTP 500: (no )+/) });
  });
});

describe("HttpTenantDispatcher: kept connections", () => {
  it("a kept connection that turns out closed costs no attempt", async () => {
    const handler = await aHandler((response) => response.end());
    expect(await dispatchTo(handler.url)).toMatchObject({ kind: "accepted" });
    const [first] = handler.requests;
    handler.answer = (response, { socket }) => {
      if (socket === first!.socket) socket.resetAndDestroy();
      else response.end('{"reply":"a"}');
    };
    expect(await dispatchTo(handler.url)).toEqual({
      kind: "accepted",
      replies: [{ kind: "text", text: "a" }],
    });
    expect(new Set(handler.requests.slice(1).map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  });

  it("a handler that closes every connection is tried on one more and no further", async () => {
    const handler = await aHandler((response) => response.end());
    await dispatchTo(handler.url);
    handler.answer = (_response, { socket }) => socket.resetAndDestroy();
    expect(await dispatchTo(handler.url)).toEqual(CUT_OFF);
    expect(handler.requests).toHaveLength(3);
  });

  it("a connection that failed is not used again", async () => {
    const handler = await aHandler((response, { socket }) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("{", () => socket.destroy());
    });
    await dispatchTo(handler.url);
    handler.answer = (response) => response.end();
    expect(await dispatchTo(handler.url)).toMatchObject({ kind: "accepted" });
    expect(handler.connections).toBe(2);
  });
});

describe("HttpTenantDispatcher: ended from outside", () => {
  it("aborted before it began", async () => {
    const handler = await aHandler((response) => response.end());
    expect(await dispatchTo(handler.url, AbortSignal.abort())).toEqual({
      kind: "unreachable",
      error: "aborted after 0 ms",
    });
    expect(handler.requests).toHaveLength(0);
  });

  it("aborted while it waits for an answer", async () => {
    const handler = await aHandler(() => undefined);
    const controller = new AbortController();
    const result = dispatchTo(handler.url, controller.signal);
    await handler.received(1);
    clock.advance(2_500);
    controller.abort();
    expect(await result).toEqual({ kind: "unreachable", error: "aborted after 2500 ms" });
  });

  it("aborted amid the body", async () => {
    const handler = await aHandler((response) => response.write("{"));
    const controller = new AbortController();
    const head = headOfAnswer();
    const result = dispatchTo(handler.url, controller.signal);
    await head;
    controller.abort();
    expect(await result).toEqual({ kind: "unreachable", error: "aborted after 0 ms" });
  });

  it("closed while it waits for an answer", async () => {
    const handler = await aHandler(() => undefined);
    const result = dispatchTo(handler.url);
    await handler.received(1);
    await dispatcher.close();
    expect(await result).toEqual(CUT_OFF);
  });

  it("takes nothing once it is closed", async () => {
    await dispatcher.close();
    await expect(dispatchTo("http://127.0.0.1:9/")).rejects.toMatchObject({ code: "dispatcher_closed" });
  });
});
