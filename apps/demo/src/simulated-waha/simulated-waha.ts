import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { parsePhoneNumber, systemClock, type Clock } from "@gateway-router/core";
import { AwaitableLog } from "./awaitable-log.js";
import { chatIdOf, chatKindOf } from "./chat-address.js";
import { factsOf, type ContactMessage } from "./contact-message.js";
import { MediaFiles } from "./media-files.js";
import { phoneMessage, type MessagePayload } from "./message-payload.js";
import { OutgoingMessages, type SentMessage } from "./outgoing-messages.js";
import { createWahaApp } from "./rest/create-waha-app.js";
import type { ChatSign } from "./rest/waha-parts.js";
import { SimulatedSession, type SessionStatus } from "./simulated-session.js";
import { Timers } from "./timers.js";
import type { Ack, MeInfo } from "./waha-event.js";
import { WahaIds } from "./waha-ids.js";
import { REAL_TIMINGS, type WahaTimings } from "./waha-timings.js";
import { WebhookBroadcast, type EmittedEvent } from "./webhook-broadcast.js";
import { WebhookSender, type WebhookAttempt } from "./webhook-sender.js";

export interface SimulatedWahaOptions {
  /** On loopback; 0, a free one, where it is left out. */
  readonly port?: number;
  readonly apiKey: string;
  readonly clock?: Clock;
  /** As of a real WAHA, but for what is given here. */
  readonly timings?: Partial<WahaTimings>;
  /** Uniform in [0, 1); for ids and codes. */
  readonly random?: () => number;
  /** Whether the answer to a request to send waits until the webhook of the sent message was tried. */
  readonly ownMessageFirst?: boolean;
  /** Whether files can be sent, which CORE could not before 2026.6.1; they can, where it is left out. */
  readonly sendsFiles?: boolean;
}

/** The account whose phone scans the QR code. */
export interface PhoneAccount {
  /** In any usual form. */
  readonly phone: string;
  readonly pushName?: string;
  readonly lid?: string;
}

/** A message on WhatsApp, and what became of the webhooks about it. */
export interface ReceivedMessage extends EmittedEvent {
  /** The bare WhatsApp id. */
  readonly messageId: string;
  readonly payload: MessagePayload;
}

const NO_ATTEMPTS: EmittedEvent["deliveries"] = Promise.resolve([]);

/**
 * A WAHA server without WhatsApp behind it: the REST API and the webhooks behave as those of WAHA 2026.2.1
 * (CORE, NOWEB), and what people do on their phones is done by calling methods here.
 */
export class SimulatedWaha {
  private readonly timers: Timers;
  private readonly ids: WahaIds;
  private readonly session: SimulatedSession;
  private readonly files: MediaFiles;
  private readonly sender: WebhookSender;
  private readonly broadcast: WebhookBroadcast;
  private readonly outgoing: OutgoingMessages;
  private readonly attempts = new AwaitableLog<WebhookAttempt>();
  private readonly signLog = new AwaitableLog<ChatSign>();
  private readonly phoneOfLid = new Map<string, string>();
  private readonly server: Server;

  private constructor(options: SimulatedWahaOptions) {
    const { apiKey, clock = systemClock, random = randomFraction } = options;
    const { ownMessageFirst = false, sendsFiles = true } = options;
    const timings = { ...REAL_TIMINGS, ...options.timings };
    const timers = new Timers(clock);
    const ids = new WahaIds(random);
    const session = new SimulatedSession({ timers, timings, ids, onStatus: () => this.tellStatus() });
    const files = new MediaFiles({ timers, lifetimeMs: timings.fileLifetimeMs });
    const sender = new WebhookSender({ timers, ids, onAttempt: (attempt) => this.attempts.add(attempt) });
    const broadcast = new WebhookBroadcast({ session, sender, timers, ids });
    const outgoing = new OutgoingMessages({
      session,
      broadcast,
      files,
      timers,
      ids,
      ackMs: timings.ackMs,
      baseUrl: () => this.url,
      ownMessageFirst,
    });
    const { signLog: signs, phoneOfLid } = this;
    this.server = createServer(
      createWahaApp({
        ...{ apiKey, sendsFiles, session, outgoing, files, signs, phoneOfLid, timers, ids },
        startedAtMs: timers.nowMs(),
      }),
    );
    this.timers = timers;
    this.ids = ids;
    this.session = session;
    this.files = files;
    this.sender = sender;
    this.broadcast = broadcast;
    this.outgoing = outgoing;
  }

