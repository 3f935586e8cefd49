import {
  isLid,
  type ContactId,
  type Logger,
  type Reply,
  type ReplySender,
  type SendResult,
} from "@gateway-router/core";
import { outboundMedia } from "./outbound-media.js";
import type { SentMessage, WahaClient } from "./waha-client.js";
import { WahaError } from "./waha-error.js";

export interface WahaReplySenderOptions {
  readonly client: Pick<WahaClient, "sendText" | "sendMedia" | "session">;
  readonly logger: Logger;
}

/**
 * Sends replies through WAHA. What WAHA refuses for the reply's own sake is rejected; all else that goes
 * wrong, a wrong API key included, is a matter of the house, and the reply waits until it is put right.
 */
export class WahaReplySender implements ReplySender {
  private isKeyRefused = false;

  constructor(private readonly options: WahaReplySenderOptions) {}

  async chooseMessageId(): Promise<string | undefined> {
    return undefined;
  }

  async send(reply: Reply, signal: AbortSignal): Promise<SendResult> {
    try {
      const sent = await this.attempt(reply, signal);
      this.isKeyRefused = false;
      return { kind: "sent", ...sent };
    } catch (error) {
      if (!(error instanceof WahaError)) throw error;
      return this.failed(error, signal);
    }
  }

  private attempt({ contact, content }: Reply, signal: AbortSignal): Promise<SentMessage> {
    const { client } = this.options;
    const chatId = chatIdOf(contact);
    return content.kind === "text"
      ? client.sendText({ chatId, text: content.text }, signal)
      : client.sendMedia({ chatId, ...outboundMedia(content) }, signal);
  }

  private async failed(error: WahaError, signal: AbortSignal): Promise<SendResult> {
    if (error.code === "waha_unauthorized") this.reportRefusedKey(error);
    const isRejected =
      error.code === "waha_refused" ||
      (error.code === "waha_unprocessable" && (await this.isSessionWorking(signal)));
    if (isRejected) return { kind: "rejected", error: error.message };
    return { kind: "unavailable", error: error.message, mayBeSent: error.code === "waha_timeout" };
  }

  /**
   * WAHA calls unprocessable both what it can't send in this version and what it can't send just now. With the
   * session working it is the former; where that can't be learnt, waiting does no harm.
   */
  private async isSessionWorking(signal: AbortSignal): Promise<boolean> {
    try {
      const { status } = await this.options.client.session(signal);
      return status === "WORKING";
    } catch (error) {
      if (error instanceof WahaError) return false;
      throw error;
    }
  }

  /** Once until it works again: each reply would say the same. */
  private reportRefusedKey(error: WahaError): void {
    if (this.isKeyRefused) return;
    this.isKeyRefused = true;
    this.options.logger.log(
      "error",
      `🔑 WAHA refuses the gateway's API key: no reply goes out until the right one is set (${error.message})`,
      { event: "waha.unauthorized" },
    );
  }
}

function chatIdOf(contact: ContactId): string {
  return isLid(contact) ? contact : `${contact}@c.us`;
}
