import { connect, type Socket } from "node:net";

const HEAD_END = "\r\n\r\n";
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;

/**
 * One kept connection that sends requests as ready bytes, one at a time. A general client costs as much as the
 * server it measures, and on a small machine takes the time away from it.
 */
export class RawConnection {
  private received = "";
  private waiting: { resolve(answer: string): void; reject(error: Error): void } | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    // One character per byte, so that lengths are bytes.
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => this.take(chunk));
    socket.on("error", (error) => this.waiting?.reject(error));
    socket.on("close", () => this.waiting?.reject(new Error("The connection was closed before the answer")));
  }

  static open(port: number): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("error", reject);
      socket.once("connect", () => resolve(new RawConnection(socket.off("error", reject))));
    });
  }

  /** Resolves with the whole answer, head and body. */
  exchange(request: Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.socket.destroyed) {
        reject(new Error("The connection is closed"));
        return;
      }
      this.waiting = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private take(chunk: string): void {
    this.received += chunk;
    const headEnd = this.received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const length = CONTENT_LENGTH.exec(this.received)?.[1];
    if (length === undefined) {
      this.waiting?.reject(new Error("The answer does not tell its length"));
      return;
    }
    if (this.received.length < headEnd + HEAD_END.length + Number(length)) return;
    const answer = this.received;
    this.received = "";
    this.waiting?.resolve(answer);
  }
}
