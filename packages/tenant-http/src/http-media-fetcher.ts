import type { IncomingMessage } from "node:http";
import { GatewayError, type Clock, type FetchedFile, type MediaFetcher } from "@gateway-router/core";
import axios, { type AxiosInstance, type AxiosResponse } from "axios";
import { AddressGuard } from "./address-guard.js";
import { decompressBody, receiveBody } from "./answer-body.js";
import { AttemptDeadline } from "./attempt-deadline.js";
import { addressRefusalIn, codeOf, statusFailureText, transportFailureText } from "./failure-text.js";
import { destroyAgents, guardedAgents, type Agents } from "./guarded-agents.js";
import { httpUrl } from "./http-url.js";

export interface HttpMediaFetcherOptions {
  readonly clock: Clock;
  /** For one file, from the look-up of the host to the last byte. */
  readonly timeoutMs: number;
  /** The gateway's, as `User-Agent` says it. */
  readonly version: string;
  /** Where files may be; see `HttpTenantDispatcher`. */
  readonly guard?: AddressGuard;
  /** The largest file that is fetched, on the wire and decompressed. */
  readonly maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 64 * 1_048_576;
/** Answers that may be another one soon; all others that are no success stay as they are. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/** Fetches tenants' files by HTTP: one attempt, no redirect followed, nothing larger than allowed held in memory. */
export class HttpMediaFetcher implements MediaFetcher {
  private readonly agents: Agents;
  private readonly client: AxiosInstance;
  private readonly maxBytes: number;
  private isClosed = false;

  constructor(private readonly options: HttpMediaFetcherOptions) {
    const { guard = new AddressGuard(), maxBytes = DEFAULT_MAX_BYTES, version } = options;
    this.maxBytes = maxBytes;
    this.agents = guardedAgents(guard, { keepAlive: false });
    this.client = axios.create({
      ...this.agents,
      headers: {
        Accept: "*/*",
        "Accept-Encoding": "identity",
        "User-Agent": `gateway-router/${version}`,
      },
      maxRedirects: 0,
      // The body is read here, under this class's bound.
      responseType: "stream",
      decompress: false,
      validateStatus: null,
      proxy: false,
    });
  }

  async fetch(text: string, signal: AbortSignal): Promise<FetchedFile> {
    if (this.isClosed) {
      throw new GatewayError("fetcher_closed", "The fetcher is closed", { retryable: false });
    }
    const url = httpUrl(text);
    if (url === undefined) return refused("its URL is no http or https URL");
    const { clock, timeoutMs } = this.options;
    const deadline = new AttemptDeadline({ clock, timeoutMs, callerSignal: signal });
    try {
      return await this.receive(
        await this.client.get<IncomingMessage>(url.href, { signal: deadline.signal }),
      );
    } catch (error) {
      const refusal = addressRefusalIn(error);
      if (refusal !== undefined) return refused(refusal.message);
      const text = deadline.reason ?? transportFailureText(error);
      // A look-up that failed (EAI_AGAIN) says nothing about the name; one that found none does.
      const isDoubtful = deadline.reason === undefined && codeOf(error) === "ENOTFOUND";
      return { kind: isDoubtful ? "doubtful" : "unavailable", error: text };
    } finally {
      deadline.release();
    }
  }

  /** Closes all connections; what is under way ends as unavailable. Idempotent. */
  async close(): Promise<void> {
    this.isClosed = true;
    destroyAgents(this.agents);
  }

  private async receive({ status, headers, data }: AxiosResponse<IncomingMessage>): Promise<FetchedFile> {
    if (status < 200 || status >= 300) {
      data.destroy();
      const error = statusFailureText(status, "");
      return status >= 500 || PASSING.has(status) ? { kind: "unavailable", error } : refused(error);
    }
    if (Number(headers["content-length"] ?? 0) > this.maxBytes) {
      data.destroy();
      return this.tooLarge();
    }
    const received = await receiveBody(data, this.maxBytes);
    if (received.kind === "broken") throw received.error;
    if (received.kind === "too_large") return this.tooLarge();
    const body = await decompressBody(received.bytes, {
      contentEncoding: textOf(headers["content-encoding"]) ?? "",
      maxBytes: this.maxBytes,
    });
    if ("fault" in body) return refused(body.fault);
    if (body.bytes.length === 0) return refused("the file is empty");
    const mimetype = textOf(headers["content-type"]);
    return { kind: "fetched", bytes: body.bytes, ...(mimetype === undefined ? {} : { mimetype }) };
  }

  private tooLarge(): FetchedFile {
    return refused(`the file is larger than ${this.maxBytes} bytes`);
  }
}

function refused(error: string): FetchedFile {
  return { kind: "refused", error };
}

function textOf(header: unknown): string | undefined {
  return typeof header === "string" && header !== "" ? header : undefined;
}
