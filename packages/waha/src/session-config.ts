import { isPlainObject, textAt, valueAt, type PlainObject } from "./plain-data.js";
import { retriesCovering } from "./webhook-retries.js";

export interface DesiredSessionConfigOptions {
  /** Where WAHA sends its webhooks. */
  readonly webhookUrl: string;
  /** Left out: whether the webhooks are signed is not the gateway's matter. */
  readonly hmacKey?: string | undefined;
}

/**
 * What the gateway takes from WAHA. `message.any` has all that `message` has, and the gateway's own messages, by which
 * it knows what was sent.
 */
export const WEBHOOK_EVENTS = [
  "message.any",
  "message.ack",
  "message.edited",
  "message.revoked",
  "message.reaction",
  "session.status",
] as const;

/** WAHA keeps its queue of webhooks in memory and drops what it could not deliver: a restart of the gateway must fit in. */
export const WEBHOOKS_RETRIED_SECONDS = 15 * 60;

const RETRIES = retriesCovering(WEBHOOKS_RETRIED_SECONDS);

/** On NOWEB, phone numbers behind LIDs and the past of a chat are known only with the store on. */
const STORE = { enabled: true, fullSync: true } as const;

/**
 * What the gateway wants of its session's configuration, and nothing of the rest: webhooks of others, metadata, what to
 * ignore, a proxy stay as they are. Its own webhook is known by its URL.
 */
export class DesiredSessionConfig {
  private readonly url: string;

  constructor(private readonly options: DesiredSessionConfigOptions) {
    this.url = new URL(options.webhookUrl).href;
  }

  /** The names of what differs; none where all is as it should be. Values are not among them, some being secret. */
  compare(current: PlainObject | undefined): readonly string[] {
    const ours = webhooksOf(current).filter((webhook) => this.isOurs(webhook));
    return [...this.compareWebhooks(ours), ...compareStore(current)];
  }

  /** The whole configuration to put: the current one with what the gateway wants. */
  merge(current: PlainObject | undefined): PlainObject {
    const webhooks = webhooksOf(current);
    const place = webhooks.findIndex((webhook) => this.isOurs(webhook));
    const merged = this.mergeWebhook(webhooks[place]);
    // One is enough: with two each message would come twice.
    const others = webhooks.filter((webhook, index) => index === place || !this.isOurs(webhook));
    return {
      ...current,
      webhooks:
        place === -1
          ? [...others, merged]
          : others.map((webhook) => (webhook === webhooks[place] ? merged : webhook)),
      noweb: {
        ...objectAt(current, "noweb"),
        store: { ...objectAt(current, "noweb", "store"), ...STORE },
      },
    };
  }

  /**
   * Where else events are sent to the path of the gateway's webhook: as a rule an address that the gateway had before.
   * It may as well be another gateway's, so that nothing is done about it here. Without login and query.
   */
  lookalikes(current: PlainObject | undefined): readonly string[] {
    const { pathname } = new URL(this.url);
    return webhooksOf(current)
      .filter((webhook) => !this.isOurs(webhook))
      .map((webhook) => textAt(webhook, "url") ?? "")
      .filter((url) => pathname !== "/" && URL.canParse(url) && new URL(url).pathname === pathname)
      .map((url) => `${new URL(url).origin}${pathname}`);
  }

  private compareWebhooks(ours: readonly unknown[]): readonly string[] {
    const [webhook] = ours;
    if (webhook === undefined) return ["webhook"];
    const { hmacKey } = this.options;
    const events = eventsOf(webhook);
    const lacksEvents = !events.includes("*") && WEBHOOK_EVENTS.some((event) => !events.includes(event));
    const retries = valueAt(webhook, "retries");
    const differsInRetries = Object.entries(RETRIES).some(
      ([name, value]) => valueAt(retries, name) !== value,
    );
    return [
      ...(ours.length > 1 ? ["webhook (more than one)"] : []),
      ...(lacksEvents ? ["webhook.events"] : []),
      ...(hmacKey !== undefined && textAt(webhook, "hmac", "key") !== hmacKey ? ["webhook.hmac"] : []),
      ...(differsInRetries ? ["webhook.retries"] : []),
    ];
  }

  private mergeWebhook(current: unknown): PlainObject {
    const { webhookUrl, hmacKey } = this.options;
    const events = eventsOf(current);
    return {
      ...(isPlainObject(current) ? current : {}),
      url: webhookUrl,
      events: events.includes("*") ? events : [...new Set([...events, ...WEBHOOK_EVENTS])],
      ...(hmacKey === undefined ? {} : { hmac: { key: hmacKey } }),
      retries: RETRIES,
    };
  }

  private isOurs(webhook: unknown): boolean {
    const url = textAt(webhook, "url");
    return url !== undefined && URL.canParse(url) && new URL(url).href === this.url;
  }
}

function compareStore(current: PlainObject | undefined): readonly string[] {
  return Object.entries(STORE)
    .filter(([name, value]) => valueAt(current, "noweb", "store", name) !== value)
    .map(([name]) => `noweb.store.${name}`);
}

function webhooksOf(config: PlainObject | undefined): readonly unknown[] {
  const webhooks = valueAt(config, "webhooks");
  return Array.isArray(webhooks) ? webhooks : [];
}

function eventsOf(webhook: unknown): readonly string[] {
  const events = valueAt(webhook, "events");
  return Array.isArray(events) ? events.filter((event) => typeof event === "string") : [];
}

function objectAt(config: PlainObject | undefined, ...path: readonly string[]): PlainObject {
  const value = valueAt(config, ...path);
  return isPlainObject(value) ? value : {};
}