  static async start(options: SimulatedWahaOptions): Promise<SimulatedWaha> {
    const waha = new SimulatedWaha(options);
    await new Promise<void>((resolve, reject) => {
      waha.server.once("error", reject);
      waha.server.listen(options.port ?? 0, "127.0.0.1", resolve);
    });
    return waha;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get status(): SessionStatus {
    return this.session.currentStatus;
  }

  /** What the session was configured with. */
  get config(): object {
    return this.session.config;
  }

  /** What the API sent, oldest first. */
  get sent(): readonly SentMessage[] {
    return this.outgoing.log.all;
  }

  /** The next message the API sends that matches, or the oldest one sent that no earlier call got. */
  nextSent(matches?: (sent: SentMessage) => boolean): Promise<SentMessage> {
    return this.outgoing.log.next(matches);
  }

  /** Every attempt to deliver a webhook, in the order in which they ended. */
  get deliveries(): readonly WebhookAttempt[] {
    return this.attempts.all;
  }

  /** The next attempt that matches, or the oldest one that no earlier call got. */
  nextDelivery(matches?: (attempt: WebhookAttempt) => boolean): Promise<WebhookAttempt> {
    return this.attempts.next(matches);
  }

  /** What was shown in chats: seen, typing. */
  get signs(): readonly ChatSign[] {
    return this.signLog.all;
  }

  /** Pairs a phone, as scanning the QR code does. Resolves when the session is `WORKING`; waits for the code while it starts. */
  scanQrCode(account: PhoneAccount): Promise<void> {
    return this.session.scan(meOf(account));
  }

  /** Puts the session into `WORKING` at once, with the configuration, and without a webhook about it. */
  async pairAtOnce(account: PhoneAccount, config: object = {}): Promise<void> {
    const faults = await this.session.configure(config);
    if (faults.length > 0) throw new TypeError(faults.join("; "));
    this.session.beWorking(meOf(account));
  }

  /** Breaks the session: it is `FAILED` until it is restarted. */
  failSession(): void {
    this.session.fail();
  }

  /** Makes the phone number behind a LID known to the look-up, without any message that shows it. */
  learnLid(lid: string, phone: string): void {
    this.phoneOfLid.set(chatIdOf(lid), chatIdOf(phone));
  }

  /** A message arrives at the shared number, or is typed on its own phone. Only a session that works sees it. */
  contactSends(message: ContactMessage): ReceivedMessage {
    const { me, currentStatus } = this.session;
    if (currentStatus !== "WORKING" || me === null) {
      throw new Error(`No message reaches a session that is ${currentStatus}`);
    }
    if (message.lid !== undefined && message.from !== undefined) this.learnLid(message.lid, message.from);
    const messageId = message.id ?? this.ids.messageId();
    const facts = factsOf(message, {
      messageId,
      nowMs: this.timers.nowMs(),
      ownChatId: me.id,
      keepFile: (file) => this.files.add(file, messageId, this.url),
    });
    const isOwn = message.own === true;
    const payload = phoneMessage(facts, isOwn);
    const emitted = this.isIgnored(payload.from)
      ? { eventId: this.ids.eventId(), firstAttempts: Promise.resolve(), deliveries: NO_ATTEMPTS }
      : this.broadcast.emit(isOwn ? ["message.any"] : ["message", "message.any"], payload);
    return { messageId, payload, ...emitted };
  }

  /** Tells how far a sent message has come, READ for instance. */
  acknowledge(sent: Pick<SentMessage, "payloadId" | "chatId">, ack: Ack): void {
    this.outgoing.acknowledge(sent, ack);
  }

  /** Any other event, with a payload of the caller's. */
  emit(event: string, payload: object): EmittedEvent {
    return this.broadcast.emit([event], payload);
  }

  /** Makes the next requests to send a message fail with these statuses, one each. */
  failNextSends(...statuses: readonly number[]): void {
    this.outgoing.failNext(statuses);
  }

  /** Ends everything at once, as a crash would: what waits for its retry is gone. */
  async stop(): Promise<void> {
    this.timers.close();
    this.sender.close();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private tellStatus(): void {
    const { name, currentStatus: status, statuses } = this.session;
    this.broadcast.emit(["session.status"], { name, status, statuses });
  }

  private isIgnored(chatId: string): boolean {
    const { status, groups, channels, broadcast } = this.session.settings.ignore;
    switch (chatKindOf(chatId)) {
      case "direct":
        return false;
      case "group":
        return groups === true;
      case "channel":
        return channels === true;
      case "status":
        return status === true || broadcast === true;
      case "broadcast":
        return broadcast === true;
    }
  }
}

function meOf({ phone, pushName = "Gateway", lid = "990001111@lid" }: PhoneAccount): MeInfo {
  const digits = parsePhoneNumber(phone);
  if (digits === undefined) throw new TypeError(`${JSON.stringify(phone)} is no phone number`);
  return { id: `${digits}@c.us`, pushName, lid };
}

function randomFraction(): number {
  return randomInt(2 ** 32) / 2 ** 32;
}
