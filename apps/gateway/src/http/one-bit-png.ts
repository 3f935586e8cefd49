import { crc32, deflate } from "node:zlib";
import { promisify } from "node:util";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** One bit a pixel, greyscale, and of compression, filtering and interlacing what needs no choice. */
const ONE_BIT_GREYSCALE = [1, 0, 0, 0, 0];
const NO_FILTER = Buffer.from([0]);

const deflateAsync = promisify<Buffer, Buffer>(deflate);

/** A row of pixels, one bit each, the first in the highest bit: 0 is black. */
export type PixelRow = Buffer;

/**
 * A square picture in black and white as PNG. With a bit for each pixel, and rows that are alike made once, a
 * large one costs a few milliseconds; encoders for pictures in colour hold everything up for a third of a second.
 */
export async function oneBitPng(rows: readonly PixelRow[]): Promise<Buffer> {
  const size = rows.length;
  const filtered = Buffer.concat(rows.flatMap((row) => [NO_FILTER, row]));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set(ONE_BIT_GREYSCALE, 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", await deflateAsync(filtered)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** PNG, section 5.3: length, type, data, and a checksum over the last two. */
function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, checksum]);
}
