import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Clock } from "@gateway-router/core";
import axios, { type AxiosInstance } from "axios";
import { textAt } from "./plain-data.js";
import { readAs } from "./read-as.dto.js";
import {
  isAboutSessionStatus,
  isSuccess,
  jsonOf,
  sentIdIn,
  wahaSays,
  type WahaAnswer,
} from "./waha-answer.js";
import { WahaError, type WahaErrorCode } from "./waha-error.js";
import { parseWahaMessageId } from "./waha-message-id.js";
import { WahaSessionDto } from "./waha-session.dto.js";

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
}

export interface MediaToSend {
  readonly chatId: string;
  readonly as: "image" | "voice" | "file";
  /** WAHA fetches it from there. */
  readonly url: string;
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
}

interface WahaRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: object;
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const LONGEST_ANSWER_BYTES = 1_048_576;
/** Below the 5 s after which WAHA's server closes an idle connection, so that no request runs into its end. */
const IDLE_CONNECTION_KEPT_MS = 4_000;
const MOST_IDLE_CONNECTIONS = 16;

const AGENT_OPTIONS = {
  keepAlive: true,
  timeout: IDLE_CONNECTION_KEPT_MS,
  maxFreeSockets: MOST_IDLE_CONNECTIONS,
};

const MEDIA_PATHS = { image: "/api/sendImage", voice: "/api/sendVoice", file: "/api/sendFile" } as const;

/** These are about the request itself: it would end alike the next time. 501 is an engine that can't do it. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 415, 501]);

/** WAHA's REST API, as far as the gateway uses it. Rejects with {@link WahaError}; makes one attempt. */
export class WahaClient {
  private readonly httpAgent = new HttpAgent(AGENT_OPTIONS);
  private readonly httpsAgent = new HttpsAgent(AGENT_OPTIONS);
  private readonly http: AxiosInstance;
  private readonly host: string;

  constructor(private readonly options: WahaClientOptions) {
    const { baseUrl, apiKey } = options;
    this.host = new URL(baseUrl).host;
    this.http = axios.create({
      baseURL: baseUrl.replace(/\/+$/, ""),
      headers: {
        Accept: "application/json",
        ...(apiKey === undefined ? {} : { "X-Api-Key": apiKey }),
      },
      httpAgent: this.httpAgent,
      httpsAgent: this.httpsAgent,
      proxy: false,
      maxRedirects: 0,
      maxContentLength: LONGEST_ANSWER_BYTES,
      validateStatus: null,
      // Whether an answer is JSON is judged here, by what was asked.
      responseType: "text",
      transformResponse: [],
    });
  }

  /** Sends a text. Not idempotent: WAHA sends it again each time. */
  sendText({ chatId, text }: TextToSend, signal?: AbortSignal): Promise<SentMessage> {
    const { session } = this.options;
    return this.send({ method: "POST", path: "/api/sendText", body: { session, chatId, text }, signal });
  }

  /** Sends a file that WAHA fetches by its URL. Not idempotent. */
  sendMedia(media: MediaToSend, signal?: AbortSignal): Promise<SentMessage> {
    const { chatId, as, url, mimetype, filename, caption } = media;
    const body = {
      session: this.options.session,
      chatId,
      file: { url, mimetype, ...(filename === undefined ? {} : { filename }) },
      // What comes here as a voice message is one already.
      ...(as === "voice" ? { convert: false } : {}),
      ...(caption === undefined ? {} : { caption }),
    };
    return this.send({ method: "POST", path: MEDIA_PATHS[as], body, signal });
  }

  /** How the session is. Rejects with `waha_not_found` where there is none. */
  async session(signal?: AbortSignal): Promise<WahaSession> {
    const path = `/api/sessions/${encodeURIComponent(this.options.session)}`;
    const reading = readAs(
      WahaSessionDto,
      jsonOf(await this.succeed({ method: "GET", path, signal })),
      "session",
    );
    if (reading.kind === "invalid") throw this.unreadable(`not a session (${reading.fault})`);
    const { status, me } = reading.value;
    const id = textAt(me, "id");
    const pushName = textAt(me, "pushName");
    if (id === undefined) return { status };
    return { status, me: { id, ...(pushName === undefined ? {} : { pushName }) } };
  }

  /** Resolves if WAHA is there. Needs no API key. */
  async ping(signal?: AbortSignal): Promise<void> {
    const answer = await this.succeed({ method: "GET", path: "/ping", signal });
    if (textAt(jsonOf(answer), "message") !== "pong") throw this.unreadable("no pong");
  }

  /** Closes all connections; requests under way end as unreachable. Idempotent. */
  async close(): Promise<void> {
    this.httpAgent.destroy();
    this.httpsAgent.destroy();
  }

  private async send(request: WahaRequest): Promise<SentMessage> {
    // By its status the message is sent, so an answer that can't be read only hides its id.
    const id = sentIdIn(jsonOf(await this.succeed(request)));
    return id === undefined ? {} : { messageId: parseWahaMessageId(id).bareId };
  }

  private async succeed(request: WahaRequest): Promise<WahaAnswer> {
    const answer = await this.exchange(request);
    if (!isSuccess(answer)) throw this.errorOf(answer);
    return answer;
  }

  private async exchange({ method, path, body, signal }: WahaRequest): Promise<WahaAnswer> {
    const { clock, timeoutMs = DEFAULT_TIMEOUT_MS } = this.options;
    const timeout = new AbortController();
    const cancelTimer = clock.setTimer(timeoutMs, () => timeout.abort());
    try {
      const { status, data } = await this.http.request<string>({
        method,
        url: path,
        data: body,
        signal: signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]),
      });
      return { status, body: data };
    } catch (error) {
      if (timeout.signal.aborted) {
        throw new WahaError("waha_timeout", `WAHA at ${this.host} did not answer within ${timeoutMs} ms`);
      }
      if (signal?.aborted === true) {
        throw new WahaError("waha_aborted", `The request to WAHA at ${this.host} was given up`);
      }
      throw this.unreachable(error);
    } finally {
      cancelTimer();
    }
  }

  /** The library's error holds the request with its headers, so only its code goes on. */
  private unreachable(error: unknown): WahaError {
    const code = textAt(error, "code") ?? "no code";
    return new WahaError("waha_unreachable", `WAHA at ${this.host} can't be reached (${code})`);
  }

  private unreadable(what: string): WahaError {
    return new WahaError("waha_unreadable_answer", `What answers at ${this.host} is not WAHA: ${what}`);
  }

  private errorOf(answer: WahaAnswer): WahaError {
    const json = jsonOf(answer);
    const says = wahaSays(json, this.options.apiKey);
    const message = `WAHA answered ${answer.status}${says === "" ? "" : `: ${says}`}`;
    return new WahaError(errorCodeOf(answer.status, json), message);
  }
}

function errorCodeOf(status: number, json: unknown): WahaErrorCode {
  if (status === 401 || status === 403) return "waha_unauthorized";
  if (status === 404) return "waha_not_found";
  if (status === 422) return isAboutSessionStatus(json) ? "waha_session_not_working" : "waha_unprocessable";
  return REFUSALS.has(status) ? "waha_refused" : "waha_failed";
}
