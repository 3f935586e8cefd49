import { parsePhoneNumber, type PhoneNumber } from "@gateway-router/core";

/** Whether the WAHA session sends its events here, as the gateway needs them. */
export type WebhookState = "in_place" | "missing" | "differs" | "unknown";

/** What is known of the shared WhatsApp number and the WAHA session behind it: set by hand, or learnt from WAHA. */
export class SharedNumber {
  private learnt: PhoneNumber | undefined;
  private status: string | undefined;
  private webhookState: WebhookState = "unknown";
  private sinceMs: number | undefined;
  private faultText: string | undefined;
  private lastMessage: number | undefined;

  constructor(private readonly configured: PhoneNumber | undefined) {}

  get phoneNumber(): PhoneNumber | undefined {
    return this.configured ?? this.learnt;
  }

  /** The session's last known state, in WAHA's words; `UNREACHABLE` where WAHA does not answer. */
  get sessionStatus(): string | undefined {
    return this.status;
  }

  /** Since when it is in that state, as far as it was seen. */
  get sessionSinceMs(): number | undefined {
    return this.sinceMs;
  }

  /** What is wrong and what to do about it, for people; `undefined` while the session works. */
  get fault(): string | undefined {
    return this.faultText;
  }

  get isWorking(): boolean {
    return this.status === WORKING;
  }

  get webhook(): WebhookState {
    return this.webhookState;
  }

  /** When a message of a contact last came in, since the start. */
  get lastMessageAtMs(): number | undefined {
    return this.lastMessage;
  }

  /** Takes in what WAHA says of its session. A number once learnt stays: a session that restarts has none for a while. */
  learn({
    status,
    me,
    fault,
    atMs,
  }: {
    readonly status: string;
    readonly me?: string | undefined;
    readonly fault?: string | undefined;
    readonly atMs?: number;
  }): void {
    if (status !== this.status) this.sinceMs = atMs;
    this.status = status;
    this.faultText = fault;
    this.learnt = (me === undefined ? undefined : parsePhoneNumber(me)) ?? this.learnt;
  }

  learnWebhook(state: WebhookState): void {
    this.webhookState = state;
  }

  noteMessage(atMs: number): void {
    this.lastMessage = atMs;
  }
}

export const WORKING = "WORKING";
export const UNREACHABLE = "UNREACHABLE";
