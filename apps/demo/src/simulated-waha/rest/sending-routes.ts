import type { Express, RequestHandler } from "express";
import { chatIdFromApi } from "../chat-address.js";
import type { ReceivedFile } from "../media-files.js";
import type { MessageToSend } from "../outgoing-messages.js";
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
    sends(parts, async (fields) => ({ kind: "text", text: textIn(fields, "text") })),
  );
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

function sends(
  parts: WahaParts,
  read: (fields: Fields) => Promise<Omit<MessageToSend, "chatId" | "replyTo">>,
): RequestHandler {
  return async (request, response) => {
    const fields = fieldsOf(request.body);
    await sessionIn("WORKING", parts, fields["session"] ?? "default");
    const failure = parts.outgoing.takeFailure();
    if (failure !== undefined) {
      throw new WahaHttpError(failure, { statusCode: failure, message: "This request was told to fail" });
    }
    const chatId = chatIdFromApi(textIn(fields, "chatId"));
    const { reply_to: replyTo } = fields;
    const message = await read(fields);
    response.status(201).json(
      await parts.outgoing.send({
        ...message,
        chatId,
        ...(typeof replyTo === "string" ? { replyTo } : {}),
      }),
    );
  };
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
