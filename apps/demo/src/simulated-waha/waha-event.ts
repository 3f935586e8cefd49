/** The body of a webhook. */
export interface WahaEvent {
  /** The same for all webhooks that tell of one happening. */
  readonly id: string;
  /** In milliseconds. */
  readonly timestamp: number;
  readonly event: string;
  readonly session: string;
  readonly me: MeInfo | null;
  readonly metadata?: object;
  readonly payload: object;
  readonly engine: string;
  readonly environment: WahaEnvironment;
}

/** The account a session is paired with. */
export interface MeInfo {
  /** A chat id, `971557357753@c.us`. */
  readonly id: string;
  readonly pushName: string;
  readonly lid: string;
}

export interface WahaEnvironment {
  readonly version: string;
  readonly engine: string;
  readonly tier: string;
  readonly browser: string | null;
  readonly platform: string;
  readonly worker: { readonly id: string | null };
}

/** What a WAHA of that version says of itself. */
export function environmentOf(version: string): WahaEnvironment {
  return {
    version,
    engine: "NOWEB",
    tier: "CORE",
    browser: null,
    platform: "linux/x64",
    worker: { id: null },
  };
}

export const ACK_NAMES = {
  [-1]: "ERROR",
  0: "PENDING",
  1: "SERVER",
  2: "DEVICE",
  3: "READ",
  4: "PLAYED",
} as const;

export type Ack = keyof typeof ACK_NAMES;

export interface AckPayload {
  readonly id: string;
  readonly from: string;
  readonly fromMe: boolean;
  readonly ack: Ack;
  readonly ackName: string;
}

/** How far a message that was sent has come. */
export function ackPayload(
  sent: { readonly payloadId: string; readonly chatId: string },
  ack: Ack,
): AckPayload {
  return { id: sent.payloadId, from: sent.chatId, fromMe: true, ack, ackName: ACK_NAMES[ack] };
}
