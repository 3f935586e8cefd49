import { isLid, parseContactId, type Clock, type ContactId } from "@gateway-router/core";
import { isPlainObject, textAt, type PlainObject } from "./plain-data.js";
import { readAs } from "./read-as.dto.js";
import { jsonOf, sentIdIn } from "./waha-answer.js";
import { WahaError } from "./waha-error.js";
import { wahaFilePath } from "./waha-file-path.js";
import { WahaHttp, type WahaFile, type WahaRequest } from "./waha-http.js";
import { parseWahaMessageId } from "./waha-message-id.js";
import {
  WahaNewMessageIdDto,
  WahaPairingCodeDto,
  WahaQrDto,
  WahaSessionDto,
  WahaVersionDto,
} from "./waha-session.dto.js";

export interface WahaClientOptions {
  /** WAHA's address, such as `http://127.0.0.1:3000`. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly session: string;
  readonly clock: Clock;
  /** For one request, to the last byte of its answer. WAHA itself waits about 10 s for a session that is not working. */
  readonly timeoutMs?: number;
}

export interface TextToSend {
  /** `<digits>@c.us` or `<digits>@lid`. */
  readonly chatId: string;
  readonly text: string;
  /** WhatsApp's own id for it, from {@link WahaClient.newMessageId}: sent again with the same id it is the same message. */
  readonly id?: string | undefined;
  /** The full id of the message that it answers. */
  readonly replyTo?: string | undefined;
}

export interface MediaToSend {
  readonly chatId: string;
  readonly as: "image" | "voice" | "file";
  readonly bytes: Uint8Array;
  readonly mimetype: string;
  readonly filename?: string;
  /** A voice message has none. */
  readonly caption?: string;
}

export interface SentMessage {
  /** WhatsApp's own id, as acknowledgements name it; missing where WAHA did not tell. */
  readonly messageId?: string;
}

export interface WahaSession {
  /** `WORKING`, `SCAN_QR_CODE`, …; versions add more. */
  readonly status: string;
  /** The number it is paired with, such as `971557357753@c.us`; missing before that. */
  readonly me?: { readonly id: string; readonly pushName?: string };
  /** As WAHA has it, secrets included; missing where it has none. */
  readonly config?: PlainObject;
}

export interface WahaVersion {
  /** `2026.7.1` */
  readonly version: string;
  /** `NOWEB`, `GOWS`, `WEBJS`, … */
  readonly engine?: string;
  readonly tier?: string;
}

export interface ListPage {
  readonly limit: number;
  readonly offset: number;
}

export interface MessagesPage extends ListPage {
  /** The chat's id as WAHA names it. */
  readonly chatId: string;
  /** Whole seconds since the Unix epoch. */
  readonly sinceSeconds: number;
}

const MEDIA_PATHS = { image: "/api/sendImage", voice: "/api/sendVoice", file: "/api/sendFile" } as const;

/** Large files go through WhatsApp's servers while WAHA keeps the request open. */
const MEDIA_TIMEOUT_MS = 120_000;
/** A sign that takes longer than this is none any more. */
const SIGN_TIMEOUT_MS = 5_000;
/** Messages come with the engine's own data, previews of pictures included. */
const LONGEST_LIST_BYTES = 32 * 1_048_576;

/** WAHA's REST API for one session, as far as the gateway uses it. Rejects with {@link WahaError}; makes one attempt. */
export class WahaClient {
  private readonly http: WahaHttp;
  /** The session's name in a path. */
  private readonly name: string;
  private readonly basePath: string;

  constructor(private readonly options: WahaClientOptions) {
    this.http = new WahaHttp(options);
    this.name = encodeURIComponent(options.session);
    this.basePath = new URL(options.baseUrl).pathname.replace(/\/+$/, "");
  }

  get sessionName(): string {
    return this.options.session;
  }

  /** Resolves if WAHA is there. Needs no API key. */
  async ping(signal?: AbortSignal): Promise<void> {
    const json = await this.http.json({ method: "GET", path: "/ping", signal });
    if (textAt(json, "message") !== "pong") throw this.http.unreadable("no pong");
  }

  async version(signal?: AbortSignal): Promise<WahaVersion> {
    const json = await this.http.json({ method: "GET", path: "/api/version", signal });
    const { version, engine, tier } = this.read(WahaVersionDto, json, "a version");
    return { version, ...(engine ? { engine } : {}), ...(tier ? { tier } : {}) };
  }

