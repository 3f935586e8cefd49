import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, unzip, type BrotliOptions, type ZlibOptions } from "node:zlib";

/** What of an answer's body came. */
export type ReceivedBody =
  | { readonly kind: "complete"; readonly bytes: Buffer }
  /** More came than was to be read; the rest was not waited for. */
  | { readonly kind: "too_large"; readonly bytes: Buffer }
  /** The connection ended before the body did. */
  | { readonly kind: "broken"; readonly bytes: Buffer; readonly error: unknown };

/** Reads a body to its end, its bound or its failure. The message is destroyed where it is not read to its end. */
export async function receiveBody(message: IncomingMessage, maxBytes: number): Promise<ReceivedBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) return { kind: "too_large", bytes: Buffer.concat(chunks).subarray(0, maxBytes) };
    }
  } catch (error) {
    return { kind: "broken", bytes: Buffer.concat(chunks), error };
  }
  const bytes = Buffer.concat(chunks);
  // A message that was destroyed before its reading began ends like an empty one, without an error.
  return message.complete ? { kind: "complete", bytes } : { kind: "broken", bytes, error: endedEarly() };
}

function endedEarly(): Error {
  return Object.assign(new Error("The answer ended early"), { code: "ERR_STREAM_PREMATURE_CLOSE" });
}

export type PlainBody = { readonly bytes: Buffer } | { readonly fault: string };

const unzipAsync = promisify<Buffer, ZlibOptions, Buffer>(unzip);
const brotliDecompressAsync = promisify<Buffer, BrotliOptions, Buffer>(brotliDecompress);
const DECOMPRESSORS = new Map([
  ["gzip", unzipAsync],
  ["x-gzip", unzipAsync],
  ["deflate", unzipAsync],
  ["br", brotliDecompressAsync],
]);

/**
 * A body without its content encoding. Decompression stops at the same bound as the wire: a megabyte of gzip
 * may hold a gigabyte of nothing.
 */
export async function decompressBody(
  bytes: Buffer,
  { contentEncoding, maxBytes }: { readonly contentEncoding: string; readonly maxBytes: number },
): Promise<PlainBody> {
  const encoding = contentEncoding.trim().toLowerCase();
  if (bytes.length === 0 || encoding === "" || encoding === "identity") return { bytes };
  const decompress = DECOMPRESSORS.get(encoding);
  if (decompress === undefined) return { fault: "the answer has a content encoding that was not asked for" };
  try {
    return { bytes: await decompress(bytes, { maxOutputLength: maxBytes }) };
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    return { fault: isTooLarge ? tooLargeFault(maxBytes) : `the answer can't be decompressed (${encoding})` };
  }
}

export function tooLargeFault(maxBytes: number): string {
  return `the answer is larger than ${maxBytes} bytes`;
}

/** The text in UTF-8, without a byte order mark; `undefined` where it is no UTF-8. */
export function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
