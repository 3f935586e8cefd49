import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "@gateway-router/core";
import { AwaitableLog } from "./awaitable-log.js";
import type { EditedPayload, ReactionPayload, RevokedPayload } from "./change-payload.js";
import { IncomingMessages, type IncomingPayload } from "./incoming-messages.js";
import { keepSession, keptSession } from "./kept-session.js";
import { LidLookup, type LidLookupBehaviour } from "./lid-lookup.js";
import { MediaFiles, type FileRequest } from "./media-files.js";
import type { MessagePayload } from "./message-payload.js";
import { NowebStore } from "./noweb-store.js";
import { OutgoingMessages } from "./outgoing-messages.js";
import { randomFraction } from "./random-fraction.js";
import { createWahaApp } from "./rest/create-waha-app.js";
import type { ChatSign } from "./rest/waha-parts.js";
import { SendFaults, type HeldSend } from "./send-faults.js";
import { SimulatedSession, type SessionStatus } from "./simulated-session.js";
import type { SimulatedWahaOptions } from "./simulated-waha-options.js";
import { Timers } from "./timers.js";
import { environmentOf, type Ack } from "./waha-event.js";
import { WahaIds } from "./waha-ids.js";
import { REAL_TIMINGS } from "./waha-timings.js";
import { WebhookBroadcast, type EmittedEvent } from "./webhook-broadcast.js";
import { WebhookSender, type WebhookAttempt } from "./webhook-sender.js";
import type { ContactChange, ContactMessage } from "./whatsapp/contact-message.js";
import { meOf, type PhoneAccount } from "./whatsapp/phone-account.js";
import type { SentMessage } from "./whatsapp/sent-messages.js";
import { SimulatedWhatsApp } from "./whatsapp/simulated-whatsapp.js";
import type { WhatsAppMessage } from "./whatsapp/whatsapp-message.js";

/** A message on WhatsApp, and what became of the webhooks about it. */
export interface ReceivedMessage<Payload = MessagePayload> extends EmittedEvent {
  /** The bare WhatsApp id. */
  readonly messageId: string;
  readonly payload: Payload;
}

/** The versions played: the one that was recorded, and one whose callers may choose ids. */
const VERSION = "2026.2.1";
const NEWER_VERSION = "2026.7.1";

/**
 * A WAHA server without WhatsApp behind it: the REST API and the webhooks behave as those of WAHA 2026.2.1
 * (CORE, NOWEB), and what people do on their phones is done by calling methods here, or of the WhatsApp it is given.
 */
export class SimulatedWaha {
  /** What is behind the server, and outlives it. */
  readonly whatsApp: SimulatedWhatsApp;
  private readonly timers: Timers;
  private readonly session: SimulatedSession;
  private readonly sender: WebhookSender;
  private readonly broadcast: WebhookBroadcast;
  private readonly incoming: IncomingMessages;
  private readonly outgoing: OutgoingMessages;
  private readonly sendFaults = new SendFaults();
  private readonly lids = new LidLookup();
  private readonly attempts = new AwaitableLog<WebhookAttempt>();
  private readonly signLog = new AwaitableLog<ChatSign>();
  private readonly fileLog = new AwaitableLog<FileRequest>();
  private readonly server: Server;
  private unlink = (): void => undefined;

  private constructor(options: SimulatedWahaOptions) {
    const { apiKey, clock = systemClock, random = randomFraction } = options;
    const { ownMessageFirst = false, sendsFiles = true, choosesIds = false, keepsConfig = false } = options;
    const { whatsApp = new SimulatedWhatsApp({ clock, random }) } = options;
    const timings = { ...REAL_TIMINGS, ...options.timings };
    const environment = environmentOf(choosesIds ? NEWER_VERSION : VERSION);
    const timers = new Timers(clock);
    const ids = new WahaIds(random);
    const session = new SimulatedSession({
      ...{ timers, timings, ids, whatsApp },
      onStatus: () => this.tellStatus(),
      keep: (kept) => {
        if (keepsConfig) keepSession(whatsApp, kept);
      },
    });
    const files = new MediaFiles({ timers, lifetimeMs: timings.fileLifetimeMs, baseUrl: () => this.url });
    const sender = new WebhookSender({ timers, ids, onAttempt: (attempt) => this.attempts.add(attempt) });
    const broadcast = new WebhookBroadcast({ session, sender, timers, ids, environment });
    const { ackMs } = timings;
    const parts = { whatsApp, session, broadcast, files, timers, ids };
    this.incoming = new IncomingMessages(parts);
    this.outgoing = new OutgoingMessages({ ...parts, ackMs, ownMessageFirst });
    this.server = createServer(
      createWahaApp({
        ...{ ...parts, apiKey, sendsFiles, environment },
        isNewer: choosesIds,
        store: new NowebStore(parts),
        outgoing: this.outgoing,
        sendFaults: this.sendFaults,
        fileRequests: this.fileLog,
        lidLookup: this.lids,
        signs: this.signLog,
        startedAtMs: timers.nowMs(),
      }),
    );
    this.whatsApp = whatsApp;
    this.timers = timers;
    this.session = session;
    this.sender = sender;
    this.broadcast = broadcast;
  }

