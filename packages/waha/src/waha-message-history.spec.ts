import type { HistoryEntry } from "@gateway-router/core";
import { ManualClock, RecordingLogger } from "@gateway-router/core/testing";
import { recorded } from "./testing/recorded-deliveries.js";
import type { WahaServerAnswer, WahaServerRequest } from "./testing/scripted-waha-server.js";
import { WahaUnderTest } from "./testing/waha-under-test.js";
import { WahaError } from "./waha-error.js";
import { WahaMessageHistory, type HistoryLimits } from "./waha-message-history.js";

const SINCE_S = 1_795_452_000;
const A = "971501234567@c.us";
const B = "971509876543@c.us";

interface Chat {
  readonly id: unknown;
  readonly messages: readonly object[];
  /** By default that of the last message. */
  readonly lastMessage?: object | null;
}

let waha: WahaUnderTest;
let logger: RecordingLogger;
let chats: Chat[];
/** How this version of WAHA differs. */
let version: { ignoresOrder?: boolean; ignoresFilter?: boolean };
let instead: (request: WahaServerRequest) => WahaServerAnswer | undefined;

beforeEach(async () => {
  waha = await WahaUnderTest.open();
  logger = new RecordingLogger();
  chats = [];
  version = {};
  instead = () => undefined;
  waha.server.answer = (request) => instead(request) ?? answer(request);
});

afterEach(() => waha.close());

function message(fields: { id: string; timestamp?: number } & Record<string, unknown>): object {
  const { id, ...rest } = fields;
  return { id: `false_${A}_${id}`, timestamp: SINCE_S + 1, from: A, fromMe: false, body: id, ...rest };
}

function timestampOf(each: object): number {
  return (each as { timestamp: number }).timestamp;
}

function answer({ path }: WahaServerRequest): WahaServerAnswer {
  const { pathname, searchParams } = new URL(path, waha.server.url);
  const from = Number(searchParams.get("offset"));
  const to = from + Number(searchParams.get("limit"));
  if (pathname === "/api/default/chats/overview") {
    const json = chats
      .slice(from, to)
      .map(({ id, messages, lastMessage }) => ({ id, lastMessage: lastMessage ?? messages.at(-1) ?? null }));
    return { status: 200, json };
  }
  const asked = /^\/api\/default\/chats\/([^/]+)\/messages$/.exec(pathname);
  if (asked === null) return { status: 404 };
  const sinceSeconds = Number(searchParams.get("filter.timestamp.gte"));
  const chat = chats.find(({ id }) => id === decodeURIComponent(asked[1]!));
  const filtered = (chat?.messages ?? []).filter(
    (each) => version.ignoresFilter === true || timestampOf(each) >= sinceSeconds,
  );
  const ordered = version.ignoresOrder === true ? filtered.toReversed() : filtered;
  return { status: 200, json: ordered.slice(from, to) };
}

function aHistory(limits?: HistoryLimits): WahaMessageHistory {
  const options = { client: waha.client(), clock: new ManualClock(SINCE_S * 1000 + 3_600_000), logger };
  return new WahaMessageHistory({ ...options, ...(limits === undefined ? {} : { limits }) });
}

async function read(limits?: HistoryLimits): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for await (const entry of aHistory(limits).since(SINCE_S * 1000 + 999, new AbortController().signal)) {
    entries.push(entry);
  }
  return entries;
}

const ids = (entries: readonly HistoryEntry[]): string[] =>
  entries.map((entry) => (entry.kind === "own" ? entry.message.messageId : entry.message.content.id));

const numbered = (count: number, prefix = "M"): object[] =>
  Array.from({ length: count }, (_, index) =>
    message({ id: `${prefix}${index}`, timestamp: SINCE_S + index }),
  );

