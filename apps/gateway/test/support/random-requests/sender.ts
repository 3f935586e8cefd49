import { Agent, request as httpRequest, type OutgoingHttpHeaders } from "node:http";
import { connect } from "node:net";
import type { Answer } from "./answer-faults.js";

export interface MadeRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | undefined;
  /** Whether the body goes out in pieces, without its length being said. */
  readonly isChunked: boolean;
}

/** Bytes that no well-behaved client would send, on a connection of their own. */
export interface RawRequest {
  /** What is asked for, as far as it can be read. */
  readonly method: string;
  readonly path: string;
  readonly bytes: Buffer;
  /** Whether the client goes away once they are out; then nobody reads an answer. */
  readonly leaves: boolean;
}

/** Far longer than any answer takes: what is not answered by then hangs. */
const LONGEST_WAIT_MS = 60_000;

/** Sends requests over connections that are kept, as many at a time as there are. */
export class Sender {
  private readonly agent: Agent;

  constructor(
    private readonly port: number,
    connections: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** The answer; one that never comes, or a connection that breaks, rejects. */
  send({ method, path, headers, body, isChunked }: MadeRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = httpRequest({
        ...{ host: "127.0.0.1", port: this.port, agent: this.agent, method, path },
        ...{ headers, timeout: LONGEST_WAIT_MS, setDefaultHeaders: true },
      });
      request.on("timeout", () => request.destroy(new Error("no answer")));
      let isAnswered = false;
      request.on("error", (error) => {
        // A body that was refused before its end may not get out whole any more.
        if (!isAnswered) reject(error);
      });
      request.on("response", (response) => {
        isAnswered = true;
        const chunks: Buffer[] = [];
        // What it begins with says enough of an answer that has no end; that to a HEAD has no beginning either.
        const isStream = response.headers["content-type"]?.startsWith("text/event-stream") === true;
        if (isStream && method !== "HEAD") {
          response.once("data", (chunk: Buffer) => {
            resolve({ status: response.statusCode!, headers: response.headers, body: chunk });
            response.destroy();
          });
          return;
        }
        response
          .on("data", (chunk: Buffer) => chunks.push(chunk))
          .on("error", reject)
          .on("end", () =>
            resolve({
              ...{ status: response.statusCode!, headers: response.headers },
              body: Buffer.concat(chunks),
            }),
          );
      });
      if (body === undefined) request.end();
      else if (isChunked) {
        request.write(body.subarray(0, body.length / 2));
        request.end(body.subarray(body.length / 2));
      } else {
        request.setHeader("Content-Length", body.length);
        request.end(body);
      }
    });
  }

  /** The first answer to what is no request as one knows it; `undefined` where the client did not stay for it, or the connection was closed without. */
  sendRaw({ bytes, leaves }: RawRequest): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const socket = connect(this.port, "127.0.0.1", () => {
        socket.write(bytes, () => {
          if (leaves) socket.destroy();
        });
      });
      socket.setTimeout(LONGEST_WAIT_MS, () => {
        reject(new Error("no answer"));
        socket.destroy();
      });
      socket.on("data", (chunk) => {
        chunks.push(chunk);
        if (/^content-type: text\/event-stream/im.test(chunk.toString("latin1"))) socket.destroy();
      });
      // A connection that the server ends while bytes are on their way is reset.
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(leaves ? undefined : firstAnswer(Buffer.concat(chunks))));
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

function firstAnswer(bytes: Buffer): Answer | undefined {
  const text = bytes.toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const [line = "", ...lines] = text.slice(0, end).split("\r\n");
  const status = Number(line.split(" ")[1]);
  if (status < 200) return firstAnswer(bytes.subarray(end + 4));
  const headers = Object.fromEntries(
    lines.map((each) => {
      const [name = "", ...value] = each.split(":");
      return [name.toLowerCase(), value.join(":").trim()] as const;
    }),
  );
  const length = Number(headers["content-length"] ?? 0);
  return { status, headers, body: bytes.subarray(end + 4, end + 4 + length) };
}
