import type { Clock } from "@gateway-router/core";
import { clockPause } from "./clock-pause.js";
import type { WahaClient } from "./waha-client.js";
import { WahaError } from "./waha-error.js";

export interface ReplyPacing {
  readonly typingMsPerCharacter: number;
  /** For a short word, and for media. */
  readonly shortestTypingMs: number;
  /** However long the text is: nobody waits for that. */
  readonly longestTypingMs: number;
  /** From 0 to 1, exclusive. People are not clocks: the time varies by a quarter either way. */
  readonly random: () => number;
}

export interface HumanSignsOptions {
  readonly client: Pick<WahaClient, "sendSeen" | "startTyping" | "stopTyping">;
  readonly clock: Clock;
  readonly pacing: ReplyPacing;
}

/** The signs a person gives before a message comes: has read, is typing, for as long as the text takes. */
export class HumanSigns {
  constructor(private readonly options: HumanSignsOptions) {}

  /** Resolves when the message may go. A sign that fails ends them all and nothing else; so does the caller. */
  async show(chatId: string, textLength: number, signal: AbortSignal): Promise<void> {
    const { client } = this.options;
    try {
      await client.sendSeen(chatId, signal);
      await client.startTyping(chatId, signal);
      await clockPause(this.options.clock, this.typingMs(textLength), signal);
      // Without that the contact would see typing go on beside the message.
      await client.stopTyping(chatId, signal);
    } catch (error) {
      if (!(error instanceof WahaError)) throw error;
    }
  }

  private typingMs(textLength: number): number {
    const { typingMsPerCharacter, shortestTypingMs, longestTypingMs, random } = this.options.pacing;
    const variedMs = textLength * typingMsPerCharacter * (0.75 + random() / 2);
    return Math.min(longestTypingMs, Math.max(shortestTypingMs, Math.round(variedMs)));
  }
}
