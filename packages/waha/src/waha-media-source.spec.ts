import { inspect } from "node:util";
import type { MediaFetch, SourceFile } from "@gateway-router/core";
import { eventually, ManualClock } from "@gateway-router/core/testing";
import fc from "fast-check";
import { ScriptedWahaServer, type WahaServerAnswer } from "./testing/scripted-waha-server.js";
import { TEST_API_KEY, WahaUnderTest } from "./testing/waha-under-test.js";
import { wahaFilePath } from "./waha-file-path.js";
import { WahaMediaSource } from "./waha-media-source.js";

const FILE = "/api/files/default/false_971501234567@c.us_3EB0A1.jpeg";
const FILE_ASKED_FOR = "/api/files/default/false_971501234567%40c.us_3EB0A1.jpeg";

let waha: WahaUnderTest;

beforeEach(async () => {
  waha = await WahaUnderTest.open();
});

afterEach(() => waha.close());

function fetchFrom(sourceUrl: string, signal = new AbortController().signal): Promise<MediaFetch> {
  return new WahaMediaSource({ client: waha.client() }).fetch({ sourceUrl }, signal);
}

async function bytesOf(fetch: MediaFetch): Promise<Buffer> {
  if (fetch.kind !== "fetched") throw new TypeError(fetch.error);
  const chunks: Uint8Array[] = [];
  for await (const chunk of fetch.content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("WahaMediaSource", () => {
  it("fetches the file with the API key, however large it is", async () => {
    const bytes = Buffer.alloc(5_000_000, "house");
    const headers = { "Content-Type": "image/jpeg", "Content-Length": String(bytes.length) };
    waha.server.answer = () => ({ status: 200, bytes, headers });
    const fetch = await fetchFrom(`${waha.server.url}${FILE}`);
    expect(fetch).toMatchObject({ kind: "fetched", mimetype: "image/jpeg", sizeBytes: 5_000_000 });
    expect(bytes.equals(await bytesOf(fetch))).toBe(true);
    expect(waha.server.log).toEqual([`GET ${FILE_ASKED_FOR}`]);
    expect(waha.server.requests[0]!.headers).toMatchObject({ "x-api-key": TEST_API_KEY });
  });

  it("does not know the size where WAHA does not tell it", async () => {
    waha.server.answer = () => ({ status: 200, bytes: Buffer.from("abc") });
    const fetch = await fetchFrom(FILE);
    expect(fetch).not.toHaveProperty("sizeBytes");
    expect((await bytesOf(fetch)).toString()).toBe("abc");
  });

  it.each([404])("says that it is gone: %i", async (status) => {
    waha.server.answer = () => ({ status });
    expect(await fetchFrom(FILE)).toEqual({ kind: "gone", error: "WAHA answered 404" });
  });

  it.each([302, 401, 422, 429, 500, 503])("says that it is unavailable: %i", async (status) => {
    waha.server.answer = () => ({ status, headers: { Location: "http://127.0.0.1:9/api/files/a" } });
    expect(await fetchFrom(FILE)).toEqual({ kind: "unavailable", error: `WAHA answered ${status}` });
    expect(waha.server.requests).toHaveLength(1);
  });

  it("says so where the connection breaks before the file comes", async () => {
    waha.server.answer = () => "reset";
    expect(await fetchFrom(FILE)).toMatchObject({
      kind: "unavailable",
      error: expect.stringContaining("ECONNRESET"),
    });
  });

  it("does not take an encoded file for the file", async () => {
    waha.server.answer = () => ({
      status: 200,
      bytes: Buffer.from("x"),
      headers: { "Content-Encoding": "gzip" },
    });
    expect(await fetchFrom(FILE)).toMatchObject({
      kind: "unavailable",
      error: expect.stringContaining("gzip"),
    });
  });

  it("errors where the file breaks off", async () => {
    const headers = { "Content-Length": "1000" };
    waha.server.answer = () => ({ status: 200, bytes: Buffer.from("abc"), headers, then: "reset" });
    const error: unknown = await bytesOf(await fetchFrom(FILE)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "waha_unreachable" });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(TEST_API_KEY);
  });

  it("ends with its caller's patience, before the file comes and in the midst of it", async () => {
    const controller = new AbortController();
    waha.server.answer = () => "hang";
    const arrival = waha.server.nextRequest();
    const waiting = fetchFrom(FILE, controller.signal);
    await arrival;
    controller.abort();
    expect(await waiting).toMatchObject({ kind: "unavailable" });

    const second = new AbortController();
    waha.server.answer = () => ({ status: 200, bytes: Buffer.from("abc"), then: "hang" });
    const fetch = await fetchFrom(FILE, second.signal);
    const reading = bytesOf(fetch).catch((reason: unknown) => reason);
    second.abort();
    expect(await reading).toMatchObject({ code: "waha_aborted" });
  });

  it("waits for a file that stands still no longer than for an answer", async () => {
    const clock = new ManualClock();
    waha.server.answer = () => ({ status: 200, bytes: Buffer.from("abc"), then: "hang" });
    const source = new WahaMediaSource({ client: waha.client({ clock, timeoutMs: 10_000 }) });
    const fetch = await source.fetch({ sourceUrl: FILE }, new AbortController().signal);
    let come = 0;
    const reading = (async () => {
      if (fetch.kind !== "fetched") throw new TypeError(fetch.error);
      for await (const chunk of fetch.content) come += chunk.length;
    })().catch((reason: unknown) => reason);
    await eventually(() => come === 3);
    clock.advance(10_000);
    expect(await reading).toMatchObject({ code: "waha_timeout" });
    expect(clock.waiting).toBe(0);
  });

  it("leaves neither timer nor connection behind where the file is not read", async () => {
    const clock = new ManualClock();
    waha.server.answer = () => ({ status: 200, bytes: Buffer.from("abc"), then: "hang" });
    const source = new WahaMediaSource({ client: waha.client({ clock }) });
    const fetch = await source.fetch({ sourceUrl: FILE }, new AbortController().signal);
    if (fetch.kind !== "fetched") throw new TypeError(fetch.error);
    (fetch.content as unknown as { destroy(): void }).destroy();
    await eventually(() => clock.waiting === 0);
  });
});

describe("WahaMediaSource, of a file by its message", () => {
  const sourceMessageId = "false_971501234567@c.us_3EB0A1";
  const MESSAGE = `GET /api/default/chats/971501234567%40c.us/messages/${encodeURIComponent(sourceMessageId)}?downloadMedia=true`;
  const RENEWED = "/api/files/default/renewed.jpeg";
  const signal = new AbortController().signal;
  const fetch = (file: SourceFile) => new WahaMediaSource({ client: waha.client() }).fetch(file, signal);
  const media = (of: object | null) => ({
    status: 200,
    json: { id: sourceMessageId, hasMedia: true, media: of },
  });
  /** WAHA keeps nothing but what it fetched anew. */
  const answering = (message: WahaServerAnswer): void => {
    waha.server.answer = ({ path }) => {
      if (path.includes("/messages/")) return message;
      return path === RENEWED ? { status: 200, bytes: Buffer.from("house") } : { status: 404 };
    };
  };

  it("has it fetched anew where it is kept no more", async () => {
    answering(media({ url: `${waha.server.url}${RENEWED}`, mimetype: "image/jpeg" }));
    const fetched = await fetch({ sourceUrl: FILE, sourceMessageId });
    expect((await bytesOf(fetched)).toString()).toBe("house");
    expect(waha.server.log).toEqual([`GET ${FILE_ASKED_FOR}`, MESSAGE, `GET ${RENEWED}`]);
  });

  it("asks for the message at once where no URL was given", async () => {
    answering(media({ url: RENEWED }));
    expect((await bytesOf(await fetch({ sourceMessageId }))).toString()).toBe("house");
    expect(waha.server.log).toEqual([MESSAGE, `GET ${RENEWED}`]);
  });

  it.each([
    ["no file", media(null), { kind: "gone", error: "WAHA has no file of the message" }],
    ["why not", media({ error: { message: "expired" } }), { kind: "gone", error: "expired" }],
    ["no such message", { status: 404 }, { kind: "gone", error: "WAHA answered 404" }],
    ["no store", { status: 400 }, { kind: "gone" }],
    ["not now", { status: 503 }, { kind: "unavailable", error: "WAHA answered 503" }],
  ] as const)("says what WAHA says of the message: %s", async (_, message, outcome) => {
    answering(message);
    expect(await fetch({ sourceMessageId })).toMatchObject(outcome);
  });

  it("says of a file that was there that it is gone, and leaves a URL that names no file alone", async () => {
    answering({ status: 400 });
    expect(await fetch({ sourceUrl: FILE, sourceMessageId })).toEqual({
      kind: "gone",
      error: "WAHA answered 404",
    });
    expect(await fetch({ sourceMessageId: "3EB0A1" })).toEqual({
      kind: "gone",
      error: "WAHA gave no file with the message",
    });
  });
});

describe("the URL of a file", () => {
  it.each([
    FILE,
    `http://localhost:3000${FILE}`,
    `https://waha.example.com${FILE}`,
    `http://user:password@elsewhere.example${FILE}`,
    `http://elsewhere.example:81${FILE}?token=1#top`,
    `//elsewhere.example${FILE}`,
    `http:\\\\elsewhere.example${FILE}`,
    FILE_ASKED_FOR,
    `http://x/y/../api/files/default/false_971501234567@c.us_3EB0A1.jpeg`,
    `http://x/api/files/default/./false_971501234567@c.us_3EB0A1.jpeg`,
    `http://x\\api\\files\\default\\false_971501234567@c.us_3EB0A1.jpeg`,
  ])("counts for its path alone: %s", async (sourceUrl) => {
    const elsewhere = await ScriptedWahaServer.open();
    waha.server.answer = () => ({ status: 200, bytes: Buffer.from("abc") });
    expect(
      (
        await bytesOf(await fetchFrom(sourceUrl.replace("elsewhere.example:81", new URL(elsewhere.url).host)))
      ).toString(),
    ).toBe("abc");
    expect(waha.server.log).toEqual([`GET ${FILE_ASKED_FOR}`]);
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.close();
  });

  it.each([
    "",
    "nonsense",
    "http://",
    "file:///api/files/a",
    "ftp://x/api/files/a",
    "data:,/api/files/a",
    "javascript:/api/files/a",
    "/api/sessions/default",
    "/api/files",
    "/api/files/",
    "/api/filesystem/a",
    "/API/files/a",
    "/other/api/files/a",
    "/api/files/../sessions/default",
    "/api/files/default/../../sessions",
    "/api/files/%2e%2e/sessions",
    "/api/files/.%2E/sessions",
    "/api/files/..\\sessions",
    "/api/files/..%2fsessions",
    "/api/files/..%5csessions",
    "/api/files/a%2f..%2f..%2fsessions",
    "/api/files/%252e%252e/sessions",
    "/api/files/a%00.jpeg",
    "/api/files/a%0d%0aX-Header:1",
    "/api/files/%zz",
    "/api/files//a",
    "/api/files/a/",
    "/api/files/a//b",
    "https://bucket.s3.example/a.jpeg?X-Amz-Signature=1",
  ])("leads nowhere: %j", async (sourceUrl) => {
    expect(await fetchFrom(sourceUrl)).toEqual({
      kind: "gone",
      error: "The URL of the file is none of WAHA's own files",
    });
    expect(waha.server.requests).toEqual([]);
  });

  it("may have the path below which WAHA is", async () => {
    waha.server.answer = () => ({ status: 200, bytes: Buffer.from("abc") });
    const source = new WahaMediaSource({ client: waha.client({ baseUrl: `${waha.server.url}/waha/` }) });
    for (const sourceUrl of ["/waha/api/files/default/a.jpeg", "/api/files/default/a.jpeg"]) {
      await bytesOf(await source.fetch({ sourceUrl }, new AbortController().signal));
    }
    expect(waha.server.log).toEqual(Array(2).fill("GET /waha/api/files/default/a.jpeg"));
  });

  it("never becomes another address or another folder, whatever it is", () => {
    const part = fc.constantFrom(
      ...[
        "/",
        "\\",
        ".",
        "..",
        "%2e",
        "%2f",
        "%5c",
        "%25",
        "%",
        "@",
        ":",
        "?",
        "#",
        "//",
        "http:",
        "https://",
        "api",
        "files",
        "a",
        "é",
        "\u0000",
        "\n",
        " ",
        "/api/files/",
      ],
    );
    const url = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.array(part, { maxLength: 12 }).map((parts) => parts.join("")),
      fc.array(part, { maxLength: 12 }).map((parts) => `/api/files/${parts.join("")}`),
    );
    fc.assert(
      fc.property(url, (sourceUrl) => {
        const path = wahaFilePath(sourceUrl, "");
        if (path === undefined) return;
        const asked = new URL(`http://127.0.0.1:3000${path}`);
        expect(asked.host).toBe("127.0.0.1:3000");
        expect(asked.pathname).toBe(path);
        expect(path).toMatch(/^\/api\/files\/[^/]/);
        expect(decodeURIComponent(path)).not.toMatch(/(^|\/)\.{0,2}(\/|$)(?!api)|[\\%]/);
        expect(path).toMatch(/^[\x21-\x7e]+$/);
      }),
      { numRuns: 5_000 },
    );
  });
});