describe("WahaMessageHistory", () => {
  it("brings what a webhook would have brought", async () => {
    const { payload } = JSON.parse(recorded("0009").body.toString("utf8")) as { payload: object };
    const own = (JSON.parse(recorded("0020").body.toString("utf8")) as { payload: Record<string, unknown> })
      .payload;
    chats = [
      { id: "88112233445566@lid", messages: [payload] },
      { id: A, messages: [{ ...own, source: undefined }] },
    ];
    expect(await read()).toEqual([
      {
        kind: "inbound",
        message: {
          identity: "default/false/3EB0A0000000000000000006",
          contact: "971507771234",
          otherName: "88112233445566@lid",
          contactName: "Lina",
          sentAtMs: 1795452363000,
          content: { id: "3EB0A0000000000000000006", type: "text", text: "start_realty_123" },
        },
      },
      {
        kind: "own",
        message: {
          messageId: "3EB034ABF0CA3FA25EDF85",
          contact: "971501234567",
          sentAtMs: 1795452367000,
          byProgram: true,
          text: "Welcome! I am Agent 2s AI assistant.",
          hasMedia: false,
        },
      },
    ]);
    expect(logger.lines).toEqual([]);
  });

  it("reads all pages of a chat, the oldest first", async () => {
    chats = [{ id: A, messages: numbered(230) }];
    expect(ids(await read())).toEqual(Array.from({ length: 230 }, (_, index) => `M${index}`));
    expect(waha.server.requests).toHaveLength(4);
  });

  it.each(["ignoresOrder", "ignoresFilter"] as const)("does so with a WAHA that %s", async (difference) => {
    version = { [difference]: true };
    if (difference === "ignoresFilter") version.ignoresOrder = true;
    const old = Array.from({ length: 300 }, (_, index) =>
      message({ id: `OLD${index}`, timestamp: SINCE_S - 301 + index }),
    );
    chats = [{ id: A, messages: [...old, ...numbered(150)] }];
    expect(ids(await read())).toEqual(Array.from({ length: 150 }, (_, index) => `M${index}`));
    expect(waha.server.requests.length).toBeLessThanOrEqual(4);
  });

  it("keeps the order of those of one second", async () => {
    const messages = ["X", "B", "A", "C"].map((id, index) =>
      message({ id, timestamp: SINCE_S + (index === 0 ? 1 : 2) }),
    );
    chats = [{ id: A, messages }];
    expect(ids(await read())).toEqual(["X", "B", "A", "C"]);
    version = { ignoresOrder: true };
    expect(ids(await read())).toEqual(["X", "B", "A", "C"]);
  });

  it("looks at chats until they are older than asked for, page by page", async () => {
    chats = Array.from({ length: 350 }, (_, index) => {
      const id = `${971500000000 + index}@c.us`;
      return { id, messages: [message({ id: `M${index}`, from: id, timestamp: SINCE_S + 150 - index })] };
    });
    expect(await read()).toHaveLength(151);
    const overviews = waha.server.log.filter((line) => line.includes("overview"));
    expect(overviews).toEqual([
      "GET /api/default/chats/overview?limit=100&offset=0",
      "GET /api/default/chats/overview?limit=100&offset=100",
    ]);
  });

  it("passes over groups, channels, broadcasts, and chats without messages", async () => {
    chats = [
      { id: "120363001@g.us", messages: numbered(1, "G") },
      { id: "120363999@newsletter", messages: numbered(1, "N") },
      { id: "status@broadcast", messages: numbered(1, "S") },
      { id: "0@c.us", messages: numbered(1, "W") },
      { id: 7, messages: numbered(1, "X") },
      { id: B, messages: [] },
      { id: { _serialized: A }, messages: numbered(1, "Y") },
    ];
    chats.push({ id: A, messages: numbered(1) });
    expect(ids(await read())).toEqual(["M0"]);
    expect(waha.server.log).toHaveLength(2);
  });

  it("ends at its limit of chats, and says so", async () => {
    chats = [A, B].map((id) => ({ id, messages: numbered(1) }));
    expect(await read({ chats: 1, messages: 100 })).toHaveLength(1);
    expect(logger.messages("warn")).toEqual(["Catching up ended at 1 chats: what is beyond was left out"]);
  });

  it("ends at its limit of messages, and says so", async () => {
    chats = [A, B].map((id) => ({ id, messages: numbered(150) }));
    expect(await read({ chats: 10, messages: 100 })).toHaveLength(100);
    expect(logger.messages("warn")).toEqual([
      "Catching up ended at 100 messages: what is beyond was left out",
    ]);
  });

  it("says nothing of limits that were not reached", async () => {
    chats = [{ id: A, messages: numbered(100) }];
    expect(await read({ chats: 1, messages: 101 })).toHaveLength(100);
    expect(logger.lines).toEqual([]);
  });

  it.each([400, 404, 501])(
    "brings nothing where WAHA keeps no past (%i), and says what to do",
    async (status) => {
      instead = () => ({ status, json: { message: "Enable NOWEB store" } });
      expect(await read()).toEqual([]);
      expect(logger.messages()).toEqual([
        "WAHA keeps no past to catch up from: switch its store on (session config noweb.store.enabled and noweb.store.fullSync, on NOWEB) " +
          `or run a newer version (WAHA answered ${status}: Enable NOWEB store)`,
      ]);
    },
  );

  it("goes on without what it can't read, and says how much that was", async () => {
    chats = [
      {
        id: A,
        messages: [message({ id: "M1" }), { id: 7, timestamp: SINCE_S }, message({ id: "M2", body: {} })],
      },
      { id: B, messages: numbered(1) },
    ];
    instead = ({ path }) => (path.includes(encodeURIComponent(B)) ? { status: 404 } : undefined);
    expect(ids(await read())).toEqual(["M1"]);
    expect(logger.messages("warn")).toEqual(["Catching up left out what can't be read: 2 messages, 1 chats"]);
  });

  it.each([401, 422, 500])(
    "rejects where WAHA can't be asked (%i), at the beginning or later",
    async (status) => {
      chats = [{ id: A, messages: numbered(1) }];
      for (const part of ["overview", "messages"]) {
        instead = ({ path }) => (path.includes(part) ? { status } : undefined);
        await expect(read()).rejects.toBeInstanceOf(WahaError);
      }
    },
  );

  it("ends with its caller's patience", async () => {
    chats = [{ id: A, messages: numbered(1) }];
    instead = () => "hang";
    const controller = new AbortController();
    const arrival = waha.server.nextRequest();
    const reading = aHistory().since(0, controller.signal).next();
    const ended = expect(reading).rejects.toMatchObject({ code: "waha_aborted" });
    await arrival;
    controller.abort();
    await ended;
  });
});

