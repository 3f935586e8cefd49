import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { webhookUrlOf, publicUrlOf } from "./gateway-config.js";
import { parseSettings } from "./parse-settings.js";
import { SETTING_NAMES } from "./settings.js";
import { SettingsError } from "./settings-error.js";

const HOME = "/srv/gateway";

function faultsOf(variables: Record<string, string>): Record<string, string> {
  try {
    parseSettings(variables, HOME);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return Object.fromEntries(error.faults.map(({ variable, fault }) => [variable, fault]));
  }
  return {};
}

describe("parseSettings", () => {
  it("needs no setting at all", () => {
    expect(parseSettings({}, HOME)).toEqual({
      host: "127.0.0.1",
      storage: { kind: "file" },
      port: 8000,
      publicUrl: undefined,
      trustedProxies: 0,
      webhookUrl: undefined,
      dataDir: "/srv/gateway/data",
      gatewayPhoneNumber: undefined,
      deepLinkPrefix: "start_realty_",
      unmappedReply: undefined,
      wishWords: { optOut: ["STOP"], optIn: ["START"] },
      adminApiKey: undefined,
      waha: {
        url: "http://127.0.0.1:3000",
        apiKey: undefined,
        session: "default",
        hmacKey: undefined,
        catchUp: true,
      },
      tenants: {
        file: "/srv/gateway/data/tenants.json",
        isFileSet: false,
        urlTemplate: undefined,
        maxId: 1_000_000,
        signingSecret: undefined,
      },
      tenantUrlsPublicOnly: false,
      deliveryTimeoutMs: 30_000,
      deliveryMaxAgeMs: 72 * 3_600_000,
      replies: { pacing: "human", perMinute: 60, perMinutePerTenant: 30 },
      duplicateMemoryDays: 7,
      deadLetterKeptMs: 30 * 86_400_000,
      backupKeepDays: 14,
      media: { maxFileBytes: 64 * 2 ** 20, maxTotalBytes: 10 * 2 ** 30, keptMs: 7 * 86_400_000 },
      log: { level: "info", format: undefined, redact: false },
      tracing: undefined,
    });
  });

  it("takes every setting", () => {
    const config = parseSettings(
      {
        PORT: "0",
        HOST: "0.0.0.0",
        PUBLIC_URL: "https://gateway.example/",
        DATA_DIR: "/var/lib/gateway",
        STORAGE: "file",
        GATEWAY_PHONE_NUMBER: "+971 55 735 7753",
        DEEP_LINK_PREFIX: "hello-",
        UNMAPPED_REPLY: "Please open your agent's link first.",
        OPT_OUT_WORDS: "STOP, توقف ,no more",
        OPT_IN_WORDS: "START,ابدأ",
        ADMIN_API_KEY: "admin-key-of-a-test",
        WAHA_URL: "http://waha:3000/",
        WAHA_API_KEY: "waha-key",
        WAHA_SESSION: "second",
        WAHA_HMAC_KEY: "top-secret",
        TENANTS_FILE: "conf/tenants.json",
        TENANT_URL_TEMPLATE: "http://backend/{tenant_id}/messages",
        TENANT_ID_MAX: "500",
        TENANT_SIGNING_SECRET: "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
        DELIVERY_TIMEOUT_MS: "5000",
        DELIVERY_MAX_AGE_HOURS: "1",
        REPLY_PACING: "off",
        REPLIES_PER_MINUTE: "0",
        REPLIES_PER_MINUTE_PER_TENANT: "5",
        DUPLICATE_MEMORY_DAYS: "3650",
        DEAD_LETTER_DAYS: "2",
        BACKUP_KEEP_DAYS: "3",
        TENANT_URLS_PUBLIC_ONLY: "true",
        MEDIA_MAX_MB: "1",
        MEDIA_KEEP_DAYS: "30",
        MEDIA_MAX_TOTAL_MB: "500",
        LOG_LEVEL: "debug",
        LOG_FORMAT: "json",
        LOG_REDACT: "true",
        TRUST_PROXY: "2",
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/",
        OTEL_EXPORTER_OTLP_HEADERS: "Authorization=Bearer%20key",
        OTEL_SERVICE_NAME: "gateway-2",
        OTEL_TRACES_SAMPLER: "traceidratio",
        OTEL_TRACES_SAMPLER_ARG: "0.25",
      },
      HOME,
    );
    expect(config).toMatchObject({
      port: 0,
      publicUrl: "https://gateway.example",
      trustedProxies: 2,
      gatewayPhoneNumber: "971557357753",
      unmappedReply: "Please open your agent's link first.",
      wishWords: { optOut: ["STOP", "توقف", "no more"], optIn: ["START", "ابدأ"] },
      waha: { url: "http://waha:3000", session: "second", hmacKey: "top-secret" },
      tenants: { file: "/srv/gateway/conf/tenants.json", isFileSet: true, maxId: 500 },
      tenantUrlsPublicOnly: true,
      deliveryMaxAgeMs: 3_600_000,
      replies: { pacing: "off", perMinute: 0, perMinutePerTenant: 5 },
      media: { maxFileBytes: 1_048_576, maxTotalBytes: 500 * 1_048_576, keptMs: 30 * 86_400_000 },
      log: { level: "debug", format: "json", redact: true },
      tracing: {
        endpoint: "http://collector:4318",
        headers: { Authorization: "Bearer key" },
        serviceName: "gateway-2",
        sampling: { sampler: "traceidratio", ratio: 0.25 },
      },
    });
    expect(webhookUrlOf(config, 4000)).toBe("https://gateway.example/api/gateway/waha");
  });

  it("derives the URLs from where it listens", () => {
    const config = parseSettings({ HOST: "::1", PORT: "0" }, HOME);
    expect(publicUrlOf(config, 43210)).toBe("http://[::1]:43210");
    expect(webhookUrlOf(config, 43210)).toBe("http://[::1]:43210/api/gateway/waha");
  });

  it("takes a variable set to nothing as not set", () => {
    const nothing = Object.fromEntries(SETTING_NAMES.map((name) => [name, ""]));
    expect(parseSettings(nothing, HOME)).toEqual(parseSettings({}, HOME));
  });

  it("lists every fault at once, by variable name", () => {
    const faults = faultsOf({
      PORT: "70000",
      HOST: "not a host",
      PUBLIC_URL: "gateway.example",
      WEBHOOK_URL: "ftp://gateway.example",
      REDIS_URL: "http://redis",
      DATABASE_URL: "mysql://db",
      GATEWAY_PHONE_NUMBER: "0501234567",
      DEEP_LINK_PREFIX: "agent1",
      UNMAPPED_REPLY: "x".repeat(4097),
      ADMIN_API_KEY: "two words",
      WAHA_URL: "waha:3000",
      WAHA_API_KEY: "line\nbreak",
      WAHA_SESSION: "a/b",
      ALLOW_UNSIGNED_WEBHOOKS: "yes",
      TENANT_URL_TEMPLATE: "{tenant_id}",
      TENANT_ID_MAX: "0",
      TENANT_SIGNING_SECRET: "whsec_short",
      DELIVERY_TIMEOUT_MS: "1e3",
      DELIVERY_MAX_AGE_HOURS: "-1",
      REPLY_PACING: "slow",
      REPLIES_PER_MINUTE: "-1",
      REPLIES_PER_MINUTE_PER_TENANT: "2.5",
      DUPLICATE_MEMORY_DAYS: "0",
      DEAD_LETTER_DAYS: "1.5",
      BACKUP_KEEP_DAYS: "many",
      LOG_LEVEL: "verbose",
      LOG_FORMAT: "xml",
      STORAGE: "mysql",
      OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318",
      OTEL_EXPORTER_OTLP_HEADERS: "Authorization",
      OTEL_SERVICE_NAME: "x".repeat(256),
      OTEL_TRACES_SAMPLER: "jaeger_remote",
      OTEL_TRACES_SAMPLER_ARG: "2",
    });
    expect(Object.keys(faults).sort()).toEqual(
      [
        ...["ADMIN_API_KEY", "ALLOW_UNSIGNED_WEBHOOKS", "BACKUP_KEEP_DAYS", "DATABASE_URL"],
        ...["DEAD_LETTER_DAYS", "DEEP_LINK_PREFIX", "DELIVERY_MAX_AGE_HOURS", "DELIVERY_TIMEOUT_MS"],
        ...["DUPLICATE_MEMORY_DAYS", "GATEWAY_PHONE_NUMBER", "HOST", "LOG_FORMAT", "LOG_LEVEL", "PORT"],
        ...[
          "PUBLIC_URL",
          "REDIS_URL",
          "REPLIES_PER_MINUTE",
          "REPLIES_PER_MINUTE_PER_TENANT",
          "REPLY_PACING",
          "STORAGE",
          "TENANT_ID_MAX",
          "TENANT_SIGNING_SECRET",
        ],
        ...["TENANT_URL_TEMPLATE", "UNMAPPED_REPLY", "WAHA_API_KEY", "WAHA_SESSION"],
        ...["WAHA_URL", "WEBHOOK_URL", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS"],
        ...["OTEL_SERVICE_NAME", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"],
      ].sort(),
    );
    expect(faults["PORT"]).toBe("must be a whole number from 0 to 65535, not 70000");
    expect(faults["DELIVERY_TIMEOUT_MS"]).toBe('must be a whole number from 10 to 600000, not "1e3"');
    expect(faults["LOG_LEVEL"]).toBe('must be one of debug, info, warn, error, not "verbose"');
    expect(faults["STORAGE"]).toBe('must be one of file, postgres, redis, not "mysql"');
  });

  it.each([
    ["PUBLIC_URL", "https://me:hush@gateway.example"],
    ["PUBLIC_URL", "https://me@gateway.example"],
    ["PUBLIC_URL", "https://gateway.example/?tenant=2"],
    ["PUBLIC_URL", "https://gateway.example/?"],
    ["PUBLIC_URL", "https://gateway.example/#links"],
  ])("refuses %s=%s: paths are put behind it, and everybody sees it", (name, url) => {
    expect(faultsOf({ [name]: url })).toEqual({
      PUBLIC_URL: "must be an http:// or https:// URL without user name and password, query, fragment",
    });
  });

  it("refuses an opt-in word that asks for silence as well, in whatever case", () => {
    expect(faultsOf({ OPT_OUT_WORDS: "STOP,no", OPT_IN_WORDS: "START,No,stop" })).toEqual({
      OPT_IN_WORDS: "must not have what OPT_OUT_WORDS has: No, stop",
    });
  });

  it("refuses a WEBHOOK_URL with a password, and takes one with a query", () => {
    expect(faultsOf({ WEBHOOK_URL: "https://me:hush@gateway.example/hook" })).toEqual({
      WEBHOOK_URL: "must be an http:// or https:// URL without user name and password",
    });
    expect(faultsOf({ WEBHOOK_URL: "https://gateway.example/hook?via=proxy" })).toEqual({});
  });

  it.each(["999.1.1.1", "127.1", "1234", "1.2.3.4.5", "127.0.0.256", "localhost:8000", ":::1"])(
    "refuses HOST=%s, which is no address",
    (HOST) => {
      expect(faultsOf({ HOST, ALLOW_UNSIGNED_WEBHOOKS: "true" })["HOST"]).toContain("must be a host name");
    },
  );

  it.each(["gateway", "gateway.example", "10.0.0.1", "::", "::1", "fe80::1", "10-0-0-1.example"])(
    "takes HOST=%s",
    (HOST) => {
      expect(faultsOf({ HOST, ALLOW_UNSIGNED_WEBHOOKS: "true" })).toEqual({});
    },
  );

  it("traces nothing without an endpoint, whatever else is set for it", () => {
    expect(parseSettings({ OTEL_SERVICE_NAME: "gateway-2" }, HOME).tracing).toBeUndefined();
  });

  it("keeps every trace where only the endpoint is set", () => {
    const { tracing } = parseSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" }, HOME);
    expect(tracing).toEqual({
      ...{ endpoint: "http://127.0.0.1:4318", headers: {}, serviceName: "gateway" },
      sampling: { sampler: "parentbased_traceidratio", ratio: 1 },
    });
  });

  it("never shows a secret's value", () => {
    const secrets = {
      ADMIN_API_KEY: "hush 1",
      WAHA_API_KEY: "hush 2",
      WAHA_HMAC_KEY: "hush 3".repeat(1000),
      TENANT_SIGNING_SECRET: "hush 4",
      REDIS_URL: "http://me:hush5@host",
      DATABASE_URL: "http://me:hush6@host",
      WAHA_URL: "me:hush7@host",
      TENANT_URL_TEMPLATE: "me:hush8@host",
      OTEL_EXPORTER_OTLP_HEADERS: "hush9",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://me:hush10@host",
    };
    expect(Object.keys(faultsOf(secrets))).toHaveLength(10);
    expect(JSON.stringify(faultsOf(secrets))).not.toContain("hush");
  });

  describe("without WAHA_HMAC_KEY", () => {
    it.each(["127.0.0.1", "localhost", "::1", "127.3.2.1"])("starts on the loopback address %s", (HOST) => {
      expect(faultsOf({ HOST })).toEqual({});
    });

    it.each(["0.0.0.0", "::", "192.168.1.5", "127.0.0.1.example.com"])("refuses to start on %s", (HOST) => {
      expect(faultsOf({ HOST })["WAHA_HMAC_KEY"]).toContain(`must be set while HOST is ${HOST}`);
    });

    it("starts anywhere when unsigned webhooks are allowed", () => {
      expect(faultsOf({ HOST: "0.0.0.0", ALLOW_UNSIGNED_WEBHOOKS: "true" })).toEqual({});
    });
  });
});

describe(".env.example", () => {
  const text = readFileSync(new URL("../../../../.env.example", import.meta.url), "utf8");

  it("lists exactly the settings there are", () => {
    const listed = text.split("\n").flatMap((line) => /^#?\s*([A-Z][A-Z0-9_]*)=/.exec(line)?.[1] ?? []);
    expect(listed.sort()).toEqual([...SETTING_NAMES].sort());
  });

  it("sets nothing but the defaults", () => {
    expect(parseSettings(parseEnv(text), HOME)).toEqual(parseSettings({}, HOME));
  });
});
