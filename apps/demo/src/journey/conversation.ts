import type { SimulatedWaha } from "../simulated-waha/simulated-waha.js";
import { STEP_MS, within } from "./deadline.js";
import { StepFailed } from "./step-failed.js";
import type { Transcript } from "./transcript.js";

export interface Contact {
  readonly name: string;
  /** Digits. */
  readonly phone: string;
}

/** What the gateway answered to a webhook. */
export interface RoutingAnswer {
  readonly status: string;
  readonly tenant_id?: number;
  readonly is_new_session?: boolean;
}

export interface ConversationOptions {
  readonly waha: SimulatedWaha;
  readonly transcript: Transcript;
}

/** People who write on WhatsApp, and what comes back to them. */
export class Conversation {
  constructor(private readonly options: ConversationOptions) {}

  /** The contact sends a text. Resolves when the gateway has answered for it. */
  async says(contact: Contact, text: string): Promise<RoutingAnswer> {
    const { waha, transcript } = this.options;
    transcript.says("contact", contact.name, text);
    const { deliveries } = waha.contactSends({ from: contact.phone, name: contact.name, text });
    const [attempt] = await within(
      STEP_MS,
      `The webhook about ${contact.name}'s message is taken`,
      deliveries,
    );
    if (attempt?.status !== 200) {
      const answered = attempt?.error ?? `${attempt?.status ?? "nothing"}: ${attempt?.answer ?? ""}`;
      throw new StepFailed(`The webhook about ${contact.name}'s message was answered ${answered}`);
    }
    const answer = JSON.parse(attempt.answer ?? "") as RoutingAnswer;
    transcript.says("gateway", "gateway", describe(answer));
    return answer;
  }

  /** The same, where it is known what the gateway must answer. */
  async saysAndIsRouted(contact: Contact, text: string, expected: RoutingAnswer): Promise<void> {
    const answer = await this.says(contact, text);
    const differs = Object.entries(expected).some(
      ([field, value]) => answer[field as keyof RoutingAnswer] !== value,
    );
    if (differs) {
      throw new StepFailed(
        `${contact.name}'s message was to be ${JSON.stringify(expected)}, but is ${JSON.stringify(answer)}`,
      );
    }
  }

  /** The next message the contact gets; it must be what is expected. */
  async hears(contact: Contact, tenantName: string, expected: RegExp): Promise<void> {
    const { waha, transcript } = this.options;
    const chatId = `${contact.phone}@c.us`;
    const { text = "" } = await within(
      STEP_MS,
      `${contact.name} gets ${tenantName}'s reply`,
      waha.nextSent((sent) => sent.chatId === chatId),
    );
    transcript.says("tenant", tenantName, text);
    if (!expected.test(text)) {
      throw new StepFailed(`${contact.name} was to get a reply like ${String(expected)}, but got: ${text}`);
    }
  }
}

function describe({ status, tenant_id: tenantId, is_new_session: isNew }: RoutingAnswer): string {
  const to = tenantId === undefined ? "" : ` to tenant ${tenantId}`;
  return `${status}${to}${isNew === true ? ", a new session" : ""}`;
}
