import encodeQr from "qr";
import { oneBitPng, type PixelRow } from "./one-bit-png.js";

/** The white around the code by which readers tell it from what is beside it, in modules. */
const QUIET_ZONE = 4;

/** True is dark; the quiet zone is part of it. */
type Modules = readonly (readonly boolean[])[];

/** The QR code of the text as a picture that stays sharp at any size; `size` is its width in pixels where nothing else says. */
export function qrSvg(text: string, size: number): string {
  const modules = modulesOf(text);
  const path = modules.flatMap((row, y) =>
    darkRuns(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`),
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" ` +
    `viewBox="0 0 ${modules.length} ${modules.length}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${modules.length}v${modules.length}H0z"/><path d="${path.join("")}"/></svg>`
  );
}

/**
 * The QR code of the text as PNG of `size` times `size` pixels, or of one for each module where that is too
 * small. All modules have the same whole number of pixels, and what is left over is white around them.
 */
export function qrPng(text: string, size: number): Promise<Buffer> {
  const modules = modulesOf(text);
  const pixels = Math.max(size, modules.length);
  const scale = Math.floor(pixels / modules.length);
  const margin = Math.floor((pixels - scale * modules.length) / 2);
  const white: PixelRow = Buffer.alloc(Math.ceil(pixels / 8), 0xff);
  const rows = modules.flatMap((row) => {
    const pixelRow = Buffer.from(white);
    for (const [start, length] of darkRuns(row)) {
      const end = margin + (start + length) * scale;
      for (let x = margin + start * scale; x < end; x += 1) pixelRow[x >> 3]! &= ~(0x80 >> (x & 7));
    }
    return Array.from({ length: scale }, () => pixelRow);
  });
  const above = Array.from({ length: margin }, () => white);
  const below = Array.from({ length: pixels - margin - rows.length }, () => white);
  return oneBitPng([...above, ...rows, ...below]);
}

function modulesOf(text: string): Modules {
  return encodeQr(text, "raw", { ecc: "medium", border: QUIET_ZONE });
}

/** Where dark begins in a row, and for how long. */
function darkRuns(row: readonly boolean[]): (readonly [start: number, length: number])[] {
  return row.flatMap((isDark, x) => {
    if (!isDark || row[x - 1] === true) return [];
    const end = row.indexOf(false, x);
    return [[x, (end < 0 ? row.length : end) - x] as const];
  });
}