  /** How the session is. Rejects with `waha_not_found` where there is none. */
  async session(signal?: AbortSignal): Promise<WahaSession> {
    const json = await this.http.json({ method: "GET", path: this.sessionPath(), signal });
    const { status, me, config } = this.read(WahaSessionDto, json, "a session");
    const id = textAt(me, "id");
    const pushName = textAt(me, "pushName");
    return {
      status,
      ...(id === undefined ? {} : { me: { id, ...(pushName === undefined ? {} : { pushName }) } }),
      ...(isPlainObject(config) ? { config } : {}),
    };
  }

  /** Makes the session, stopped. Rejects with `waha_unprocessable` where there is one, or where WAHA allows no other. */
  async createSession(config: PlainObject, signal?: AbortSignal): Promise<void> {
    const body = { name: this.options.session, start: false, config };
    await this.http.succeed({ method: "POST", path: "/api/sessions", body, signal });
  }

  /** Replaces the session's whole configuration. One that runs is started anew by WAHA. */
  async putSessionConfig(config: PlainObject, signal?: AbortSignal): Promise<void> {
    await this.http.succeed({ method: "PUT", path: this.sessionPath(), body: { config }, signal });
  }

  /** Rejects with `waha_unprocessable` where it is started already. */
  startSession(signal?: AbortSignal): Promise<void> {
    return this.changeSession("start", signal);
  }

  stopSession(signal?: AbortSignal): Promise<void> {
    return this.changeSession("stop", signal);
  }

  restartSession(signal?: AbortSignal): Promise<void> {
    return this.changeSession("restart", signal);
  }

  /** Ends the pairing with the phone. */
  logoutSession(signal?: AbortSignal): Promise<void> {
    return this.changeSession("logout", signal);
  }

  /** What the QR code says that the phone must scan now. Only while the session waits for that. */
  async qrValue(signal?: AbortSignal): Promise<string> {
    const path = `/api/${this.name}/auth/qr`;
    const json = await this.http.json({ method: "GET", path, query: { format: "raw" }, signal });
    return this.read(WahaQrDto, json, "a QR code").value;
  }

  /** The same as a PNG. */
  async qrImage(signal?: AbortSignal): Promise<Uint8Array> {
    const path = `/api/${this.name}/auth/qr`;
    const json = await this.http.json({ method: "GET", path, query: { format: "image" }, signal });
    const data = textAt(json, "data");
    if (data === undefined) throw this.http.unreadable("no image of a QR code");
    return Buffer.from(data, "base64");
  }

  /** A code to type into the phone instead. `phoneNumber` in digits. */
  async requestPairingCode(phoneNumber: string, signal?: AbortSignal): Promise<string> {
    const path = `/api/${this.name}/auth/request-code`;
    const json = await this.http.json({ method: "POST", path, body: { phoneNumber }, signal });
    return this.read(WahaPairingCodeDto, json, "a pairing code").code;
  }

  /** The phone number behind a LID; `undefined` where WAHA does not know it. */
  async phoneOfLid(lid: ContactId, signal?: AbortSignal): Promise<ContactId | undefined> {
    const path = `/api/${this.name}/lids/${encodeURIComponent(lid)}`;
    const json = await this.http.json({ method: "GET", path, signal });
    if (!isPlainObject(json)) throw this.http.unreadable("no answer about a LID");
    const phone = parseContactId(textAt(json, "pn") ?? "");
    return phone === undefined || isLid(phone) ? undefined : phone;
  }

  /** The chats, those with the newest messages first, each with its last message, in WAHA's own form. */
  chatsOverview({ limit, offset }: ListPage, signal?: AbortSignal): Promise<readonly unknown[]> {
    const path = `/api/${this.name}/chats/overview`;
    return this.list({ method: "GET", path, query: { limit, offset }, signal }, "chats");
  }

  /** A chat's messages since then, oldest first where this version of WAHA lets one choose. Files are not fetched along. */
  chatMessages(page: MessagesPage, signal?: AbortSignal): Promise<readonly unknown[]> {
    const { chatId, limit, offset, sinceSeconds } = page;
    const path = `/api/${this.name}/chats/${encodeURIComponent(chatId)}/messages`;
    const query = {
      limit,
      offset,
      downloadMedia: false,
      "filter.timestamp.gte": sinceSeconds,
      sortBy: "timestamp",
      sortOrder: "asc",
    };
    return this.list({ method: "GET", path, query, signal }, "messages");
  }

  /** One message, its file fetched from WhatsApp. `messageId` is the full one. */
  chatMessageWithFile(chatId: string, messageId: string, signal?: AbortSignal): Promise<unknown> {
    const path = `/api/${this.name}/chats/${encodeURIComponent(chatId)}/messages/${encodeURIComponent(messageId)}`;
    const maxAnswerBytes = LONGEST_LIST_BYTES;
    return this.http.json({ method: "GET", path, query: { downloadMedia: true }, signal, maxAnswerBytes });
  }

