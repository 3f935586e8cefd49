import type { Express, RequestHandler } from "express";
import { chatIdFromApi } from "../whatsapp/chat-address.js";
import type { MessageToSend } from "../whatsapp/sent-messages.js";
import type { ReceivedFile } from "../whatsapp/whatsapp-message.js";
import { internalError, refusal, WahaHttpError } from "./waha-http-error.js";
import { fieldsOf, sessionIn, type ChatSign, type WahaParts } from "./waha-parts.js";

const FILE_KINDS = { sendImage: "image", sendFile: "file", sendVoice: "voice" } as const;
const SIGN_KINDS = { sendSeen: "seen", startTyping: "typing", stopTyping: "typing_stopped" } as const;

const FETCH_TIMEOUT_MS = 30_000;
const LARGEST_FILE_BYTES = 64 * 1024 * 1024;

type Fields = Readonly<Record<string, unknown>>;

/** Everything that goes out to a chat. A field that is missing is found out late, and answered with a 500. */
export function sendingRoutes(app: Express, parts: WahaParts): void {
  app.post(
    "/api/sendText",
    sends(parts, async (fields) => ({
      kind: "text",
      text: textIn(fields, "text"),
      ...chosenId(parts, fields),
    })),
  );
  if (parts.isNewer) {
    app.get("/api/:session/new-message-id", async (request, response) => {
      await sessionIn("WORKING", parts, request.params["session"]);
      response.json({ id: parts.ids.messageId() });
    });
  }
  for (const [path, kind] of Object.entries(FILE_KINDS)) {
    app.post(
      `/api/${path}`,
      sends(parts, async ({ file, caption }) => {
        if (!parts.sendsFiles) throw refusal(422, "The feature is available only in Plus version.");
        const text = typeof caption === "string" ? { text: caption } : {};
        return { kind, file: await readFile(fieldsOf(file)), ...text };
      }),
    );
  }
  for (const [path, kind] of Object.entries(SIGN_KINDS)) app.post(`/api/${path}`, shows(parts, kind));
}

type ReadMessage = Omit<MessageToSend, "chatId" | "replyTo"> & { readonly id?: string };

function sends(parts: WahaParts, read: (fields: Fields) => Promise<ReadMessage>): RequestHandler {
  return async (request, response) => {
    const fields = fieldsOf(request.body);
    await sessionIn("WORKING", parts, fields["session"] ?? "default");
    const fault = parts.sendFaults.take();
    if (fault?.kind === "fails") {
      const { status } = fault;
      throw new WahaHttpError(status, { statusCode: status, message: "This request was told to fail" });
    }
    if (fault?.kind === "dropped") {
      request.socket.destroy();
      return;
    }
    const chatId = chatIdFromApi(textIn(fields, "chatId"));
    const { reply_to: replyTo } = fields;
    const { id, ...message } = await read(fields);
    // A server that crashed while it read a file sends nothing more.
    if (parts.timers.isClosed) return;
    const { sent, answer } = await parts.outgoing.send(
      { ...message, chatId, ...(typeof replyTo === "string" ? { replyTo } : {}) },
      id,
    );
    const mayAnswer = fault === undefined || (await fault.hold(sent));
    if (mayAnswer) response.status(201).json(answer);
    else request.socket.destroy();
  };
}

/** An older version ignores an id that it is given. */
function chosenId({ isNewer }: WahaParts, { id }: Fields): { readonly id?: string } {
  return isNewer && typeof id === "string" && id !== "" ? { id } : {};
}

function shows(parts: WahaParts, kind: ChatSign["kind"]): RequestHandler {
  return async (request, response) => {
    const fields = fieldsOf(request.body);
    await sessionIn("WORKING", parts, fields["session"] ?? "default");
    const chatId = chatIdFromApi(textIn(fields, "chatId"));
    const { messageIds } = fields;
    parts.signs.add({
      kind,
      chatId,
      messageIds: Array.isArray(messageIds) ? messageIds.map(String) : [],
      atMs: parts.timers.nowMs(),
    });
    response.status(201).json({});
  };
}

function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string")
    throw internalError(`Cannot read properties of undefined (reading '${name}')`);
  return value;
}

async function readFile({ mimetype, filename, url, data }: Fields): Promise<ReceivedFile> {
  const named = typeof filename === "string" ? { filename } : {};
  const type = typeof mimetype === "string" ? mimetype : "application/octet-stream";
  if (typeof data === "string") return { mimetype: type, ...named, bytes: Buffer.from(data, "base64") };
  if (typeof url !== "string") throw internalError("file has neither url nor data");
  return { mimetype: type, ...named, bytes: await fetchFile(url) };
}

/** WAHA itself fetches what is given by URL, and nobody else's key goes with it. */
async function fetchFile(url: string): Promise<Uint8Array> {
  let response: Response;
  let bytes: Uint8Array;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw internalError(`Can't fetch ${url}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!response.ok) throw internalError(`Can't fetch ${url}: it answers ${response.status}`);
  if (bytes.length > LARGEST_FILE_BYTES) throw internalError(`What ${url} answers is too large`);
  return bytes;
}