  /** With an account that is paired already, it is as after a restart of the real one. */
  static async start(options: SimulatedWahaOptions): Promise<SimulatedWaha> {
    const waha = new SimulatedWaha(options);
    await new Promise<void>((resolve, reject) => {
      waha.server.once("error", reject);
      waha.server.listen(options.port ?? 0, "127.0.0.1", resolve);
    });
    waha.unlink = waha.whatsApp.linkDevice((message) => waha.incoming.take(message));
    const kept = options.keepsConfig === true ? keptSession(waha.whatsApp) : undefined;
    if (kept !== undefined) await waha.session.resume(kept);
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

  /** Resolves as soon as the session has the status. */
  untilStatus(status: SessionStatus): Promise<void> {
    return this.session.until(status);
  }

  /** What the session was configured with. */
  get config(): object {
    return this.session.config;
  }

  /** What contacts got through the API, oldest first, and through servers before this one on the same WhatsApp. */
  get sent(): readonly SentMessage[] {
    return this.whatsApp.sent;
  }

  /** The next message sent that matches, or the oldest one that no earlier call got. */
  nextSent(matches?: (sent: SentMessage) => boolean): Promise<SentMessage> {
    return this.whatsApp.nextSent(matches);
  }

  /** How often the message with that bare id was asked to be sent. Contacts got it once. */
  sendRequests(messageId: string): number {
    return this.whatsApp.sendRequests(messageId);
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

  /** Every request for a file, those without the key included. */
  get fileRequests(): readonly FileRequest[] {
    return this.fileLog.all;
  }

  /** Each LID that was looked up, in the order of the requests. */
  get lidLookups(): readonly string[] {
    return this.lids.asked.all;
  }

  /** How look-ups of LIDs behave from now on: slow, or broken. */
  set lidLookup(behaviour: LidLookupBehaviour) {
    this.lids.behaviour = behaviour;
  }

  get lidLookup(): LidLookupBehaviour {
    return this.lids.behaviour;
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
    this.whatsApp.learnLid(lid, phone);
  }

  /**
   * A message arrives at the shared number, or is typed on its own phone. The session must work; what is written
   * while it does not is sent by `whatsApp.contactSends`.
   */
  contactSends(message: ContactMessage): ReceivedMessage {
    return this.seen(() => this.whatsApp.contactSends(message)) as ReceivedMessage;
  }

  /** Lets webhooks tell of a message that was sent as `heldBack`. */
  release(messageId: string): void {
    this.incoming.release(messageId);
  }

  /** Somebody gives a message of theirs another text. */
  contactEdits(change: ContactChange & { readonly text: string }): ReceivedMessage<EditedPayload> {
    return this.seen(() => this.whatsApp.contactEdits(change)) as ReceivedMessage<EditedPayload>;
  }

  /** Somebody deletes a message of theirs for everybody. */
  contactRevokes(change: ContactChange): ReceivedMessage<RevokedPayload> {
    return this.seen(() => this.whatsApp.contactRevokes(change)) as ReceivedMessage<RevokedPayload>;
  }

  /** Somebody reacts to a message of either side; an empty text takes the reaction back. */
  contactReacts(change: ContactChange & { readonly text: string }): ReceivedMessage<ReactionPayload> {
    return this.seen(() => this.whatsApp.contactReacts(change)) as ReceivedMessage<ReactionPayload>;
  }

  /** Tells how far a sent message has come, READ for instance. It may go backwards, as it may in WAHA. */
  acknowledge(sent: Pick<SentMessage, "payloadId" | "chatId">, ack: Ack): void {
    this.outgoing.acknowledge(sent, ack);
  }

  /** Any other event, with a payload of the caller's. */
  emit(event: string, payload: object): EmittedEvent {
    return this.broadcast.emit([event], payload);
  }

  /** Makes the next requests to send a message fail with these statuses, one each. WhatsApp gets none of them. */
  failNextSends(...statuses: readonly number[]): void {
    this.sendFaults.fail(statuses);
  }

  /** Ends the connection of the next request to send before WhatsApp has its message. */
  dropNextSend(): void {
    this.sendFaults.drop();
  }

  /** Keeps the answer to the next request to send after WhatsApp has its message, until it is released or the server stops. */
  holdNextSend(): HeldSend {
    return this.sendFaults.hold();
  }

  /** Ends everything at once, as a crash would: what waits for its retry is gone, and so are the files. */
  async stop(): Promise<void> {
    this.unlink();
    this.timers.close();
    this.incoming.close();
    this.sendFaults.close();
    this.sender.close();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private seen(happen: () => WhatsAppMessage): ReceivedMessage<IncomingPayload> {
    const { currentStatus } = this.session;
    if (currentStatus !== "WORKING") throw new Error(`No message reaches a session that is ${currentStatus}`);
    const message = happen();
    return { messageId: message.messageId, ...this.incoming.toldOf(message) };
  }

  private tellStatus(): void {
    const { name, currentStatus: status, statuses } = this.session;
    this.broadcast.emit(["session.status"], { name, status, statuses });
  }
}
