import {
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import { request as httpsRequest } from "node:https";

/**
 * Makes one request and sees whether it was on its way: from the moment its connection stands, what is sent may
 * arrive, whatever becomes of the answer. Before that nothing was sent.
 */
export class SendingWatch {
  private underWay = false;

  get isUnderWay(): boolean {
    return this.underWay;
  }

  /** In the form in which the HTTP library takes a transport. */
  readonly transport = {
    request: (options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest => {
      const isTls = options.protocol === "https:";
      const request = (isTls ? httpsRequest : httpRequest)(options, onResponse);
      request.once("socket", (socket) => {
        if (socket.connecting) {
          socket.once(isTls ? "secureConnect" : "connect", () => (this.underWay = true));
        } else {
          // A connection kept from an earlier request.
          this.underWay = true;
        }
      });
      return request;
    },
  };
}
