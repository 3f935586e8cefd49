import { setTimeout as sleep } from "node:timers/promises";
import { signWebhook } from "@gateway-router/waha";
import { wahaEventBody, type Webhook } from "../../waha-webhooks.js";
import { contactAt } from "../contacts.js";
import { monotonicMs } from "../numbers.js";
import { carryOut } from "../orders.js";
import { RawConnection } from "../raw-connection.js";
import { tenantAt } from "../tenants.js";

export type WebhookLoadOrders = typeof orders;

export interface Target {
  readonly port: number;
  readonly hmacKey: string;
  readonly connections: number;
}

export interface Batch {
  readonly messages: number;
  /** The messages go round these contacts. */
  readonly firstContact: number;
  readonly contacts: number;
  /** Whether each sends its tenant's link, as one that is new does. */
  readonly withLink: boolean;
}

export interface BatchResult {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Answers that say what was expected. */
  readonly taken: number;
  /** One that does not, for whoever looks for the reason. */
  readonly otherAnswer: string | undefined;
}

let target: Target | undefined;
let requests: Buffer[] = [];
let sent = 0;

const orders = {
  aimAt(to: Target): void {
    target = to;
  },

  /** Makes the requests, signatures included, so that sending them costs next to nothing. */
  prepare({ messages, firstContact, contacts, withLink }: Batch): void {
    requests = Array.from({ length: messages }, (_, index) => {
      const contact = firstContact + (index % contacts);
      return requestOf(
        contactAt(contact),
        withLink ? `start_realty_${tenantAt(contact)}` : "Is it still there?",
      );
    });
  },

  /** Sends what was prepared, on each connection the next one as soon as the last was answered. */
  async send({ expected }: { readonly expected: string }): Promise<BatchResult> {
    const connections = await connect();
    const startedAtMs = monotonicMs();
    let [next, taken] = [0, 0];
    let otherAnswer: string | undefined;
    const work = async (connection: RawConnection): Promise<void> => {
      for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
        const answer = await connection.exchange(request);
        if (answer.includes(expected)) taken += 1;
        else otherAnswer = answer;
      }
    };
    await Promise.all(connections.map(work));
    const endedAtMs = monotonicMs();
    for (const connection of connections) connection.close();
    return { startedAtMs, endedAtMs, taken, otherAnswer };
  },

  /**
   * Sends at a rate, whatever the answers take: each message carries the moment at which it was due, so that one
   * that had to wait for a connection counts as late.
   */
  async sendAtRate({
    perSecond,
    seconds,
    contacts,
    expected,
  }: {
    readonly perSecond: number;
    readonly seconds: number;
    readonly contacts: number;
    readonly expected: string;
  }): Promise<Pick<BatchResult, "taken" | "otherAnswer">> {
    const free = await connect();
    const underWay = new Set<Promise<void>>();
    const startedAtMs = monotonicMs();
    let taken = 0;
    let otherAnswer: string | undefined;
    for (let index = 0; index < perSecond * seconds; index += 1) {
      const dueAtMs = startedAtMs + (index * 1_000) / perSecond;
      while (monotonicMs() < dueAtMs) await sleep(1);
      while (free.length === 0) await Promise.race(underWay);
      const connection = free.pop()!;
      const exchange = connection
        .exchange(requestOf(contactAt(index % contacts), `due ${dueAtMs}`))
        .then((answer) => {
          if (answer.includes(expected)) taken += 1;
          else otherAnswer = answer;
          free.push(connection);
          underWay.delete(exchange);
        });
      underWay.add(exchange);
    }
    await Promise.all(underWay);
    for (const connection of free) connection.close();
    return { taken, otherAnswer };
  },
};

function aim(): Target {
  if (target === undefined) throw new Error("Tell me first where to send it");
  return target;
}

/** Anew for each round: servers close connections that nobody used for some seconds. */
function connect(): Promise<RawConnection[]> {
  const { port, connections } = aim();
  return Promise.all(Array.from({ length: connections }, () => RawConnection.open(port)));
}

function requestOf(contact: string, text: string): Buffer {
  const { port, hmacKey } = aim();
  sent += 1;
  const webhook: Webhook = { contact, text, messageId: `3EB0${String(sent).padStart(18, "0")}` };
  const body = wahaEventBody(webhook, sent);
  const { hmac, algorithm } = signWebhook(hmacKey, body);
  return Buffer.concat([
    Buffer.from(
      `POST /api/gateway/waha HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n` +
        `X-Webhook-Hmac: ${hmac}\r\nX-Webhook-Hmac-Algorithm: ${algorithm}\r\nContent-Length: ${body.length}\r\n\r\n`,
    ),
    body,
  ]);
}

carryOut(orders);
