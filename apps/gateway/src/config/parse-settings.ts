import { resolve } from "node:path";
import { parsePhoneNumber, WishFinder, type LogLevel, type WishWords } from "@gateway-router/core";
import { plainToInstance } from "class-transformer";
import { validateSync } from "class-validator";
import { parseExportHeaders } from "./export-headers.js";
import type {
  GatewayConfig,
  LogConfig,
  RepliesConfig,
  StorageConfig,
  TracingConfig,
} from "./gateway-config.js";
import { SETTING_NAMES, Settings, wishWordsOf } from "./settings.js";
import { SettingsError, type SettingFault } from "./settings-error.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MEBIBYTE = 2 ** 20;

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings, or throws a `SettingsError` with every fault there is, those found before included. A
 * variable that is set to nothing counts as not set. Relative paths start at `home`.
 */
export function parseSettings(
  variables: Variables,
  home: string,
  faultsBefore: readonly SettingFault[] = [],
): GatewayConfig {
  const set = SETTING_NAMES.flatMap((name) => {
    const value = variables[name];
    return value === undefined || value === "" ? [] : [[name, value]];
  });
  const settings = plainToInstance(Settings, Object.fromEntries(set));
  const faults = [...faultsBefore, ...faultsOfValues(settings), ...faultsOfCombinations(settings)];
  if (faults.length > 0) throw new SettingsError(faults);
  return toConfig(settings, home);
}

function faultsOfValues(settings: Settings): SettingFault[] {
  return validateSync(settings, { stopAtFirstError: true }).map((error) => ({
    variable: error.property,
    fault: Object.values(error.constraints ?? {}).join("; "),
  }));
}

function faultsOfCombinations(settings: Settings): SettingFault[] {
  return [
    ...faultsOfUnsignedWebhooks(settings),
    ...faultsOfSharedStorage(settings),
    ...faultsOfWishWords(settings),
  ];
}

/** A word that asks for silence takes nothing back: who wrote it could not. */
function faultsOfWishWords(settings: Settings): SettingFault[] {
  const words = wishWordsIn(settings);
  const wishes = new WishFinder(words);
  const inBoth = words.optIn.filter((word) => wishes.find(word) === "opt_out");
  if (inBoth.length === 0) return [];
  return [{ variable: "OPT_IN_WORDS", fault: `must not have what OPT_OUT_WORDS has: ${inBoth.join(", ")}` }];
}

function wishWordsIn({ OPT_OUT_WORDS, OPT_IN_WORDS }: Settings): WishWords {
  return { optOut: wishWordsOf(OPT_OUT_WORDS), optIn: wishWordsOf(OPT_IN_WORDS) };
}

/** What instances share must be the same for each of them, so none of them may make it up. */
function faultsOfSharedStorage(settings: Settings): SettingFault[] {
  if (settings.STORAGE === "file") return [];
  const url = settings.STORAGE === "redis" ? "REDIS_URL" : "DATABASE_URL";
  const needed = [url, "ADMIN_API_KEY", "TENANT_SIGNING_SECRET"] as const;
  return needed
    .filter((variable) => settings[variable] === undefined)
    .map((variable) => ({ variable, fault: `must be set while STORAGE is ${settings.STORAGE}` }));
}

function faultsOfUnsignedWebhooks(settings: Settings): SettingFault[] {
  if (settings.WAHA_HMAC_KEY !== undefined || settings.ALLOW_UNSIGNED_WEBHOOKS || isLoopback(settings.HOST)) {
    return [];
  }
  return [
    {
      variable: "WAHA_HMAC_KEY",
      fault:
        `must be set while HOST is ${settings.HOST}, where others than this machine can send webhooks; ` +
        "ALLOW_UNSIGNED_WEBHOOKS=true takes them unsigned",
    },
  ];
}

export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.[0-9]{1,3}){3}|::1|::ffff:127(\.[0-9]{1,3}){3})$/i.test(host);
}

