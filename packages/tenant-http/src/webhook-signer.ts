import { Webhook } from "standardwebhooks";

export interface WebhookToSign {
  readonly id: string;
  readonly body: string;
  /** Each of them signs, so that the receiver may hold any. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
}

/** Decoding a secret costs more than looking it up; a thousand tenants with two secrets each fit. */
const MOST_SECRETS_KEPT = 4_096;

/** Signs by the Standard Webhooks scheme. */
export class WebhookSigner {
  private readonly webhooks = new Map<string, Webhook>();

  /** The headers that carry the signatures, or `undefined` where a secret is no secret, or none is given. */
  sign({ id, body, secrets, nowMs }: WebhookToSign): Record<string, string> | undefined {
    const sentAt = new Date(nowMs);
    const signatures: string[] = [];
    for (const secret of secrets) {
      const webhook = this.webhookFor(secret);
      if (webhook === undefined) return undefined;
      signatures.push(webhook.sign(id, sentAt, body));
    }
    if (signatures.length === 0) return undefined;
    return {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(nowMs / 1000)),
      "webhook-signature": signatures.join(" "),
    };
  }

  /** How many secrets are kept decoded. */
  get size(): number {
    return this.webhooks.size;
  }

  private webhookFor(secret: string): Webhook | undefined {
    const webhook = this.webhooks.get(secret) ?? decode(secret);
    if (webhook === undefined) return undefined;
    // Back to the end of the line, so that the one used longest ago is the first to go.
    this.webhooks.delete(secret);
    this.webhooks.set(secret, webhook);
    if (this.webhooks.size > MOST_SECRETS_KEPT) {
      for (const oldest of this.webhooks.keys()) {
        this.webhooks.delete(oldest);
        break;
      }
    }
    return webhook;
  }
}

function decode(secret: string): Webhook | undefined {
  try {
    return new Webhook(secret);
  } catch {
    // The package's complaint is not passed on: it is about the secret, and a secret is not to be spoken of.
    return undefined;
  }
}
