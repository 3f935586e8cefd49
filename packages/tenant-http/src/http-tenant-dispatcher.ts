import type { IncomingMessage } from "node:http";
import {
  GatewayError,
  type Clock,
  type DispatchResult,
  type DueDelivery,
  type HandlerTester,
  type HandlerTestRequest,
  type HandlerTestResult,
  type Tenant,
  type TenantDispatcher,
} from "@gateway-router/core";
import axios, { type AxiosInstance, type AxiosResponse } from "axios";
import { AddressGuard } from "./address-guard.js";
import { decodeUtf8, decompressBody, receiveBody, tooLargeFault, type ReceivedBody } from "./answer-body.js";
import { AttemptDeadline } from "./attempt-deadline.js";
import { codeOf, excerpt, secretsOf, statusFailureText, transportFailureText } from "./failure-text.js";
import { gatewayTestEvent } from "./gateway-test-event.js";
import { destroyAgents, guardedAgents, type Agents } from "./guarded-agents.js";
import { readHandlerAnswer } from "./handler-answer.js";
import { httpUrl } from "./http-url.js";
import { retryAfterMs } from "./retry-after.js";
import { tenantEventJson } from "./tenant-event-json.js";
import { WebhookSigner } from "./webhook-signer.js";

export interface HttpTenantDispatcherOptions {
  readonly clock: Clock;
  /** For the whole attempt, from the look-up of the host to the last byte of the answer. */
  readonly timeoutMs: number;
  /** The gateway's, as handlers see it in `User-Agent`. */
  readonly version: string;
  /** Where tenants fetch the file of that id. */
  readonly mediaUrl: (mediaId: string) => string;
  /** For whoever watches: told the status of each answer to a delivery, where it was asked for. */
  readonly onStatus?: (status: number) => void;
  /** Where handlers may be; anywhere but where nobody's handler is, where not given. */
  readonly guard?: AddressGuard;
  /** Whether `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` of the environment apply. It is the proxy then that is guarded, and what lies behind it is its own affair. */
  readonly useEnvironmentProxy?: boolean;
  /** The longest 2xx answer that is read, on the wire and decompressed. */
  readonly maxAnswerBytes?: number;
}

const ONE_MEBIBYTE = 1_048_576;
/** Of any other answer only its beginning is of use; a little more is read so that its connection can be kept. */
const MAX_ERROR_ANSWER_BYTES = 65_536;
/** Below the 5 s after which common servers (Node, uvicorn) close an idle connection themselves. */
const IDLE_CONNECTION_KEPT_MS = 4_000;
const MOST_IDLE_CONNECTIONS_PER_HOST = 64;

const REFUSALS: ReadonlySet<number> = new Set([400, 413, 415, 422]);

interface SignedRequest {
  readonly url: URL;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** What must not be quoted from the answer. */
  readonly secrets: readonly string[];
}

/**
 * Brings deliveries to tenants' handlers by HTTP: one signed POST on a connection that is kept for the next.
 *
 * An answer that came whole and makes no sense would be the same the next time, so the message counts as taken,
 * without reply. One that did not come whole is no answer: the handler answers a repeat alike, and no reply is lost.
 */
export class HttpTenantDispatcher implements TenantDispatcher, HandlerTester {
  private readonly signer = new WebhookSigner();
  private readonly keptConnections: Agents;
  private readonly freshConnections: Agents;
  private readonly client: AxiosInstance;
  private isClosed = false;

