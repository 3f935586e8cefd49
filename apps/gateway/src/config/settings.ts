import { isIP } from "node:net";
import { parsePhoneNumber } from "@gateway-router/core";
import { IsOptional } from "class-validator";
import { parseExportHeaders } from "./export-headers.js";
import { isSigningSecret } from "./signing-secret.js";
import { HttpUrl, isHttpUrl, OneOf, Switch, TextThat, WholeNumber } from "./setting-rules.js";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export const REPLY_PACINGS = ["human", "off"] as const;
/** Engines that this version has. */
export const STORAGES = ["file", "postgres", "redis"] as const;
export const LOG_FORMATS = ["json", "pretty"] as const;
export const TRACE_SAMPLERS = [
  ...(["always_on", "always_off", "traceidratio"] as const),
  ...(["parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"] as const),
] as const;

const MAX_TENANT_ID = Number.MAX_SAFE_INTEGER;
const WISH_WORDS_WANTED = "must be 1 to 100 words of at most 40 characters, separated by commas";
const DAYS_BOUND = 36_500;
/** No limit is what 0 is for. */
const REPLIES_BOUND = 100_000;

/**
 * Every variable the gateway reads, under its own name, with its default where it has a fixed one.
 * `.env.example` explains them; a spec holds the two together.
 */
export class Settings {
  @WholeNumber({ from: 0, to: 65_535 })
  PORT = 8000;

  @TextThat({ name: "host", wants: "must be a host name or an IP address", accepts: isHost })
  HOST = "127.0.0.1";

  @WholeNumber({ from: 0, to: 10 })
  TRUST_PROXY = 0;

  @IsOptional()
  // Paths are put behind it, and it stands in links that anybody sees.
  @HttpUrl({ without: ["user name and password", "query", "fragment"] })
  PUBLIC_URL?: string;

  @IsOptional()
  // It is told in the log and to WAHA; who sends webhooks is known by WAHA_HMAC_KEY.
  @HttpUrl({ without: ["user name and password"] })
  WEBHOOK_URL?: string;

  @TextThat({ name: "path", wants: "must be a path", accepts: isPath })
  DATA_DIR = "./data";

  @OneOf(STORAGES)
  STORAGE = "file";

  @IsOptional()
  @TextThat({
    name: "redisUrl",
    wants: "must be a redis:// or rediss:// URL",
    secret: true,
    accepts: (text) => /^rediss?:\/\/./.test(text) && URL.canParse(text),
  })
  REDIS_URL?: string;

  @IsOptional()
  @TextThat({
    name: "databaseUrl",
    wants: "must be a postgres:// or postgresql:// URL",
    secret: true,
    accepts: (text) => /^postgres(ql)?:\/\/./.test(text) && URL.canParse(text),
  })
  DATABASE_URL?: string;

  @IsOptional()
  @TextThat({
    name: "phoneNumber",
    wants: "must be an international phone number of 7 to 15 digits, such as +971 55 735 7753",
    accepts: (text) => parsePhoneNumber(text) !== undefined,
  })
  GATEWAY_PHONE_NUMBER?: string;

  @TextThat({
    name: "linkPrefix",
    wants: "must be 1 to 64 letters, digits, _ or -, and must not end with a digit",
    // A digit at its end would run into the tenant id: `agent1` and tenant 2 make `agent12`.
    accepts: (text) => /^[A-Za-z0-9_-]{0,63}[A-Za-z_-]$/.test(text),
  })
  DEEP_LINK_PREFIX = "start_realty_";

  @IsOptional()
  @TextThat({
    name: "unmappedReply",
    wants: "must be at most 4096 characters",
    accepts: (text) => text.length <= 4096,
  })
  UNMAPPED_REPLY?: string;

  @TextThat({ name: "optOutWords", wants: WISH_WORDS_WANTED, accepts: isWishWords })
  OPT_OUT_WORDS = "STOP";

  @TextThat({ name: "optInWords", wants: WISH_WORDS_WANTED, accepts: isWishWords })
  OPT_IN_WORDS = "START";

  @IsOptional()
  @TextThat({
    name: "adminApiKey",
    wants: "must be 1 to 256 printable ASCII characters without spaces",
    secret: true,
    accepts: isKeyText,
  })
  ADMIN_API_KEY?: string;

  @HttpUrl()
  WAHA_URL = "http://127.0.0.1:3000";

  @IsOptional()
  @TextThat({
    name: "wahaApiKey",
    wants: "must be 1 to 256 printable ASCII characters without spaces",
    secret: true,
    accepts: isKeyText,
  })
  WAHA_API_KEY?: string;

  @TextThat({
    name: "wahaSession",
    wants: "must be 1 to 54 letters, digits, _ or -",
    accepts: (text) => /^[A-Za-z0-9_-]{1,54}$/.test(text),
  })
  WAHA_SESSION = "default";

