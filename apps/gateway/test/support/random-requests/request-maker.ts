import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { OutgoingHttpHeaders } from "node:http";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Chance } from "./chance.js";
import { CONTACTS, FILES, TENANTS, type CrowdedHouse } from "./crowded-house.js";
import { mutated, oddBody, ODD_TEXTS, oddValue } from "./odd-values.js";
import type { MadeRequest, RawRequest } from "./sender.js";

const FIXTURES = fileURLToPath(new URL("../../../../../packages/waha/fixtures/", import.meta.url));
const RECORDED = readdirSync(FIXTURES)
  .filter((name) => name.endsWith(".body.json"))
  .map((name) => JSON.parse(readFileSync(FIXTURES + name, "utf8")) as object);

const WEBHOOK = "/api/gateway/waha";
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "M-SEARCH"];
/** A megabyte of nothing, which would be a thousand times as much as it seems. */
const BOMB = gzipSync(Buffer.alloc(1_000_000));

/** Paths that are nobody's. */
const NO_ROUTES = [
  ...[
    "/",
    "//",
    "/%",
    "/api",
    "/api/",
    "/api/gateway",
    "/api/tenant/",
    "/api/gateway/nothing",
    "/l",
    "/l/",
    "/metrics/x",
  ],
  ...[
    "/openapi.yaml",
    "/favicon.ico",
    "/.env",
    "/api/gateway/../gateway/stats",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/*",
    "/?",
  ],
];

/** Names of admin keys that are made, and removed again. */
const KEY_NAMES = ["laptop", "dashboard"];

/** What the names in paths and queries stand for. */
const VALID: Readonly<Record<string, (house: CrowdedHouse, chance: Chance) => string | undefined>> = {
  phone: (_house, chance) => chance.oneOf([...CONTACTS, "+971 50-123 4567", "00971503333333"]),
  id: (house, chance) => (chance.happens(0.6) ? String(chance.oneOf(TENANTS)) : house.recall("id")),
  tenantId: (_house, chance) => String(chance.oneOf(TENANTS)),
  name: (_house, chance) => chance.oneOf(KEY_NAMES),
  deadId: (house) => house.recall("dead"),
  replyId: (house) => house.recall("reply"),
  mediaId: (_house, chance) => chance.oneOf(FILES),
  campaign: (_house, chance) => chance.oneOf(["flyer", "instagram", "FLYER"]),
  limit: (_house, chance) => chance.oneOf(["1", "2", "500"]),
  cursor: (house) => house.recall("cursor"),
  tenant_id: (_house, chance) => String(chance.oneOf(TENANTS)),
  phone_number: (_house, chance) => chance.oneOf(CONTACTS),
  subject: (_house, chance) => chance.oneOf([...CONTACTS, "tenant 2"]),
  actor: (_house, chance) => chance.oneOf(["first", "gateway"]),
  action: (_house, chance) => chance.oneOf(["tenant.created", "contact.unlocked", "reply.dropped"]),
  state: (_house, chance) => chance.oneOf(["pending", "dead", "queued", "failed", "sent"]),
  direction: (_house, chance) => chance.oneOf(["in", "out"]),
  size: (_house, chance) => chance.oneOf(["128", "200"]),
  q: (_house, chance) => chance.oneOf(["agent", "5", "%"]),
  days: (_house, chance) => chance.oneOf(["1", "7", "31"]),
  page: (_house, chance) => chance.oneOf(["tenants", "contacts"]),
  file: () => "page.js",
  force: (_house, chance) => (chance.happens(0.1) ? "true" : "false"),
};
const QUERY_NAMES = Object.keys(VALID).slice(7);

/** Bodies as they should be. A route without one here is sent any object. */
const BODIES: Readonly<Record<string, (house: CrowdedHouse, chance: Chance) => unknown>> = {
  [`POST ${WEBHOOK}`]: webhookBody,
  "PUT /api/gateway/tenants/:id": (house, chance) => ({
    ...(chance.happens(0.5) ? { name: "Agent" } : {}),
    ...(chance.happens(0.7) ? { url: house.handlerUrl("put") } : {}),
    ...(chance.happens(0.2) ? { active: chance.happens(0.8) } : {}),
    ...(chance.happens(0.2) ? { secret: givenSecret(house, chance) } : {}),
  }),
  "POST /api/gateway/tenants/:id/rotate": (_house, chance) => ({ overlap_hours: chance.oneOf([0, 1, 24]) }),
  "POST /api/gateway/keys": (_house, chance) => ({
    ...{ name: chance.oneOf(KEY_NAMES), role: chance.oneOf(["admin", "read"]) },
  }),
  "POST /api/gateway/user/:phone/reassign": (_house, chance) => ({
    ...{ tenant_id: chance.oneOf(TENANTS), reason: chance.oneOf(["asked for it", "👍"]) },
  }),
  "DELETE /api/gateway/user/:phone/mapping": (_house, chance) => ({
    ...(chance.happens(0.7) ? { reason: chance.oneOf(["asked for it", "👍"]) } : {}),
  }),
  "POST /api/gateway/console/session": (house, chance) => ({
    key: chance.happens(0.8) ? house.adminKey : "wrong",
  }),
  "POST /api/gateway/explain": (_house, chance) => ({
    ...{
      phone_number: chance.oneOf(CONTACTS),
      text: chance.oneOf(["Hi", "start_realty_2", "START_REALTY_55_flyer"]),
    },
  }),
  "POST /api/tenant/messages": (_house, chance) => ({
    phone_number: chance.oneOf(CONTACTS),
    ...(chance.happens(0.6)
      ? { text: "Welcome!" }
      : { media: { url: "http://127.0.0.1:9/flat.jpg", filename: "flat.jpg", caption: "A flat" } }),
  }),
};

/** Makes requests of every kind to a route, from what one should be to what none ever was. */
export class RequestMaker {
  constructor(
    private readonly house: CrowdedHouse,
    private readonly chance: Chance,
  ) {}

  /** `route` as it is mounted: `GET /api/gateway/stats`. */
  make(route: string): MadeRequest {
    const { chance } = this;
    const [ownMethod, pattern] = route.split(" ") as [string, string];
    const method = chance.happens(0.85) ? ownMethod : chance.oneOf(METHODS);
    const path = chance.happens(0.97) ? this.path(pattern) : chance.oneOf(NO_ROUTES);
    const takesBody = method !== "GET" && method !== "HEAD" && method !== "TRACE";
    const body = takesBody && chance.happens(0.9) ? this.body(route) : undefined;
    const headers = this.headers(pattern, body);
    const encoding = headers["Content-Encoding"];
    return {
      ...{ method, path: `${path}${this.query()}`, headers },
      body: body !== undefined && encoding !== undefined && chance.happens(0.5) ? BOMB : body,
      isChunked: chance.happens(0.1),
    };
  }

  private path(pattern: string): string {
    return named(pattern).replaceAll(/[:*](\w+)/g, (_whole, name: string) => {
      const valid = VALID[name]?.(this.house, this.chance);
      if (valid !== undefined && this.chance.happens(0.75)) return encodeURIComponent(valid);
      return this.inUrl(this.chance.oneOf(ODD_TEXTS));
    });
  }

  private query(): string {
    const { chance, house } = this;
    if (chance.happens(0.5)) return "";
    const pairs = Array.from({ length: 1 + chance.below(3) }, () => {
      if (chance.happens(0.03)) return `token=${encodeURIComponent(house.adminKey)}`;
      if (chance.happens(0.05))
        return chance.oneOf(["", "=", "&", "a[]=1", "a[b][c]=1", "%", "__proto__=1", "limit"]);
      const name = chance.oneOf(QUERY_NAMES);
      const valid = VALID[name]!(house, chance);
      const value = valid !== undefined && chance.happens(0.7) ? encodeURIComponent(valid) : undefined;
      const pair = `${name}${chance.happens(0.03) ? "[]" : ""}=${value ?? this.inUrl(chance.oneOf(ODD_TEXTS))}`;
      return chance.happens(0.05) ? `${pair}&${pair}` : pair;
    });
    return `?${pairs.join("&")}`;
  }

  /** Escaped, or as it is where a client lets it through. */
  private inUrl(text: string): string {
    const asItIs = /^[\x21\x24-\x3e\x40-\x7e%]+$/.test(text) && this.chance.happens(0.5);
    return asItIs ? text : encodeURIComponent(Buffer.from(text).toString("utf8"));
  }

  private headers(pattern: string, body: Buffer | undefined): OutgoingHttpHeaders {
    const { chance } = this;
    const odd = () => inHeader(chance.oneOf(ODD_TEXTS));
    const headers: OutgoingHttpHeaders = {
      ...(chance.happens(0.8) ? this.rightKey(pattern) : this.anyKey()),
      ...(pattern === WEBHOOK && body !== undefined ? this.signature(body) : {}),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    };
    if (chance.happens(0.1)) {
      headers["Content-Type"] = chance.oneOf([
        ...["application/json; charset=utf-8", "application/json; charset=latin1", "APPLICATION/JSON", ""],
        ...["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", odd()],
      ]);
    }
    if (chance.happens(0.05)) {
      headers["Content-Encoding"] = chance.oneOf(["gzip", "br", "deflate", "identity", "gzip, gzip", odd()]);
    }
    if (chance.happens(0.2)) headers["Idempotency-Key"] = chance.oneOf(["key-1", "key-2", "key 3", odd()]);
    if (chance.happens(0.05)) headers["X-Request-Id"] = odd();
    if (chance.happens(0.05)) headers["If-None-Match"] = chance.oneOf(["*", odd()]);
    if (chance.happens(0.2)) headers["X-Forwarded-For"] = chance.oneOf(["10.0.0.1", "::1, 10.0.0.2", odd()]);
    if (chance.happens(0.03)) headers["Host"] = odd();
    if (chance.happens(0.03))
      headers[chance.oneOf(["Range", "Cookie", "Accept", "Origin", "If-Modified-Since"])] = odd();
    if (chance.happens(0.02)) headers["Connection"] = "close";
    return headers;
  }

  private rightKey(pattern: string): OutgoingHttpHeaders {
    const { house, chance } = this;
    const session = house.recall("session");
    // Asking for it and ending it, a session speaks for itself; elsewhere it stands for the key it was begun with.
    const isSession = pattern === "/api/gateway/console/session" || chance.happens(0.1);
    if (isSession && session !== undefined && pattern.startsWith("/api/gateway")) {
      const [cookie, csrfToken] = session.split(" ") as [string, string];
      return { Cookie: cookie, ...(chance.happens(0.9) ? { "X-CSRF-Token": csrfToken } : {}) };
    }
    const key = pattern.startsWith("/api/tenant") ? this.token() : house.adminKey;
    return chance.happens(0.8) || pattern.startsWith("/api/tenant")
      ? { Authorization: `Bearer ${key}` }
      : { "X-Api-Key": key };
  }

  private anyKey(): OutgoingHttpHeaders {
    const { house, chance } = this;
    const odd = inHeader(chance.oneOf(ODD_TEXTS));
    return chance.oneOf<OutgoingHttpHeaders>([
      {},
      { Authorization: "Bearer wrong" },
      { "X-Api-Key": odd },
      { Authorization: odd },
      { Authorization: `Bearer ${odd}` },
      { Authorization: `Basic ${house.adminKey}` },
      { Authorization: `bearer   ${house.adminKey}` },
      { Authorization: `Bearer ${this.token()}`, "X-Api-Key": house.adminKey },
      { Authorization: `Bearer ${this.token()}` },
      { Authorization: `Bearer ${house.adminKey}x` },
    ]);
  }

  private token(): string {
    return this.house.recall(`token of ${this.chance.oneOf([2, 2, 2, ...TENANTS])}`) ?? "gwt_none";
  }

  private body(route: string): Buffer {
    const { chance, house } = this;
    const valid = BODIES[route]?.(house, chance) ?? oddValue(chance);
    const said = chance.happens(0.5) ? valid : mutated(valid, chance);
    const body = Buffer.from(JSON.stringify(said));
    return chance.happens(0.85) ? body : oddBody(chance, body);
  }

  private signature(body: Buffer): OutgoingHttpHeaders {
    const { chance, house } = this;
    const hmac = createHmac("sha512", house.hmacKey).update(body).digest("hex");
    const signed = { "X-Webhook-Hmac": hmac, "X-Webhook-Hmac-Algorithm": "sha512" };
    if (chance.happens(0.8)) return signed;
    return chance.oneOf<OutgoingHttpHeaders>([
      {},
      { ...signed, "X-Webhook-Hmac-Algorithm": "sha1" },
      { ...signed, "X-Webhook-Hmac": hmac.replace(/^./, "0") },
      { ...signed, "X-Webhook-Hmac": inHeader(chance.oneOf(ODD_TEXTS)) },
      { ...signed, "X-Webhook-Hmac": [hmac, hmac] },
    ]);
  }

  /** What only a program that knows no HTTP sends, or one that means harm. */
  makeRaw(route: string): RawRequest {
    const { chance, house } = this;
    const [method, pattern] = route.split(" ") as [string, string];
    const path = this.path(pattern);
    const key = `Authorization: Bearer ${pattern.startsWith("/api/tenant") ? this.token() : house.adminKey}\r\n`;
    const json = "Content-Type: application/json\r\n";
    const head = `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${key}`;
    const asked = { method, path };
    const stays = (text: string) => ({ ...asked, bytes: Buffer.from(text, "latin1"), leaves: false });
    const leaves = (text: string) => ({ ...asked, bytes: Buffer.from(text, "latin1"), leaves: true });
    return chance.oneOf<() => RawRequest>([
      () => stays("GARBAGE\r\n\r\n"),
      () => stays(`FOO ${path} HTTP/1.1\r\nHost: x\r\n\r\n`),
      () => stays(`${method.toLowerCase()} ${path} HTTP/1.1\r\nHost: x\r\n\r\n`),
      () => stays("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
      () => stays(`${method} ${path} HTTP/9.9\r\nHost: x\r\n\r\n`),
      () => stays(`${method} ${path}\r\n\r\n`),
      () => stays(`${method} ${path} HTTP/1.1\r\n${key}Connection: close\r\n\r\n`),
      () => stays(`${method} ${path}/\xc3\xa9\xff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${key}\r\n`),
      () => stays(`${method} ${path}\0 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
      () =>
        stays(
          `${method} http://elsewhere.example${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${key}\r\n`,
        ),
      () => stays("OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
      () => ({
        ...stays("CONNECT 127.0.0.1:9 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        method: "CONNECT",
      }),
      () => stays(`${head}Upgrade: websocket\r\n\r\n`),
      () => stays(`${head}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n`),
      () => stays(`${head}${json}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}`),
      () => stays(`${head}${json}Expect: the best\r\nContent-Length: 2\r\n\r\n{}`),
      () => stays(`${head}Name without colon\r\n\r\n`),
      () => stays(`${head}X : space before colon\r\n\r\n`),
      () => stays(`${head}X: a\0b\r\n\r\n`),
      () => stays(`${head}X: ${"a".repeat(20_000)}\r\n\r\n`),
      () => stays(head.replaceAll("\r\n", "\n") + "\n"),
      () => stays(`${head}${json}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`),
      () => stays(`${head}${json}Content-Length: -1\r\n\r\n{}`),
      () => stays(`${head}${json}Content-Length: 1e1\r\n\r\n{}`),
      () => stays(`${head}${json}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
      () => stays(`${head}${json}Transfer-Encoding: gzip\r\n\r\n{}`),
      () => stays(`${head}${json}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`),
      () => stays(`${head}${json}Transfer-Encoding: chunked\r\n\r\n2;x=y\r\n{}\r\n0\r\nX: trailer\r\n\r\n`),
      // Less than was announced, and nobody there any more.
      () => leaves(`${head}${json}Content-Length: 200\r\n\r\n{"a":`),
      () => leaves(`${head}${json}Transfer-Encoding: chunked\r\n\r\n5\r\n{"a`),
      () => leaves(head),
    ])();
  }
}

/** With a name of its own for what an id is of. */
function named(pattern: string): string {
  return pattern
    .replace("/media/:id", "/media/:mediaId")
    .replace("/deliveries/:id", "/deliveries/:deadId")
    .replace("/messages/:id", "/messages/:replyId");
}

/** As WAHA sends it, mostly with something new in it. */
function webhookBody(_house: CrowdedHouse, chance: Chance): unknown {
  const event = structuredClone(chance.oneOf(RECORDED)) as {
    event?: string;
    payload?: Record<string, unknown>;
  };
  if (event.payload !== undefined && chance.happens(0.3)) {
    event.payload["id"] = `false_${chance.oneOf(CONTACTS)}_3EB0${chance.below(2 ** 31).toString(16)}`;
    event.payload["from"] = chance.oneOf(CONTACTS);
    event.payload["body"] = chance.oneOf(["start_realty_2", "start_realty_55", "Hello", ...ODD_TEXTS]);
  }
  if (chance.happens(0.1)) {
    event.event = chance.oneOf([
      "message",
      "message.edited",
      "message.revoked",
      "message.reaction",
      "message.ack",
    ]);
  }
  return event;
}

function givenSecret(house: CrowdedHouse, chance: Chance): string {
  const secret = `whsec_${chance.base64(32)}`;
  // Its beginning is everybody's.
  house.secret("a secret that was given", secret.slice("whsec_".length));
  return secret;
}

/** What a header may hold, out of what is there. */
function inHeader(text: string): string {
  return text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, "?");
}
