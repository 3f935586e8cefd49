/** A session's configuration, as far as it matters here. */
export interface SessionConfig {
  readonly webhooks: readonly WebhookConfig[];
  readonly metadata?: object;
  readonly ignore: Readonly<Partial<Record<IgnorableChats, boolean>>>;
  /** Whether chats can be listed: on NOWEB the store must be on. */
  readonly hasStore: boolean;
  /** Whether LIDs can be looked up: the store must be filled, too. */
  readonly hasLidStore: boolean;
}

export type IgnorableChats = "status" | "groups" | "channels" | "broadcast";

export interface WebhookConfig {
  readonly url: string;
  /** Names of events; `*` is all of them. */
  readonly events: readonly string[];
  /** Not set: webhooks are not signed. */
  readonly hmacKey?: string;
  readonly retries: RetriesConfig;
  readonly customHeaders: readonly { readonly name: string; readonly value: string }[];
}

export interface RetriesConfig {
  readonly policy: "constant" | "linear" | "exponential";
  readonly delaySeconds: number;
  /** How many more after the first one. */
  readonly attempts: number;
}

export const DEFAULT_RETRIES: RetriesConfig = { policy: "constant", delaySeconds: 2, attempts: 15 };

export type ConfigReading =
  | { readonly kind: "valid"; readonly config: SessionConfig }
  | { readonly kind: "invalid"; readonly faults: readonly string[] };

/** Reads what a `PUT` sent as `config`, or none. */
export function readSessionConfig(value: unknown): ConfigReading {
  const faults: string[] = [];
  const config = recordOr(value ?? {}, "config", faults);
  const webhooks = listOr(config["webhooks"] ?? [], "config.webhooks", faults).map((webhook, index) =>
    readWebhook(webhook, `config.webhooks.${index}`, faults),
  );
  const metadata = config["metadata"];
  const noweb = recordOr(config["noweb"] ?? {}, "config.noweb", faults);
  const store = recordOr(noweb["store"] ?? {}, "config.noweb.store", faults);
  const ignore = recordOr(config["ignore"] ?? {}, "config.ignore", faults);
  if (faults.length > 0) return { kind: "invalid", faults };
  return {
    kind: "valid",
    config: {
      webhooks,
      ...(isRecord(metadata) ? { metadata } : {}),
      ignore,
      hasStore: store["enabled"] === true,
      hasLidStore: store["enabled"] === true && store["fullSync"] === true,
    },
  };
}

function readWebhook(value: unknown, name: string, faults: string[]): WebhookConfig {
  const webhook = recordOr(value, name, faults);
  const { url } = webhook;
  if (typeof url !== "string" || !/^https?:\/\//.test(url) || !URL.canParse(url)) {
    faults.push(`${name}.url must be a URL address`);
  }
  const events = listOr(webhook["events"], `${name}.events`, faults);
  if (!events.every((event) => typeof event === "string")) {
    faults.push(`each value in ${name}.events must be a string`);
  }
  const { key } = recordOr(webhook["hmac"] ?? {}, `${name}.hmac`, faults);
  const customHeaders = listOr(webhook["customHeaders"] ?? [], `${name}.customHeaders`, faults);
  return {
    url: String(url),
    events: events.map(String),
    ...(typeof key === "string" && key !== "" ? { hmacKey: key } : {}),
    retries: readRetries(webhook["retries"] ?? {}, `${name}.retries`, faults),
    customHeaders: customHeaders.map((header, index) => {
      const { name: field, value: text } = recordOr(header, `${name}.customHeaders.${index}`, faults);
      return { name: String(field), value: String(text) };
    }),
  };
}

function readRetries(value: unknown, name: string, faults: string[]): RetriesConfig {
  const given = recordOr(value, name, faults);
  const policy = given["policy"] ?? DEFAULT_RETRIES.policy;
  if (policy !== "constant" && policy !== "linear" && policy !== "exponential") {
    faults.push(`${name}.policy must be one of the following values: linear, exponential, constant`);
    return DEFAULT_RETRIES;
  }
  return {
    policy,
    delaySeconds: numberOr(
      given["delaySeconds"],
      DEFAULT_RETRIES.delaySeconds,
      `${name}.delaySeconds`,
      faults,
    ),
    attempts: numberOr(given["attempts"], DEFAULT_RETRIES.attempts, `${name}.attempts`, faults),
  };
}

function numberOr(value: unknown, otherwise: number, name: string, faults: string[]): number {
  if (value === undefined || value === null) return otherwise;
  if (typeof value === "number" && value >= 0) return value;
  faults.push(`${name} must be a number conforming to the specified constraints`);
  return otherwise;
}

function listOr(value: unknown, name: string, faults: string[]): readonly unknown[] {
  if (Array.isArray(value)) return value;
  faults.push(`${name} must be an array`);
  return [];
}

function recordOr(value: unknown, name: string, faults: string[]): Readonly<Record<string, unknown>> {
  if (isRecord(value)) return value;
  faults.push(`${name} must be an object`);
  return {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