describe("WahaMessageHistory, of a message with a file", () => {
  const media = { mimetype: "image/jpeg", url: "http://127.0.0.1:3000/api/files/default/a.jpeg" };
  const photo = message({ id: "P", hasMedia: true, media: null, body: null });

  it("leaves the file to who fetches files, so that none holds up what comes behind it", async () => {
    const own = { ...photo, id: `true_${A}_Q`, fromMe: true };
    chats = [{ id: A, messages: [photo, message({ id: "M", timestamp: SINCE_S + 2 }), own] }];
    const entries = await read();
    expect(ids(entries)).toEqual(expect.arrayContaining(["P", "M", "Q"]));
    expect(waha.server.requests).toHaveLength(2);
    expect(entries.find((entry) => ids([entry])[0] === "P")).toMatchObject({
      kind: "inbound",
      message: {
        identity: "default/false/P",
        content: {
          type: "other",
          media: { id: expect.stringMatching(/^med_/), sourceMessageId: `false_${A}_P` },
        },
      },
    });
  });

  it("tells where the file is, where WAHA says so", async () => {
    chats = [{ id: A, messages: [{ ...photo, media }] }];
    expect((await read())[0]).toMatchObject({
      message: { content: { type: "image", media: { sourceUrl: media.url } } },
    });
  });
});
