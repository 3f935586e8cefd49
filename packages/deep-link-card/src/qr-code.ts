import { encodeQR } from "qr";

/** The squares of a QR code, row by row, true where dark, with the quiet zone of 4 that the standard asks for. */
export type QrModules = readonly (readonly boolean[])[];

export function qrModules(text: string): QrModules {
  return encodeQR(text, "raw", { ecc: "medium", border: 4 });
}

/** The dark squares as the path of an SVG whose unit is one square; neighbours in a row are one piece. */
export function qrPath(modules: QrModules): string {
  let path = "";
  modules.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const from = x;
      while (row[x + 1]) x++;
      const width = x - from + 1;
      path += `M${from} ${y}h${width}v1h-${width}z`;
    }
  });
  return path;
}
