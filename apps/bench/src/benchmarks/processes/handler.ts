import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { monotonicMs } from "../numbers.js";
import { carryOut } from "../orders.js";

export type HandlerOrders = typeof orders;

const LONGEST_WAIT_MS = 120_000;
const DUE = /"due (\d+\.?\d*)"/;

let arrived = 0;
let lastAtMs = 0;
let latenciesMs: number[] = [];
let whenEnough: (() => void) | undefined;
let enough = Number.POSITIVE_INFINITY;

/** The handler of all tenants: takes everything at once and says nothing. */
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    lastAtMs = monotonicMs();
    arrived += 1;
    const due = DUE.exec(Buffer.concat(chunks).toString());
    if (due !== null) latenciesMs.push(lastAtMs - Number(due[1]));
    response.writeHead(200, { "content-length": 0 }).end();
    if (arrived >= enough) whenEnough?.();
  });
});

const orders = {
  /** Answers the port. */
  listen: (): Promise<number> =>
    new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
    }),

  reset(): void {
    arrived = 0;
    latenciesMs = [];
  },

  /** Resolves when that many have come since the reset, with the moment of the last. */
  async until({ requests }: { readonly requests: number }): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      if (arrived >= requests) {
        resolve();
        return;
      }
      const timer = setTimeout(() => reject(new Error(`${arrived} of ${requests} came`)), LONGEST_WAIT_MS);
      enough = requests;
      whenEnough = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    enough = Number.POSITIVE_INFINITY;
    return lastAtMs;
  },

  /** How long each message was on its way here that says when it was due. */
  latencies: (): number[] => latenciesMs,
};

carryOut(orders);
