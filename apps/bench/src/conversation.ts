import { setTimeout as sleep } from "node:timers/promises";
import type { WahaWebhooks } from "./waha-webhooks.js";

/** A message that the gateway acknowledged. */
export interface Acknowledged {
  readonly contact: string;
  readonly text: string;
  readonly tenantId: number;
}

const RETRY_MS = 20;

/**
 * One contact that writes on and on: its next message only when the last one was acknowledged, so that the order
 * in which the gateway took them in is known. What is not acknowledged is sent again, as WAHA does, also after
 * the gateway was killed and is back.
 */
export class Conversation {
  readonly acknowledged: Acknowledged[] = [];
  /** Answers that did not take the message, by status; 0 where there was no answer at all. */
  readonly unanswered = new Map<number, number>();
  private isPaused = true;
  private next = 0;

  constructor(
    private readonly options: {
      readonly webhooks: WahaWebhooks;
      readonly contact: string;
      /** Whose links the contact uses at once with its first message. */
      readonly links: readonly number[];
    },
  ) {}

  /** Goes on until paused. */
  async run(): Promise<void> {
    this.isPaused = false;
    while (!this.paused()) {
      await (this.next === 0 ? this.firstContact() : this.say(`${this.next}`));
    }
  }

  pause(): void {
    this.isPaused = true;
  }

  private paused(): boolean {
    return this.isPaused;
  }

  /** Uses all its links at once: whichever comes first, the answers must agree. */
  private async firstContact(): Promise<void> {
    const answers = await Promise.all(
      this.options.links.map((tenantId) => this.post(`start_realty_${tenantId}`, `link-${tenantId}`)),
    );
    if (answers.every((taken) => taken)) this.next = 1;
  }

  private async say(text: string): Promise<void> {
    if (await this.post(text, text)) this.next += 1;
  }

  private readonly taken = new Set<string>();

  private async post(text: string, name: string): Promise<boolean> {
    const { webhooks, contact } = this.options;
    if (this.taken.has(name)) return true;
    try {
      const { status, body } = await webhooks.post({ contact, text, messageId: `${contact}-${name}` });
      if (status === 200 && (body["status"] === "routed" || body["status"] === "duplicate")) {
        this.taken.add(name);
        this.acknowledged.push({ contact, text, tenantId: Number(body["tenant_id"]) });
        return true;
      }
      this.count(status);
    } catch {
      this.count(0);
    }
    await sleep(RETRY_MS);
    return false;
  }

  private count(status: number): void {
    this.unanswered.set(status, (this.unanswered.get(status) ?? 0) + 1);
  }
}
