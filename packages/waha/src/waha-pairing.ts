import type { Clock } from "@gateway-router/core";
import { clockPause } from "./clock-pause.js";
import type { WahaClient, WahaSession } from "./waha-client.js";
import { WahaError } from "./waha-error.js";

export interface WahaPairingOptions {
  readonly client: Pick<WahaClient, "session" | "qrValue" | "requestPairingCode">;
  readonly clock: Clock;
  /** How often WAHA is asked. A QR code changes every 20 s or so. */
  readonly pollMs?: number;
}

export interface WaitUntilWorkingRequest {
  readonly signal: AbortSignal;
  /** In digits. Given: a code to type into the phone is asked for instead of a QR code. */
  readonly phoneNumber?: string | undefined;
}

/** What the one who pairs the phone wants to see. */
export type PairingStep =
  /** Each time it is another. `SCAN_QR_CODE`, `FAILED`, …; versions add more. */
  | { readonly kind: "status"; readonly status: string }
  /** What the QR code to scan says, each time there is a new one. */
  | { readonly kind: "qr"; readonly value: string }
  /** The code to type into the phone, `ABCD-1234`, each time there is a new one. */
  | { readonly kind: "pairing_code"; readonly code: string }
  /** WAHA does not answer just now, or gives no code. Told once, until it does again. */
  | { readonly kind: "unavailable"; readonly error: string }
  /** The end. */
  | { readonly kind: "working"; readonly session: WahaSession };

const POLL_MS = 2_000;
const WORKING = "WORKING";
const WAITS_FOR_PAIRING = "SCAN_QR_CODE";
/** WhatsApp takes a pairing code for about three minutes, and gives out few. */
const PAIRING_CODE_GOOD_MS = 170_000;
const PAIRING_CODE_AGAIN_MS = 20_000;

/** What was told last, so that each thing is told once. */
interface Told {
  status?: string;
  qr?: string;
  nextCodeAtMs?: number;
  readonly errors: Map<Question, string>;
}

type Question = "session" | "qr" | "pairing_code";

/** Follows a session until it is connected to WhatsApp, and brings what is needed to pair a phone with it. */
export class WahaPairing {
  constructor(private readonly options: WahaPairingOptions) {}

  /**
   * Ends after `working`, or when the signal says so. Rejects with a {@link WahaError} that does not pass by itself: a
   * wrong API key, no such session. A session that has `FAILED` may be restarted meanwhile.
   */
  async *waitUntilWorking(request: WaitUntilWorkingRequest): AsyncGenerator<PairingStep, void> {
    const { signal } = request;
    const told: Told = { errors: new Map() };
    while (!signal.aborted) {
      const session = await this.ask("session", (of) => this.options.client.session(of), signal, told);
      if (session.kind === "unavailable") {
        if (session.isNew) yield { kind: "unavailable", error: session.error };
      } else if (session.value.status === WORKING) {
        yield { kind: "working", session: session.value };
        return;
      } else {
        const { status } = session.value;
        if (status !== told.status) {
          told.status = status;
          yield { kind: "status", status };
        }
        if (status === WAITS_FOR_PAIRING) {
          const step = await this.pairingStep(request, told);
          if (step !== undefined) yield step;
        } else {
          delete told.nextCodeAtMs;
          delete told.qr;
        }
      }
      await clockPause(this.options.clock, this.options.pollMs ?? POLL_MS, signal);
    }
  }

  private async pairingStep(
    { signal, phoneNumber }: WaitUntilWorkingRequest,
    told: Told,
  ): Promise<PairingStep | undefined> {
    const { client, clock } = this.options;
    if (phoneNumber !== undefined) {
      const nowMs = clock.nowMs();
      if (nowMs < (told.nextCodeAtMs ?? 0)) return undefined;
      told.nextCodeAtMs = nowMs + PAIRING_CODE_AGAIN_MS;
      const ask = (of: AbortSignal): Promise<string> => client.requestPairingCode(phoneNumber, of);
      const code = await this.ask("pairing_code", ask, signal, told);
      if (code.kind === "unavailable") return untold(code);
      told.nextCodeAtMs = nowMs + PAIRING_CODE_GOOD_MS;
      return { kind: "pairing_code", code: code.value };
    }
    const qr = await this.ask("qr", (of) => client.qrValue(of), signal, told);
    if (qr.kind === "unavailable") return untold(qr);
    if (qr.value === told.qr) return undefined;
    told.qr = qr.value;
    return { kind: "qr", value: qr.value };
  }

  private async ask<Value>(
    name: Question,
    question: (signal: AbortSignal) => Promise<Value>,
    signal: AbortSignal,
    told: Told,
  ): Promise<Answer<Value>> {
    try {
      const value = await question(signal);
      told.errors.delete(name);
      return { kind: "answer", value };
    } catch (error) {
      // The session may have gone on between two questions, which WAHA calls unprocessable.
      const passes = error instanceof WahaError && (error.retryable || error.code === "waha_unprocessable");
      if (!passes) throw error;
      const isNew = !signal.aborted && told.errors.get(name) !== error.message;
      told.errors.set(name, error.message);
      return { kind: "unavailable", error: error.message, isNew };
    }
  }
}

type Answer<Value> =
  | { readonly kind: "answer"; readonly value: Value }
  | { readonly kind: "unavailable"; readonly error: string; readonly isNew: boolean };

function untold({
  error,
  isNew,
}: Extract<Answer<unknown>, { readonly kind: "unavailable" }>): PairingStep | undefined {
  return isNew ? { kind: "unavailable", error } : undefined;
}
