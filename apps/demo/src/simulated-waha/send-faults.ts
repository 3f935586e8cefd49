import type { SentMessage } from "./whatsapp/sent-messages.js";

/** A request to send of which WhatsApp has the message, while its sender has no answer. */
export interface HeldSend {
  /** Resolves when WhatsApp has taken the message. */
  readonly taken: Promise<SentMessage>;
  /** Lets the answer go. */
  release(): void;
  /** Ends the connection without an answer. */
  cut(): void;
}

/** What goes wrong with one request to send. */
export type SendFault =
  | { readonly kind: "fails"; readonly status: number }
  /** The connection ends before WhatsApp has the message. */
  | { readonly kind: "dropped" }
  /** Waits once WhatsApp has the message; answers whether the answer may go. */
  | { readonly kind: "held"; readonly hold: (sent: SentMessage) => Promise<boolean> };

/** Faults in store for the next requests to send, one each, in their order. */
export class SendFaults {
  private readonly next: SendFault[] = [];
  private readonly holding = new Set<(mayAnswer: boolean) => void>();

  take(): SendFault | undefined {
    return this.next.shift();
  }

  fail(statuses: readonly number[]): void {
    for (const status of statuses) this.next.push({ kind: "fails", status });
  }

  drop(): void {
    this.next.push({ kind: "dropped" });
  }

  hold(): HeldSend {
    let tookIt: (sent: SentMessage) => void;
    const taken = new Promise<SentMessage>((resolve) => (tookIt = resolve));
    let settle: (mayAnswer: boolean) => void;
    const settled = new Promise<boolean>((resolve) => (settle = resolve));
    const end = (mayAnswer: boolean): void => {
      this.holding.delete(end);
      settle(mayAnswer);
    };
    this.holding.add(end);
    const hold = (sent: SentMessage): Promise<boolean> => {
      tookIt(sent);
      return settled;
    };
    this.next.push({ kind: "held", hold });
    return { taken, release: () => end(true), cut: () => end(false) };
  }

  /** Ends what is held, without an answer. */
  close(): void {
    for (const end of [...this.holding]) end(false);
  }
}
