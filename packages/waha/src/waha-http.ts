import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { finished, PassThrough, type Readable } from "node:stream";
import type { Clock } from "@gateway-router/core";
import axios, { type AxiosInstance, type AxiosRequestConfig, type AxiosResponse } from "axios";
import { Patience } from "./patience.js";
import { textAt } from "./plain-data.js";
import { SendingWatch } from "./sending-watch.js";
import { isAboutSessionStatus, isSuccess, jsonOf, wahaSays, type WahaAnswer } from "./waha-answer.js";
import { WahaError, type WahaErrorCode } from "./waha-error.js";

export interface WahaHttpOptions {
  /** WAHA's address, such as `http://127.0.0.1:3000`. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly clock: Clock;
  /** For one request, to the last byte of its answer. WAHA itself waits about 10 s for a session that is not working. */
  readonly timeoutMs?: number;
}

export interface WahaRequest {
  readonly method: "GET" | "POST" | "PUT";
  /** From the root of WAHA's API, its segments encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: object;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  readonly maxAnswerBytes?: number;
}

/** A file as it comes over the wire. */
export interface WahaFile {
  /** To be read to its end or destroyed. Errors with {@link WahaError}. */
  readonly content: Readable;
  readonly mimetype?: string;
  /** Where WAHA says it beforehand. */
  readonly sizeBytes?: number;
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

/** These are about the request itself: it would end alike the next time. 501 is an engine that can't do it. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 415, 501]);

/**
 * Requests to one WAHA, with its API key and to no other address. Makes one attempt, follows no redirect, and
 * rejects with {@link WahaError} alone.
 */
export class WahaHttp {
  private readonly httpAgent = new HttpAgent(AGENT_OPTIONS);
  private readonly httpsAgent = new HttpsAgent(AGENT_OPTIONS);
  private readonly http: AxiosInstance;
  private readonly host: string;

  constructor(private readonly options: WahaHttpOptions) {
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
      validateStatus: null,
      // Whether an answer is JSON is judged here, by what was asked.
      responseType: "text",
      transformResponse: [],
    });
  }

  /** The answer, if it is a success. */
  async succeed(request: WahaRequest): Promise<WahaAnswer> {
    const answer = await this.exchange(request);
    if (!isSuccess(answer)) throw this.errorOf(answer);
    return answer;
  }

  /** The answer's JSON, if it is a success; `undefined` where it is none. */
  async json(request: WahaRequest): Promise<unknown> {
    return jsonOf(await this.succeed(request));
  }

  /** A file as a stream. The time-out is for each wait: for the answer to begin, and for it to go on. */
  async download(request: Pick<WahaRequest, "path" | "signal">): Promise<WahaFile> {
    const patience = this.patienceFor(request);
    const response = await this.attempt<Readable>(request, patience, {
      method: "GET",
      headers: { Accept: "*/*", "Accept-Encoding": "identity" },
      responseType: "stream",
      decompress: false,
      maxContentLength: -1,
    });
    const { status, data, headers } = response;
    const encoding = textIn(headers, "content-encoding") ?? "identity";
    if (!isSuccess({ status, body: "" }) || encoding !== "identity") {
      patience.stop();
      data.destroy();
      if (encoding === "identity") throw this.errorOf({ status, body: "" });
      throw this.unreadable(`a file in the encoding ${encoding.slice(0, 32)}`);
    }
    const mimetype = textIn(headers, "content-type");
    const sizeBytes = Number(textIn(headers, "content-length"));
    return {
      content: this.passage(data, patience),
      ...(mimetype === undefined ? {} : { mimetype }),
      ...(Number.isSafeInteger(sizeBytes) ? { sizeBytes } : {}),
    };
  }

  unreadable(what: string): WahaError {
    return new WahaError("waha_unreadable_answer", `What answers at ${this.host} is not WAHA: ${what}`);
  }