function storageConfigOf({ STORAGE, DATABASE_URL, REDIS_URL }: Settings): StorageConfig {
  if (STORAGE === "postgres") return { kind: "postgres", url: DATABASE_URL! };
  if (STORAGE === "redis") return { kind: "redis", url: REDIS_URL! };
  return { kind: "file" };
}

function toConfig(settings: Settings, home: string): GatewayConfig {
  const dataDir = resolve(home, settings.DATA_DIR);
  const publicUrl = withoutSlash(settings.PUBLIC_URL);
  return {
    host: settings.HOST,
    port: settings.PORT,
    publicUrl,
    trustedProxies: settings.TRUST_PROXY,
    webhookUrl: settings.WEBHOOK_URL,
    dataDir,
    storage: storageConfigOf(settings),
    gatewayPhoneNumber: parsePhoneNumber(settings.GATEWAY_PHONE_NUMBER ?? ""),
    deepLinkPrefix: settings.DEEP_LINK_PREFIX,
    unmappedReply: settings.UNMAPPED_REPLY,
    wishWords: wishWordsIn(settings),
    adminApiKey: settings.ADMIN_API_KEY,
    waha: {
      url: withoutSlash(settings.WAHA_URL),
      apiKey: settings.WAHA_API_KEY,
      session: settings.WAHA_SESSION,
      hmacKey: settings.WAHA_HMAC_KEY,
      catchUp: settings.CATCH_UP,
    },
    tenants: {
      file: resolve(home, settings.TENANTS_FILE ?? resolve(dataDir, "tenants.json")),
      isFileSet: settings.TENANTS_FILE !== undefined,
      urlTemplate: settings.TENANT_URL_TEMPLATE,
      maxId: settings.TENANT_ID_MAX,
      signingSecret: settings.TENANT_SIGNING_SECRET,
    },
    tenantUrlsPublicOnly: settings.TENANT_URLS_PUBLIC_ONLY,
    deliveryTimeoutMs: settings.DELIVERY_TIMEOUT_MS,
    deliveryMaxAgeMs: settings.DELIVERY_MAX_AGE_HOURS * HOUR_MS,
    replies: {
      pacing: settings.REPLY_PACING as RepliesConfig["pacing"],
      perMinute: settings.REPLIES_PER_MINUTE,
      perMinutePerTenant: settings.REPLIES_PER_MINUTE_PER_TENANT,
    },
    duplicateMemoryDays: settings.DUPLICATE_MEMORY_DAYS,
    deadLetterKeptMs: settings.DEAD_LETTER_DAYS * DAY_MS,
    backupKeepDays: settings.BACKUP_KEEP_DAYS,
    media: {
      maxFileBytes: settings.MEDIA_MAX_MB * MEBIBYTE,
      maxTotalBytes: settings.MEDIA_MAX_TOTAL_MB * MEBIBYTE,
      keptMs: settings.MEDIA_KEEP_DAYS * DAY_MS,
    },
    log: {
      level: settings.LOG_LEVEL as LogLevel,
      format: settings.LOG_FORMAT as LogConfig["format"],
      redact: settings.LOG_REDACT,
    },
    tracing: tracingOf(settings),
  };
}

function tracingOf(settings: Settings): TracingConfig | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers } = settings;
  if (endpoint === undefined) return undefined;
  return {
    endpoint: withoutSlash(endpoint),
    headers: (headers === undefined ? undefined : parseExportHeaders(headers)) ?? {},
    serviceName: settings.OTEL_SERVICE_NAME,
    sampling: {
      sampler: settings.OTEL_TRACES_SAMPLER as TracingConfig["sampling"]["sampler"],
      ratio: Number(settings.OTEL_TRACES_SAMPLER_ARG),
    },
  };
}

function withoutSlash<Url extends string | undefined>(url: Url): Url {
  return url?.replace(/\/+$/, "") as Url;
}
