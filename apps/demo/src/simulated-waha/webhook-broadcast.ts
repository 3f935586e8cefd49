import type { SimulatedSession } from "./simulated-session.js";
import type { Timers } from "./timers.js";
import type { WahaEnvironment, WahaEvent } from "./waha-event.js";
import type { WahaIds } from "./waha-ids.js";
import type { WebhookAttempt, WebhookSender } from "./webhook-sender.js";

export interface EmittedEvent {
  readonly eventId: string;
  /** Resolves when every webhook that wants the event was tried once. */
  readonly firstAttempts: Promise<void>;
  /** Resolves with the last attempt at each webhook that wants the event; none where none does. */
  readonly deliveries: Promise<readonly WebhookAttempt[]>;
}

export interface WebhookBroadcastOptions {
  readonly session: SimulatedSession;
  readonly sender: WebhookSender;
  readonly timers: Timers;
  readonly ids: WahaIds;
  readonly environment: WahaEnvironment;
}

/** Tells the webhooks of the session what happened, each of them what it subscribed to. */
export class WebhookBroadcast {
  constructor(private readonly options: WebhookBroadcastOptions) {}

  /** One happening under each of its names: who subscribed to two of them gets it twice, with one and the same id. */
  emit(names: readonly string[], payload: object, eventId = this.options.ids.eventId()): EmittedEvent {
    const { session, sender, timers, environment } = this.options;
    const { webhooks, metadata } = session.settings;
    const timestamp = timers.nowMs();
    const deliveries = names.flatMap((name) => {
      const event: WahaEvent = {
        id: eventId,
        timestamp,
        event: name,
        session: session.name,
        me: session.me,
        ...(metadata === undefined ? {} : { metadata }),
        payload,
        engine: environment.engine,
        environment,
      };
      return webhooks
        .filter(({ events }) => events.includes(name) || events.includes("*"))
        .map((webhook) => sender.send(webhook, event));
    });
    return {
      eventId,
      firstAttempts: Promise.all(deliveries.map(({ firstAttempt }) => firstAttempt)).then(() => undefined),
      deliveries: Promise.all(deliveries.map(({ lastAttempt }) => lastAttempt)),
    };
  }
}
