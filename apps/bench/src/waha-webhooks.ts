import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";

export interface Webhook {
  readonly contact: string;
  readonly text: string;
  /** WhatsApp's id of the message. */
  readonly messageId: string;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Posts webhooks as WAHA does: signed, over connections that stay open, one event a message. */
export class WahaWebhooks {
  private readonly agent = new Agent({ keepAlive: true });
  private sent = 0;

  constructor(private readonly options: { readonly url: string; readonly hmacKey: string }) {}

  /** Rejects where no answer came. */
  post(webhook: Webhook): Promise<WebhookAnswer> {
    this.sent += 1;
    const body = wahaEventBody(webhook, this.sent);
    return new Promise((resolve, reject) => {
      const posting = request(
        `${this.options.url}/api/gateway/waha`,
        {
          method: "POST",
          agent: this.agent,
          headers: {
            "content-type": "application/json",
            "content-length": body.length,
            "x-webhook-hmac": createHmac("sha512", this.options.hmacKey).update(body).digest("hex"),
            "x-webhook-hmac-algorithm": "sha512",
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("aborted", () => reject(new Error("The answer was cut off")));
          response.on("end", () => {
            try {
              resolve({
                status: response.statusCode ?? 0,
                body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
              });
            } catch (error) {
              reject(error instanceof Error ? error : new Error(String(error)));
            }
          });
        },
      );
      posting.on("error", reject);
      posting.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

/** The event with which WAHA tells of a message, of that number among those it sent. */
export function wahaEventBody({ contact, text, messageId }: Webhook, number: number): Buffer {
  const nowMs = Date.now();
  const from = `${contact}@c.us`;
  return Buffer.from(
    JSON.stringify({
      id: `evt_${nowMs}_${number}`,
      timestamp: nowMs,
      event: "message.any",
      session: "default",
      me: { id: "971557357753@c.us", pushName: "Gateway", lid: "990001111@lid" },
      payload: {
        id: `false_${from}_${messageId}`,
        timestamp: Math.floor(nowMs / 1000),
        from,
        fromMe: false,
        source: "app",
        body: text,
        hasMedia: false,
        media: null,
        ack: 2,
        ackName: "DEVICE",
        location: null,
        vCards: null,
        replyTo: null,
        _data: { pushName: "Mohamed", key: { remoteJid: from, fromMe: false, id: messageId } },
      },
      engine: "NOWEB",
      environment: { version: "2026.2.1", engine: "NOWEB", tier: "CORE" },
    }),
  );
}
