import type { IncomingMessage } from "node:http";
import type { InFlightPlace } from "./in-flight-limit.js";

export type RawBody =
  | { readonly kind: "complete"; readonly body: Buffer }
  | { readonly kind: "too_large" }
  | { readonly kind: "no_room" }
  /** The client went away before it had sent everything. */
  | { readonly kind: "cut_off" };

/**
 * Reads the body's bytes as they came, for a signature is over these. Stops at the limit, or before the first
 * byte where the announced length is past it already; what is not read stays unread.
 */
export function readRawBody(
  request: IncomingMessage,
  { limitBytes, place }: { readonly limitBytes: number; readonly place: InFlightPlace },
): Promise<RawBody> {
  if (Number(request.headers["content-length"] ?? 0) > limitBytes) {
    return Promise.resolve({ kind: "too_large" });
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (result: RawBody): void => {
      request.off("data", onData).off("end", onEnd).off("error", onCutOff).off("close", onCutOff);
      // An error after this, such as the connection's end, is nobody's any more.
      request.on("error", () => undefined);
      if (result.kind !== "complete") request.pause();
      resolve(result);
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > limitBytes) end({ kind: "too_large" });
      else if (!place.grow(chunk.length)) end({ kind: "no_room" });
      else chunks.push(chunk);
    };
    const onEnd = (): void => end({ kind: "complete", body: Buffer.concat(chunks, bytes) });
    const onCutOff = (): void => end({ kind: "cut_off" });
    request.on("data", onData).on("end", onEnd).on("error", onCutOff).on("close", onCutOff);
  });
}
