import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { RouteInboundMessage, randomIds, TrackReplies } from "@gateway-router/core";
import {
  aContact,
  aDelivery,
  aMapping,
  aTenantId,
  InMemoryStorage,
  InMemoryTenantRegistry,
  ManualClock,
  RecordingLogger,
} from "@gateway-router/core/testing";
import { AddressGuard, HttpTenantDispatcher } from "@gateway-router/tenant-http";
import { WahaMessageSource } from "@gateway-router/waha";
import { AddressLimits } from "../../../src/http/address-limits.js";
import { doorLimits } from "../../../src/http/doors.js";
import { HttpServer } from "../../../src/http/http-server.js";
import type { HttpServices } from "../../../src/http/http-services.js";
import { inMemoryHttpServices } from "../../../src/http/testing/in-memory-http-services.js";
import { inboundHandlers } from "../../../src/inbound-handlers.js";
import { WinstonLogger } from "../../../src/logging/winston-logger.js";
import { GatewayMetrics } from "../../../src/metrics/gateway-metrics.js";
import type { Chance } from "./chance.js";
import type { SecretWatch } from "./secret-watch.js";

export const PHONE = aContact("971501234567");
export const LID = aContact("88112233445566@lid");
export const CONTACTS = [PHONE, LID, aContact("971502222222"), aContact("4242424242424@lid")];
/** 9 is inactive, 7 has no handler; 12 is nobody. */
export const TENANTS = [2, 3, 55, 7, 9, 12];

/** The first is for tenant 2, the second for tenant 55. */
export const FILES = ["med_1", "med_2"] as const;

const WEEK_MS = 7 * 24 * 3_600_000;
const MOST_KNOWN = 200;
const NO_LIMIT = { perMinute: 1e9, burst: 1e9 };

export interface CrowdedHouseOptions {
  readonly chance: Chance;
  readonly secrets: SecretWatch;
  /** Whether the limits per address are those of the gateway; then the address is what a proxy says. */
  readonly hasNarrowDoors: boolean;
  readonly onLogLine: (line: string) => void;
}

/** A gateway in memory with tenants, contacts, and something at every place where there can be something. */
export class CrowdedHouse {
  readonly clock = new ManualClock();
  readonly hmacKey: string;
  readonly adminKey: string;
  readonly services: HttpServices;
  port = 0;
  handlerPort = 0;
  /** What may be asked for by name, by what it is: ids, cursors, tokens of each tenant. */
  private readonly known = new Map<string, string[]>();
  private readonly storage: InMemoryStorage;
  private readonly source: WahaMessageSource;
  private readonly dispatcher: HttpTenantDispatcher;
  private readonly server: HttpServer;
  private readonly handler: Server;

