import { createHash } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";

const SIZE_PX = 292;
const MODULE_PX = 4;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const GREYSCALE_8_BIT = [8, 0, 0, 0, 0];

/**
 * A PNG of a QR code's size that is another one for each text. Nothing can scan it: here it is only handed on,
 * and the text it stands for can be had in the clear.
 */
export function qrImage(text: string): Buffer {
  const seed = createHash("sha512").update(text).digest();
  const row = (y: number): Buffer =>
    Buffer.from([0, ...Array.from({ length: SIZE_PX }, (_, x) => shadeAt(seed, x, y))]);
  const pixels = Buffer.concat(Array.from({ length: SIZE_PX }, (_, y) => row(y)));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE_PX, 0);
  header.writeUInt32BE(SIZE_PX, 4);
  header.set(GREYSCALE_8_BIT, 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(pixels)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function shadeAt(seed: Buffer, x: number, y: number): number {
  const [column, row] = [Math.floor(x / MODULE_PX), Math.floor(y / MODULE_PX)];
  const bit = column * 31 + row * 17;
  return (seed[bit % seed.length]! >> ((bit + row) % 8)) & 1 ? 0 : 255;
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
