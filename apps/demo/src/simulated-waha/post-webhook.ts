import { request as httpRequest, type Agent as HttpAgent, type IncomingMessage } from "node:http";
import { request as httpsRequest, type Agent as HttpsAgent } from "node:https";

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent };
  readonly signal: AbortSignal;
}

export type WebhookResponse =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly body: string;
      readonly retryAfter: string | undefined;
    }
  | { readonly kind: "failed"; readonly error: string };

const MOST_REDIRECTS = 5;
const LONGEST_ANSWER_BYTES = 65_536;

/**
 * Posts a webhook once. There is no time-out, as there is none in WAHA, and a redirect is followed as a `GET`
 * without the body, which is how receivers that redirect lose messages.
 */
export async function postWebhook(webhook: WebhookRequest): Promise<WebhookResponse> {
  try {
    let url = webhook.url;
    let response = await exchange(webhook, url, "POST");
    for (let redirects = 0; isRedirect(response) && redirects < MOST_REDIRECTS; redirects += 1) {
      response.destroy();
      url = new URL(response.headers.location!, url).href;
      response = await exchange(webhook, url, "GET");
    }
    const { statusCode = 0, headers } = response;
    const body = await textOf(response);
    return { kind: "answered", status: statusCode, body, retryAfter: headers["retry-after"] };
  } catch (error) {
    return { kind: "failed", error: error instanceof Error ? error.message : String(error) };
  }
}

function isRedirect({ statusCode = 0, headers }: IncomingMessage): boolean {
  return statusCode >= 300 && statusCode < 400 && headers.location !== undefined;
}

function exchange(
  { headers, body, agents, signal }: WebhookRequest,
  url: string,
  method: "POST" | "GET",
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const isPost = method === "POST";
    const options = { method, signal, headers: isPost ? { ...headers, "Content-Length": body.length } : {} };
    const request = url.startsWith("https:")
      ? httpsRequest(url, { ...options, agent: agents.https }, resolve)
      : httpRequest(url, { ...options, agent: agents.http }, resolve);
    request.once("error", reject);
    request.end(isPost ? body : undefined);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > LONGEST_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}
