import type {
  Clock,
  Logger,
  MediaFetcher,
  Reply,
  ReplyContent,
  ReplySender,
  SendResult,
} from "@gateway-router/core";
import { chatIdOf } from "./chat-id.js";
import { outboundMedia, type MediaReply } from "./outbound-media.js";
import { HumanSigns, type ReplyPacing } from "./reply-pacing.js";
import type { WahaClient } from "./waha-client.js";
import { WahaError } from "./waha-error.js";

export interface WahaReplySenderOptions {
  readonly client: Pick<
    WahaClient,
    "sendText" | "sendMedia" | "session" | "newMessageId" | "sendSeen" | "startTyping" | "stopTyping"
  >;
  readonly media: MediaFetcher;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Left out: a reply goes as soon as it may. */
  readonly pacing?: ReplyPacing | undefined;
}

/** How long a WAHA that gives out no message ids is believed to go on so; a newer version may be started any time. */
const UNSUPPORTED_REMEMBERED_MS = 10 * 60_000;

/**
 * Sends replies through WAHA. What WAHA refuses for the reply's own sake is rejected; all else that goes
 * wrong, a wrong API key included, is a matter of the house, and the reply waits until it is put right.
 */
export class WahaReplySender implements ReplySender {
  private readonly signs: HumanSigns | undefined;
  private isKeyRefused = false;
  private noIdsUntilMs = 0;

  constructor(private readonly options: WahaReplySenderOptions) {
    const { pacing } = options;
    this.signs = pacing === undefined ? undefined : new HumanSigns({ ...options, pacing });
  }

  /** For texts alone: WAHA takes an id with nothing else. */
  async chooseMessageId(content: ReplyContent, signal: AbortSignal): Promise<string | undefined> {
    const { client, clock } = this.options;
    if (content.kind !== "text" || clock.nowMs() < this.noIdsUntilMs) return undefined;
    try {
      const id = await client.newMessageId(signal);
      if (id === undefined) this.noIdsUntilMs = clock.nowMs() + UNSUPPORTED_REMEMBERED_MS;
      return id;
    } catch (error) {
      // Whatever it is, the sending that follows meets it too, and tells it.
      if (error instanceof WahaError) return undefined;
      throw error;
    }
  }

  async send(reply: Reply, signal: AbortSignal): Promise<SendResult> {
    try {
      const result = await this.attempt(reply, signal);
      if (result.kind === "sent") this.isKeyRefused = false;
      return result;
    } catch (error) {
      if (!(error instanceof WahaError)) throw error;
      return this.failed(error, signal);
    }
  }

  private attempt(reply: Reply, signal: AbortSignal): Promise<SendResult> {
    const { content } = reply;
    return content.kind === "text"
      ? this.sendText(reply, content.text, signal)
      : this.sendMedia(reply, content, signal);
  }

  private async sendText(
    { contact, messageId: chosenId }: Reply,
    text: string,
    signal: AbortSignal,
  ): Promise<SendResult> {
    const chatId = chatIdOf(contact);
    await this.signs?.show(chatId, text.length, signal);
    const sent = await this.options.client.sendText({ chatId, text, id: chosenId }, signal);
    const messageId = sent.messageId ?? chosenId;
    return { kind: "sent", ...(messageId === undefined ? {} : { messageId }) };
  }

  /** The file is fetched here, where it is known which addresses may be asked, and not by WAHA, which asks any. */
  private async sendMedia({ contact }: Reply, content: MediaReply, signal: AbortSignal): Promise<SendResult> {
    const file = await this.options.media.fetch(content.url, signal);
    switch (file.kind) {
      case "refused":
        return { kind: "rejected", error: file.error };
      case "doubtful":
        return file;
      case "unavailable":
        return { kind: "file_unavailable", error: file.error };
      case "fetched": {
        const chatId = chatIdOf(contact);
        await this.signs?.show(chatId, content.caption?.length ?? 0, signal);
        const media = outboundMedia(content, file.mimetype);
        const sent = await this.options.client.sendMedia({ chatId, bytes: file.bytes, ...media }, signal);
        return { kind: "sent", ...sent };
      }
    }
  }

  private async failed(error: WahaError, signal: AbortSignal): Promise<SendResult> {
    if (error.code === "waha_unauthorized") this.reportRefusedKey(error);
    const isRejected =
      error.code === "waha_refused" ||
      (error.code === "waha_unprocessable" && (await this.isSessionWorking(signal)));
    if (isRejected) return { kind: "rejected", error: error.message };
    return { kind: "unavailable", error: error.message, mayBeSent: error.mayBeDone };
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
