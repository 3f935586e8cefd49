import {
  parseContactId,
  type Clock,
  type HistoryEntry,
  type Logger,
  type MessageHistory,
} from "@gateway-router/core";
import { parseInboundMessage, type ParsedMessage } from "./inbound-message-parser.js";
import { textAt, valueAt } from "./plain-data.js";
import { readAs } from "./read-as.dto.js";
import { reportPartFaults } from "./report-part-faults.js";
import type { WahaClient } from "./waha-client.js";
import { WahaError } from "./waha-error.js";
import { WahaMessageDto } from "./waha-message.dto.js";
import { parseTimestampMs } from "./waha-timestamp.js";
import { wholeSeconds } from "./whole-seconds.js";

export interface HistoryLimits {
  /** Chats read in one run, those with the newest messages. */
  readonly chats: number;
  /** Messages read in one run, of all chats together. */
  readonly messages: number;
}

export interface WahaMessageHistoryOptions {
  readonly client: Pick<WahaClient, "chatsOverview" | "chatMessages" | "sessionName">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits?: HistoryLimits;
}

const DEFAULT_LIMITS: HistoryLimits = { chats: 1_000, messages: 20_000 };
const CHATS_PER_PAGE = 100;
const MESSAGES_PER_PAGE = 100;
/** Groups and chats without messages are passed over, and there may be many. */
const MOST_CHATS_LOOKED_AT = 100_000;

interface PastMessage {
  readonly sentAtMs: number;
  readonly parsed: ParsedMessage;
}

/** What one run came to. */
interface Run {
  /** In whole seconds, as WhatsApp's times are. */
  readonly fromMs: number;
  readonly signal: AbortSignal;
  messages: number;
  cut: "chats" | "messages" | undefined;
  unreadable: number;
  refusedChats: number;
}

/**
 * The chats as WAHA keeps them: on NOWEB only where its store is on. Edits, revocations and reactions are not among
 * them. Read by the parser of webhooks, so that what came by webhook has the identity it had. Files are left to who
 * fetches those of webhooks, by their messages, so that none holds up what comes behind it.
 */
export class WahaMessageHistory implements MessageHistory {
  private readonly limits: HistoryLimits;

  constructor(private readonly options: WahaMessageHistoryOptions) {
    this.limits = options.limits ?? DEFAULT_LIMITS;
  }

  async *since(sinceMs: number, signal: AbortSignal): AsyncGenerator<HistoryEntry, void> {
    const run: Run = {
      fromMs: wholeSeconds(sinceMs),
      signal,
      messages: 0,
      cut: undefined,
      unreadable: 0,
      refusedChats: 0,
    };
    for (const chatId of await this.chatsSince(run)) {
      if (run.messages >= this.limits.messages) {
        run.cut = "messages";
        break;
      }
      for (const { parsed } of await this.messagesOf(chatId, run)) {
        if (parsed.kind === "message") reportPartFaults(this.options.logger, parsed);
        const entry = entryOf(parsed);
        if (entry !== undefined) yield entry;
      }
    }
    this.report(run);
  }

  /** All of them before the first is read: one that gets a message meanwhile moves, and would be missed or read twice. */
  private async chatsSince(run: Run): Promise<ReadonlySet<string>> {
    const { client } = this.options;
    const chatIds = new Set<string>();
    for (let offset = 0; ; offset += CHATS_PER_PAGE) {
      let page: readonly unknown[];
      try {
        page = await client.chatsOverview({ limit: CHATS_PER_PAGE, offset }, run.signal);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        this.reportNoPast(error);
        return new Set();
      }
      let isAtEnd = page.length < CHATS_PER_PAGE;
      for (const chat of page) {
        const lastMs = parseTimestampMs(valueAt(chat, "lastMessage", "timestamp"));
        // A chat without messages says nothing about those after it.
        if (lastMs === undefined) continue;
        if (lastMs < run.fromMs) {
          isAtEnd = true;
          continue;
        }
        const chatId = textAt(chat, "id") ?? textAt(chat, "id", "_serialized");
        if (chatId === undefined || parseContactId(chatId) === undefined) continue;
        if (chatIds.size >= this.limits.chats) {
          run.cut = "chats";
          return chatIds;
        }
        chatIds.add(chatId);
      }
      // The order is the store's own and not to the second, so a page is read to its end.
      if (isAtEnd) return chatIds;
      if (offset >= MOST_CHATS_LOOKED_AT) {
        run.cut = "chats";
        return chatIds;
      }
    }
  }

