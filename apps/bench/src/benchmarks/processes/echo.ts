import type { AddressInfo } from "node:net";
import express from "express";
import { carryOut } from "../orders.js";

export type EchoOrders = typeof orders;

/** The yardstick of the webhooks: an Express app that parses a body and sends it back, and does nothing else. */
const app = express();
app.use(express.json());
app.post("/api/gateway/waha", (request, response) => {
  response.json(request.body);
});

const orders = {
  /** Answers the port. */
  listen: (): Promise<number> =>
    new Promise((resolve, reject) => {
      const server = app.listen(0, "127.0.0.1", (error?: Error) => {
        if (error === undefined) resolve((server.address() as AddressInfo).port);
        else reject(error);
      });
    }),
};

carryOut(orders);