  @IsOptional()
  @TextThat({
    name: "wahaHmacKey",
    wants: "must be at most 1024 characters",
    secret: true,
    accepts: (text) => text.length <= 1024,
  })
  WAHA_HMAC_KEY?: string;

  @Switch()
  ALLOW_UNSIGNED_WEBHOOKS = false;

  @Switch()
  CATCH_UP = true;

  @IsOptional()
  @TextThat({ name: "path", wants: "must be a path", accepts: isPath })
  TENANTS_FILE?: string;

  @IsOptional()
  @TextThat({
    name: "urlTemplate",
    wants: "must be an http:// or https:// URL; {tenant_id} in it is replaced",
    secret: true,
    accepts: (text) => isHttpUrl(text.replaceAll("{tenant_id}", "1")),
  })
  TENANT_URL_TEMPLATE?: string;

  @WholeNumber({ from: 1, to: MAX_TENANT_ID })
  TENANT_ID_MAX = 1_000_000;

  @IsOptional()
  @TextThat({
    name: "signingSecret",
    wants: "must be whsec_ followed by 24 to 64 bytes in base64",
    secret: true,
    accepts: isSigningSecret,
  })
  TENANT_SIGNING_SECRET?: string;

  @Switch()
  TENANT_URLS_PUBLIC_ONLY = false;

  @WholeNumber({ from: 10, to: 600_000 })
  DELIVERY_TIMEOUT_MS = 30_000;

  @WholeNumber({ from: 1, to: 24 * 365 })
  DELIVERY_MAX_AGE_HOURS = 72;

  @OneOf(REPLY_PACINGS)
  REPLY_PACING = "human";

  @WholeNumber({ from: 0, to: REPLIES_BOUND })
  REPLIES_PER_MINUTE = 60;

  @WholeNumber({ from: 0, to: REPLIES_BOUND })
  REPLIES_PER_MINUTE_PER_TENANT = 30;

  @WholeNumber({ from: 1, to: DAYS_BOUND })
  DUPLICATE_MEMORY_DAYS = 7;

  @WholeNumber({ from: 1, to: DAYS_BOUND })
  DEAD_LETTER_DAYS = 30;

  @WholeNumber({ from: 1, to: DAYS_BOUND })
  BACKUP_KEEP_DAYS = 14;

  @WholeNumber({ from: 1, to: 2_048 })
  MEDIA_MAX_MB = 64;

  @WholeNumber({ from: 1, to: DAYS_BOUND })
  MEDIA_KEEP_DAYS = 7;

  @WholeNumber({ from: 1, to: 1_000_000_000 })
  MEDIA_MAX_TOTAL_MB = 10_240;

  @OneOf(LOG_LEVELS)
  LOG_LEVEL = "info";

  @IsOptional()
  @OneOf(LOG_FORMATS)
  LOG_FORMAT?: string;

  @Switch()
  LOG_REDACT = false;

  @IsOptional()
  // What else it takes to be let in there goes into the headers.
  @HttpUrl({ without: ["user name and password", "query", "fragment"] })
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  @IsOptional()
  @TextThat({
    name: "exportHeaders",
    wants: "must be name=value pairs separated by commas, values percent-encoded",
    secret: true,
    accepts: (text) => parseExportHeaders(text) !== undefined,
  })
  OTEL_EXPORTER_OTLP_HEADERS?: string;

  @TextThat({
    name: "serviceName",
    wants: "must be at most 255 characters",
    accepts: (text) => text.length <= 255,
  })
  OTEL_SERVICE_NAME = "gateway";

  @OneOf(TRACE_SAMPLERS)
  OTEL_TRACES_SAMPLER = "parentbased_traceidratio";

  @TextThat({
    name: "ratio",
    wants: "must be a number from 0 to 1, such as 0.1",
    accepts: (text) => /^(0(\.[0-9]{1,9})?|1(\.0{1,9})?)$/.test(text),
  })
  OTEL_TRACES_SAMPLER_ARG = "1";
}

export type SettingName = keyof Settings;

export const SETTING_NAMES = Object.keys(new Settings()) as readonly SettingName[];

export function wishWordsOf(text: string): readonly string[] {
  return text.split(",").map((word) => word.trim());
}

function isWishWords(text: string): boolean {
  const words = wishWordsOf(text);
  return words.length <= 100 && words.every((word) => word.length >= 1 && word.length <= 40);
}

function isHost(text: string): boolean {
  // Systems read a lone number, or 127.1, as an address of their own making.
  if (/^[0-9.]+$/.test(text) || text.includes(":")) return isIP(text) !== 0;
  return /^[A-Za-z0-9._-]{1,253}$/.test(text);
}

function isPath(text: string): boolean {
  return text.length <= 4096 && !text.includes("\0");
}

export function isKeyText(text: string): boolean {
  return /^[\x21-\x7e]{1,256}$/.test(text);
}