  /** Closes all connections; requests under way end as unreachable. Idempotent. */
  async close(): Promise<void> {
    this.httpAgent.destroy();
    this.httpsAgent.destroy();
  }

  private async exchange(request: WahaRequest): Promise<WahaAnswer> {
    const patience = this.patienceFor(request);
    try {
      const { status, data } = await this.attempt<string>(request, patience, {
        method: request.method,
        ...(request.query === undefined ? {} : { params: request.query }),
        ...(request.body === undefined ? {} : { data: request.body }),
        maxContentLength: request.maxAnswerBytes ?? LONGEST_ANSWER_BYTES,
      });
      return { status, body: data };
    } finally {
      patience.stop();
    }
  }

  private async attempt<Data>(
    { path }: Pick<WahaRequest, "path">,
    patience: Patience,
    config: AxiosRequestConfig,
  ): Promise<AxiosResponse<Data>> {
    const sending = new SendingWatch();
    patience.wait();
    try {
      return await this.http.request<Data>({
        ...config,
        url: path,
        signal: patience.signal,
        transport: sending.transport,
      });
    } catch (error) {
      patience.stop();
      throw this.faultOf(error, patience, sending.isUnderWay);
    }
  }

  /** What comes out is what comes in; an end before the end, and a wait that is too long, are errors of our own. */
  private passage(source: Readable, patience: Patience): Readable {
    const passage = new PassThrough();
    // Who reads it meets the error; before that, and after a reader gave up, there is nobody to tell.
    passage.on("error", () => undefined);
    patience.wait();
    source.on("data", () => patience.wait());
    source.pipe(passage);
    finished(source, (error) => {
      patience.stop();
      if (error) passage.destroy(this.faultOf(error, patience, true));
    });
    passage.once("close", () => {
      patience.stop();
      source.destroy();
    });
    return passage;
  }

  private patienceFor({ timeoutMs, signal }: Pick<WahaRequest, "timeoutMs" | "signal">): Patience {
    const { clock, timeoutMs: usualMs = DEFAULT_TIMEOUT_MS } = this.options;
    return new Patience(clock, timeoutMs ?? usualMs, signal);
  }

  /** The library's error holds the request with its headers, so only its code goes on. */
  private faultOf(error: unknown, patience: Patience, mayBeDone: boolean): WahaError {
    if (patience.isOver) {
      const message = `WAHA at ${this.host} did not answer within ${patience.timeoutMs} ms`;
      return new WahaError("waha_timeout", message, { mayBeDone });
    }
    if (patience.isGivenUp) {
      const message = `The request to WAHA at ${this.host} was given up`;
      return new WahaError("waha_aborted", message, { mayBeDone });
    }
    const code = textAt(error, "code") ?? "no code";
    const message = mayBeDone
      ? `The connection to WAHA at ${this.host} broke (${code})`
      : `WAHA at ${this.host} can't be reached (${code})`;
    return new WahaError("waha_unreachable", message, { mayBeDone });
  }

  private errorOf(answer: WahaAnswer): WahaError {
    const json = jsonOf(answer);
    const says = wahaSays(json, this.options.apiKey);
    const message = `WAHA answered ${answer.status}${says === "" ? "" : `: ${says}`}`;
    // WAHA fails after it did something as well as before, and so does a proxy whose patience ends.
    const mayBeDone = answer.status >= 500 || answer.status === 408;
    return new WahaError(errorCodeOf(answer.status, json), message, {
      mayBeDone: mayBeDone && answer.status !== 501,
    });
  }
}

function textIn(headers: AxiosResponse["headers"], name: string): string | undefined {
  const value: unknown = headers[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function errorCodeOf(status: number, json: unknown): WahaErrorCode {
  if (status === 401 || status === 403) return "waha_unauthorized";
  if (status === 404) return "waha_not_found";
  if (status === 422) return isAboutSessionStatus(json) ? "waha_session_not_working" : "waha_unprocessable";
  return REFUSALS.has(status) ? "waha_refused" : "waha_failed";
}