  /** In ascending order, whatever order this version of WAHA has. */
  private async messagesOf(chatId: string, run: Run): Promise<readonly PastMessage[]> {
    const { client } = this.options;
    const past: PastMessage[] = [];
    const sinceSeconds = run.fromMs / 1000;
    for (let offset = 0; ; offset += MESSAGES_PER_PAGE) {
      let page: readonly unknown[];
      try {
        const request = { chatId, limit: MESSAGES_PER_PAGE, offset, sinceSeconds };
        page = await client.chatMessages(request, run.signal);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        run.refusedChats += 1;
        return ascending(past);
      }
      let recent = 0;
      for (const raw of page) {
        const message = this.read(raw, run);
        if (message === undefined || message.sentAtMs < run.fromMs) continue;
        recent += 1;
        past.push(message);
      }
      run.messages += page.length;
      if (page.length < MESSAGES_PER_PAGE || recent === 0) return ascending(past);
      if (run.messages >= this.limits.messages) {
        run.cut = "messages";
        return ascending(past);
      }
    }
  }

  private read(raw: unknown, run: Run): PastMessage | undefined {
    const reading = readAs(WahaMessageDto, raw, "message");
    if (reading.kind === "invalid") {
      run.unreadable += 1;
      return undefined;
    }
    const message = reading.value;
    const nowMs = this.options.clock.nowMs();
    const parsed = parseInboundMessage(message, {
      session: this.options.client.sessionName,
      assumedSentAtMs: nowMs,
      isVouchedFor: true,
    });
    return { sentAtMs: parseTimestampMs(message.timestamp) ?? nowMs, parsed };
  }

  private reportNoPast(error: WahaError): void {
    this.options.logger.log(
      "warn",
      "WAHA keeps no past to catch up from: switch its store on (session config noweb.store.enabled and " +
        `noweb.store.fullSync, on NOWEB) or run a newer version (${error.message})`,
      { event: "history.none" },
    );
  }

  private report({ cut, messages, unreadable, refusedChats }: Run): void {
    const { logger } = this.options;
    if (cut !== undefined) {
      const limit = cut === "chats" ? `${this.limits.chats} chats` : `${messages} messages`;
      logger.log("warn", `Catching up ended at ${limit}: what is beyond was left out`, {
        event: "history.cut",
        messages,
      });
    }
    if (unreadable + refusedChats > 0) {
      logger.log(
        "warn",
        `Catching up left out what can't be read: ${unreadable} messages, ${refusedChats} chats`,
        { event: "history.unreadable", messages: unreadable, chats: refusedChats },
      );
    }
  }
}

function entryOf(parsed: ParsedMessage): HistoryEntry | undefined {
  switch (parsed.kind) {
    case "message":
      return { kind: "inbound", message: parsed.message };
    case "own_message":
      return parsed.own === undefined ? undefined : { kind: "own", message: parsed.own };
    case "ignored":
    case "unknown_sender":
    case "malformed":
      return undefined;
  }
}

/** WhatsApp's times are whole seconds, so those of one second stay as they came, the oldest first. */
function ascending(messages: readonly PastMessage[]): readonly PastMessage[] {
  const isDescending = (messages.at(0)?.sentAtMs ?? 0) > (messages.at(-1)?.sentAtMs ?? 0);
  const inOrder = isDescending ? messages.toReversed() : messages;
  return inOrder.toSorted((a, b) => a.sentAtMs - b.sentAtMs);
}

/** What WAHA never does: its store is off, or its version has no such question. */
function isRefusal(error: unknown): error is WahaError {
  return error instanceof WahaError && (error.code === "waha_refused" || error.code === "waha_not_found");
}