  /** An id for a text to be sent; `undefined` where this version or engine of WAHA gives none out. */
  async newMessageId(signal?: AbortSignal): Promise<string | undefined> {
    try {
      const path = `/api/${this.name}/new-message-id`;
      const request = { method: "GET", path, signal, timeoutMs: SIGN_TIMEOUT_MS } as const;
      return this.read(WahaNewMessageIdDto, await this.http.json(request), "an id").id;
    } catch (error) {
      const isUnsupported =
        error instanceof WahaError && (error.code === "waha_not_found" || error.code === "waha_refused");
      if (isUnsupported) return undefined;
      throw error;
    }
  }

  /** Sends a text. Without an id of its own it is sent again each time. */
  sendText({ chatId, text, id, replyTo }: TextToSend, signal?: AbortSignal): Promise<SentMessage> {
    const body = {
      session: this.options.session,
      chatId,
      text,
      ...(id === undefined ? {} : { id }),
      ...(replyTo === undefined ? {} : { reply_to: replyTo }),
    };
    return this.send({ method: "POST", path: "/api/sendText", body, signal });
  }

  /** Sends a file. Not idempotent. */
  sendMedia(media: MediaToSend, signal?: AbortSignal): Promise<SentMessage> {
    const { chatId, as, bytes, mimetype, filename, caption } = media;
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
    const body = {
      session: this.options.session,
      chatId,
      file: { mimetype, ...(filename === undefined ? {} : { filename }), data },
      // What comes here as a voice message is one already.
      ...(as === "voice" ? { convert: false } : {}),
      ...(caption === undefined ? {} : { caption }),
    };
    return this.send({ method: "POST", path: MEDIA_PATHS[as], body, signal, timeoutMs: MEDIA_TIMEOUT_MS });
  }

  /** Marks what the contact wrote as read. */
  sendSeen(chatId: string, signal?: AbortSignal): Promise<void> {
    return this.show("/api/sendSeen", chatId, signal);
  }

  startTyping(chatId: string, signal?: AbortSignal): Promise<void> {
    return this.show("/api/startTyping", chatId, signal);
  }

  stopTyping(chatId: string, signal?: AbortSignal): Promise<void> {
    return this.show("/api/stopTyping", chatId, signal);
  }

  /**
   * The file of a message by the URL its event gives. Only the path below `/api/files/` counts, and this WAHA is asked
   * for it; a URL without that rejects with `waha_not_found`.
   */
  async downloadFile(sourceUrl: string, signal?: AbortSignal): Promise<WahaFile> {
    const path = wahaFilePath(sourceUrl, this.basePath);
    if (path === undefined) {
      throw new WahaError("waha_not_found", "The URL of the file is none of WAHA's own files");
    }
    return this.http.download({ path, signal });
  }

  /** Closes all connections; requests under way end as unreachable. Idempotent. */
  close(): Promise<void> {
    return this.http.close();
  }

  private async changeSession(change: string, signal: AbortSignal | undefined): Promise<void> {
    await this.http.succeed({ method: "POST", path: `${this.sessionPath()}/${change}`, signal });
  }

  private async show(path: string, chatId: string, signal: AbortSignal | undefined): Promise<void> {
    const body = { session: this.options.session, chatId };
    await this.http.succeed({ method: "POST", path, body, signal, timeoutMs: SIGN_TIMEOUT_MS });
  }

  private async send(request: WahaRequest): Promise<SentMessage> {
    // By its status the message is sent, so an answer that can't be read only hides its id.
    const id = sentIdIn(jsonOf(await this.http.succeed(request)));
    return id === undefined ? {} : { messageId: parseWahaMessageId(id).bareId };
  }

  private async list(request: WahaRequest, name: string): Promise<readonly unknown[]> {
    const json = await this.http.json({ ...request, maxAnswerBytes: LONGEST_LIST_BYTES });
    if (!Array.isArray(json)) throw this.http.unreadable(`no list of ${name}`);
    return json as readonly unknown[];
  }

  private read<Dto extends object>(Shape: new () => Dto, json: unknown, name: string): Dto {
    const reading = readAs(Shape, json, name);
    if (reading.kind === "invalid") throw this.http.unreadable(`not ${name} (${reading.fault})`);
    return reading.value;
  }

  private sessionPath(): string {
    return `/api/sessions/${this.name}`;
  }
}
