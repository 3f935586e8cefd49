import type { LogLevel, PhoneNumber, WishWords } from "@gateway-router/core";
import type { LOG_FORMATS, REPLY_PACINGS, TRACE_SAMPLERS } from "./settings.js";

/** The settings as the program uses them: parsed, in one unit of time, paths absolute. */
export interface GatewayConfig {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly publicUrl: string | undefined;
  /** How many proxies stand in front of the gateway. */
  readonly trustedProxies: number;
  readonly webhookUrl: string | undefined;
  readonly dataDir: string;
  readonly storage: StorageConfig;
  readonly gatewayPhoneNumber: PhoneNumber | undefined;
  readonly deepLinkPrefix: string;
  readonly unmappedReply: string | undefined;
  /** What contacts write who want no replies, or want them again. */
  readonly wishWords: WishWords;
  readonly adminApiKey: string | undefined;
  readonly waha: WahaConfig;
  readonly tenants: TenantsConfig;
  /** Whether tenants' handlers and files may be at public addresses only. */
  readonly tenantUrlsPublicOnly: boolean;
  readonly deliveryTimeoutMs: number;
  readonly deliveryMaxAgeMs: number;
  readonly replies: RepliesConfig;
  readonly duplicateMemoryDays: number;
  readonly deadLetterKeptMs: number;
  readonly backupKeepDays: number;
  readonly media: MediaConfig;
  readonly log: LogConfig;
  /** Unset: nothing is traced. */
  readonly tracing: TracingConfig | undefined;
}

/** The engine that keeps the records. */
export type StorageConfig =
  | { readonly kind: "file" }
  /** The URL may carry a password. */
  | { readonly kind: "postgres" | "redis"; readonly url: string };

export interface WahaConfig {
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly session: string;
  /** Unset: webhooks are taken unsigned. */
  readonly hmacKey: string | undefined;
  /** Whether what never reached the gateway is read from WAHA's store. */
  readonly catchUp: boolean;
}

export interface TenantsConfig {
  readonly file: string;
  /** Whether the file was set by hand, so that it ought to be there. */
  readonly isFileSet: boolean;
  readonly urlTemplate: string | undefined;
  readonly maxId: number;
  readonly signingSecret: string | undefined;
}

export interface RepliesConfig {
  /** Whether a reply is preceded by the signs a person gives: seen, typing. */
  readonly pacing: (typeof REPLY_PACINGS)[number];
  /** Through the number; 0: no limit. */
  readonly perMinute: number;
  /** Of one tenant; 0: no limit. */
  readonly perMinutePerTenant: number;
}

/** Contacts' and tenants' files. */
export interface MediaConfig {
  readonly maxFileBytes: number;
  /** Of contacts' files, all together. */
  readonly maxTotalBytes: number;
  readonly keptMs: number;
}

export interface LogConfig {
  readonly level: LogLevel;
  /** Unset: pretty on a terminal, else JSON lines. */
  readonly format: (typeof LOG_FORMATS)[number] | undefined;
  /** Whether people's numbers are written with their last digits only. */
  readonly redact: boolean;
}

/** Where traces go, and which. */
export interface TracingConfig {
  /** The collector's base URL for OTLP over HTTP. */
  readonly endpoint: string;
  /** Secrets may be among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly sampling: {
    readonly sampler: (typeof TRACE_SAMPLERS)[number];
    /** From 0 to 1. */
    readonly ratio: number;
  };
}

/** How people and tenants reach the gateway, with the port it really listens on. */
export function publicUrlOf(config: Pick<GatewayConfig, "publicUrl" | "host">, port: number): string {
  return config.publicUrl ?? httpUrlOf(config.host, port);
}

/** How WAHA reaches the gateway. */
export function webhookUrlOf(
  config: Pick<GatewayConfig, "webhookUrl" | "publicUrl" | "host">,
  port: number,
): string {
  return config.webhookUrl ?? `${publicUrlOf(config, port)}/api/gateway/waha`;
}

export function httpUrlOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Where the records are, for people: no password in it. */
export function dataPlaceOf({ storage, dataDir }: Pick<GatewayConfig, "storage" | "dataDir">): string {
  if (storage.kind === "file") return dataDir;
  const { protocol, host, pathname } = new URL(storage.url);
  return `${protocol}//${host}${pathname}`;
}