  private constructor(private readonly options: CrowdedHouseOptions) {
    const { chance, hasNarrowDoors, onLogLine } = options;
    const { clock } = this;
    this.hmacKey = this.secret("the HMAC key", `hmac-${chance.base64(24)}`);
    this.adminKey = this.secret("the admin key", chance.base64(24).replaceAll(/[+/=]/g, "x"));
    const output = new Writable({
      decodeStrings: false,
      write: (line, _encoding, done) => {
        onLogLine(String(line));
        done();
      },
    });
    // It is given no secrets to blank: none may come as far as that.
    const logger = new WinstonLogger({ level: "debug", format: "json", output, clock });
    this.storage = new InMemoryStorage({ clock });
    const { intake, mappings, deliveries, replies, mediaJobs, replyJournal: journal, audit } = this.storage;
    const registry = new InMemoryTenantRegistry({ clock });
    this.source = new WahaMessageSource({
      ...{ clock, logger, session: "default", hmacKey: this.hmacKey },
      ...{ duplicateMemoryMs: WEEK_MS, maxInFlight: 10_000 },
    });
    this.dispatcher = new HttpTenantDispatcher({
      ...{ clock, timeoutMs: 30_000, version: "0", mediaUrl: (id) => `http://127.0.0.1/${id}` },
      guard: new AddressGuard({
        // Whatever a handler's name is, nothing but this machine is connected to.
        resolve: (_name, _options, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }]),
      }),
    });
    const house = { clock, storage: this.storage, registry, logger: new RecordingLogger() };
    const services = inMemoryHttpServices({ ...house, adminKey: this.adminKey });
    const acting = { mappings, queue: deliveries, replies, audit, clock, logger, ids: randomIds };
    this.services = {
      ...services,
      logger,
      webhooks: this.source,
      handlerTester: this.dispatcher,
      metrics: new GatewayMetrics({
        ...{ queues: { deliveries, replies, files: mediaJobs }, mappings },
        ...{ number: services.number, clock },
      }),
      webhookLimits: { requests: 10_000, bytes: 2 ** 30 },
      trustedProxies: hasNarrowDoors ? 1 : 0,
      doors: hasNarrowDoors
        ? doorLimits(clock)
        : {
            wrongAdminKeys: new AddressLimits({ clock, ...NO_LIMIT }),
            otherFailures: new AddressLimits({ clock, ...NO_LIMIT }),
            links: new AddressLimits({ clock, ...NO_LIMIT }),
          },
    };
    void this.source.start(
      inboundHandlers({
        route: new RouteInboundMessage({
          ...{ ...acting, intake, tenants: registry, linkPrefix: services.linkPrefix },
        }),
        track: new TrackReplies({ journal, mappings, deliveries, clock, logger }),
        catchUp: { noteSeen: () => undefined },
        watch: { noteStatus: ({ status, atMs }) => services.number.learn({ status, atMs }) },
        ...{ number: services.number, rate: { note: () => undefined }, clock },
      }),
    );
    this.server = new HttpServer({ host: "127.0.0.1", port: 0, services: this.services });
    this.handler = createServer(({ url, headers }, response) => {
      // Says back all it was sent, its own key and the signature among it.
      response.statusCode = chance.oneOf([200, 204, 302, 400, 401, 500]);
      response.end(`${JSON.stringify(headers)} http://127.0.0.1${url}`);
    });
  }

  static async enter(options: CrowdedHouseOptions): Promise<CrowdedHouse> {
    const house = new CrowdedHouse(options);
    house.port = await house.server.listen();
    await new Promise<void>((resolve) => house.handler.listen(0, "127.0.0.1", resolve));
    house.handlerPort = (house.handler.address() as AddressInfo).port;
    await house.fill();
    return house;
  }

  async leave(): Promise<void> {
    const stopped = this.server.stop(0);
    this.clock.advance(60_000);
    await stopped;
    await Promise.all([this.source.stop(), this.dispatcher.close()]);
    this.handler.closeAllConnections();
    await new Promise((resolve) => this.handler.close(resolve));
  }

  /** A secret that must not come out. */
  secret(name: string, secret: string): string {
    this.options.secrets.keep(name, secret);
    return secret;
  }

  note(kind: string, name: string): void {
    const names = this.known.get(kind) ?? [];
    this.known.set(kind, names);
    names.push(name);
    if (names.length > MOST_KNOWN) names.shift();
  }

  /** A name of that kind, the newest ones mostly; `undefined` where there is none. */
  recall(kind: string): string | undefined {
    const { chance } = this.options;
    const names = this.known.get(kind) ?? [];
    return chance.happens(0.5) ? names.at(-1) : names[chance.below(names.length)];
  }

  /** Where a tenant's handler is, with a key in its query. */
  handlerUrl(path: string): string {
    const key = this.secret("the key in a handler's URL", this.options.chance.base64(24));
    return `http://127.0.0.1:${this.handlerPort}/${path}?token=${encodeURIComponent(key)}`;
  }

  noteCredentials(tenantId: number, { secret, token }: { secret: string; token: string }): void {
    this.secret(`tenant ${tenantId}'s secret`, secret);
    this.note(`token of ${tenantId}`, this.secret(`tenant ${tenantId}'s token`, token));
  }

  private async fill(): Promise<void> {
    const { services, storage, clock } = this;
    const { mappings, deliveries, replies, replyJournal, media } = storage;
    for (const id of TENANTS.slice(0, 5)) {
      const change = id === 7 ? {} : { url: this.handlerUrl(`tenant-${id}`), active: id !== 9 };
      const made = await services.manageTenants.put({ actor: "first", id: aTenantId(id), change });
      if (made.kind === "created") this.noteCredentials(id, made.credentials);
    }
    await mappings.learnAlias({ lid: LID, phone: PHONE });
    const holders = [aTenantId(2), aTenantId(2), aTenantId(55), aTenantId(9)];
    for (const [index, contact] of CONTACTS.entries()) {
      const campaign = index === 2 ? { campaign: "flyer" } : {};
      const candidate = aMapping({ contact, tenantId: holders[index]!, ...campaign });
      await mappings.lock(candidate, clock.nowMs());
      const mapping = (await mappings.find(contact))!;
      for (let count = 0; count < 6; count += 1) {
        const generation = count % 2 === 0 ? mapping.generation : candidate.generation;
        const delivery = aDelivery({ ...mapping, generation });
        await deliveries.enqueue(delivery);
        const reply = { ...delivery, id: `${delivery.id}_0`, identity: `${delivery.identity}_0` };
        await replyJournal.open(reply);
        await replies.enqueue({ ...reply, body: { kind: "text", text: "Welcome!" } });
        if (count === 0) await replyJournal.fail(reply, { reason: "refused", error: "HTTP 400" });
        if (count === 1) await replyJournal.beginAttempt(reply, { fingerprint: "hello" });
        this.note(index === 3 ? "dead" : "id", delivery.id);
        this.note(index < 2 ? "reply" : "id", reply.id);
      }
      if (index === 3) await deliveries.retire(mapping.generation, "mapping_changed");
      if (index === 1) await replies.retire(mapping.generation, "mapping_changed");
    }
    for (const [id, tenantId, filename] of [
      [FILES[0], 2, '../../a"b\r\n\u202egpj.exe'],
      [FILES[1], 55, "picture.jpg"],
    ] as const) {
      const content = (async function* () {
        yield Buffer.from("a picture");
      })();
      await media.keep({ id, contact: PHONE, mimetype: "image/jpeg", filename }, content);
      await media.handTo(id, aTenantId(tenantId));
    }
  }
}