  constructor(private readonly options: HttpTenantDispatcherOptions) {
    const { guard = new AddressGuard() } = options;
    this.keptConnections = guardedAgents(guard, {
      keepAlive: true,
      timeout: IDLE_CONNECTION_KEPT_MS,
      maxFreeSockets: MOST_IDLE_CONNECTIONS_PER_HOST,
    });
    this.freshConnections = guardedAgents(guard, { keepAlive: false });
    this.client = axios.create({
      ...this.keptConnections,
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "Accept-Encoding": "gzip, br",
        "User-Agent": `gateway-router/${options.version}`,
      },
      maxRedirects: 0,
      // The body is read here, under this class's bounds; axios hands it on as it comes from the wire.
      responseType: "stream",
      decompress: false,
      validateStatus: null,
      // What was signed is what is sent, byte for byte.
      transformRequest: [],
      ...(options.useEnvironmentProxy === true ? {} : { proxy: false as const }),
    });
  }

  async dispatch(tenant: Tenant, delivery: DueDelivery, signal: AbortSignal): Promise<DispatchResult> {
    this.requireOpen();
    const { mediaUrl, onStatus } = this.options;
    const request = this.prepare(tenant, delivery, tenantEventJson(delivery, { mediaUrl }));
    if (typeof request === "string") return { kind: "unreachable", error: request };
    const { clock, timeoutMs } = this.options;
    const deadline = new AttemptDeadline({ clock, timeoutMs, callerSignal: signal });
    try {
      const response = await this.post(request, deadline.signal);
      onStatus?.(response.status);
      return await this.judge(request, response);
    } catch (error) {
      return { kind: "unreachable", error: deadline.reason ?? transportFailureText(error) };
    } finally {
      deadline.release();
    }
  }

  /** Sends the event `gateway.test`, signed and bounded as a delivery is. */
  async test(tenant: Tenant, { id, signal }: HandlerTestRequest): Promise<HandlerTestResult> {
    this.requireOpen();
    const { clock, timeoutMs } = this.options;
    const startedAtMs = clock.nowMs();
    let status: number | undefined;
    const result = (error: string | undefined) => ({
      ...{ status, durationMs: clock.nowMs() - startedAtMs, error },
    });
    const request = this.prepare(tenant, { id }, gatewayTestEvent(tenant.id, startedAtMs));
    if (typeof request === "string") return result(request);
    const deadline = new AttemptDeadline({ clock, timeoutMs, callerSignal: signal });
    try {
      const response = await this.post(request, deadline.signal);
      status = response.status;
      const judged = await this.judge(request, response);
      return result(judged.kind === "accepted" ? judged.unreadableAnswer : judged.error);
    } catch (error) {
      return result(deadline.reason ?? transportFailureText(error));
    } finally {
      deadline.release();
    }
  }

  /** Closes all connections; attempts under way end as unreachable. Idempotent. */
  async close(): Promise<void> {
    this.isClosed = true;
    destroyAgents(this.keptConnections);
    destroyAgents(this.freshConnections);
  }

  private requireOpen(): void {
    if (this.isClosed) {
      throw new GatewayError("dispatcher_closed", "The dispatcher is closed", { retryable: false });
    }
  }

  /** The request, or why there can be none. */
  private prepare(
    tenant: Tenant,
    { id, trace }: Pick<DueDelivery, "id" | "trace">,
    event: object,
  ): SignedRequest | string {
    const url = httpUrl(tenant.url);
    if (url === undefined) return "the tenant's handler URL is no http or https URL";
    const body = JSON.stringify(event);
    const signed = this.signer.sign({
      id,
      body,
      secrets: tenant.signingSecrets,
      nowMs: this.options.clock.nowMs(),
    });
    if (signed === undefined) return "the tenant has no usable signing secret";
    const headers = { ...signed, ...(trace === undefined ? {} : { traceparent: trace }) };
    return { url, body: Buffer.from(body), headers, secrets: secretsOf(tenant, url) };
  }

  /** Reads the answer and says what it means. */
  private async judge(
    request: SignedRequest,
    response: AxiosResponse<IncomingMessage>,
  ): Promise<DispatchResult> {
    const { status } = response;
    const isAccepted = status >= 200 && status < 300;
    const { maxAnswerBytes = ONE_MEBIBYTE } = this.options;
    const received = await receiveBody(response.data, isAccepted ? maxAnswerBytes : MAX_ERROR_ANSWER_BYTES);
    if (isAccepted) return this.accepted(request, response, received, maxAnswerBytes);

    const error = statusFailureText(status, await said(request, response, received));
    if (REFUSALS.has(status)) return { kind: "refused", error };
    const waitMs = retryAfterMs(response.headers["retry-after"], this.options.clock.nowMs());
    return { kind: "unreachable", error, ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }) };
  }

  /**
   * A kept connection that its server closed at the moment of its use brings no answer and says nothing about
   * the handler: the request goes once more, on a connection of its own. Should the handler have got it after
   * all, it knows the repeat by its `webhook-id`, as it would that of the next attempt.
   */
  private async post(request: SignedRequest, signal: AbortSignal): Promise<AxiosResponse<IncomingMessage>> {
    const { url, body, headers } = request;
    try {
      return await this.client.post<IncomingMessage>(url.href, body, { headers, signal });
    } catch (error) {
      if (!isStaleConnection(error) || this.isClosed) throw error;
      return this.client.post<IncomingMessage>(url.href, body, { headers, signal, ...this.freshConnections });
    }
  }

  private async accepted(
    request: SignedRequest,
    response: AxiosResponse<IncomingMessage>,
    received: ReceivedBody,
    maxBytes: number,
  ): Promise<DispatchResult> {
    const unreadable = (fault: string): DispatchResult => ({
      kind: "accepted",
      replies: [],
      unreadableAnswer: excerpt(fault, request.secrets),
    });
    if (received.kind === "broken") throw received.error;
    if (received.kind === "too_large") return unreadable(tooLargeFault(maxBytes));
    const body = await decompressBody(received.bytes, { contentEncoding: encodingOf(response), maxBytes });
    if ("fault" in body) return unreadable(body.fault);
    const text = decodeUtf8(body.bytes);
    if (text === undefined) return unreadable("the answer is not UTF-8");
    const answer = readHandlerAnswer(text);
    if (answer.kind === "unreadable") return unreadable(answer.fault);
    return { kind: "accepted", replies: answer.replies };
  }
}

/** What came of the body of an answer that is none: a help for people, whose own faults don't matter. */
async function said(
  { secrets }: SignedRequest,
  response: AxiosResponse<IncomingMessage>,
  { bytes }: ReceivedBody,
): Promise<string> {
  const body = await decompressBody(bytes, {
    contentEncoding: encodingOf(response),
    maxBytes: MAX_ERROR_ANSWER_BYTES,
  });
  return "bytes" in body ? excerpt(body.bytes.toString("utf8"), secrets) : "";
}

function encodingOf(response: AxiosResponse<IncomingMessage>): string {
  const header: unknown = response.headers["content-encoding"];
  return typeof header === "string" ? header : "";
}

function isStaleConnection(error: unknown): boolean {
  if (!axios.isAxiosError(error) || error.response !== undefined) return false;
  const request = error.request as { readonly reusedSocket?: boolean } | undefined;
  const code = codeOf(error);
  return request?.reusedSocket === true && (code === "ECONNRESET" || code === "EPIPE");
}
