import jsqr from "jsqr";
import { qrModules, qrPath, type QrModules } from "./qr-code.js";
import { qrSvg } from "./qr-svg.js";

const LINK = "https://wa.me/971557357753?text=start_realty_2_instagram";
const QUIET_ZONE = 4;

describe("qrModules", () => {
  const modules = qrModules(LINK);

  it("says the link", () => {
    expect(read(modules)).toBe(LINK);
  });

  it("has a quiet zone of four modules and nothing more", () => {
    const dark = modules.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [{ x, y }] : [])));
    for (const axis of ["x", "y"] as const) {
      const places = dark.map((module) => module[axis]);
      expect(Math.min(...places)).toBe(QUIET_ZONE);
      expect(Math.max(...places)).toBe(modules.length - 1 - QUIET_ZONE);
    }
  });

  it("corrects errors by level M", () => {
    // The level is the first two bits of the format, beside the upper left finder: 00 for M, masked with 10.
    expect(modules[QUIET_ZONE + 8]!.slice(QUIET_ZONE, QUIET_ZONE + 2)).toEqual([true, false]);
  });
});

describe("qrPath", () => {
  it("joins neighbours in a row", () => {
    const modules = [
      [true, true, false, true],
      [false, false, false, false],
      [false, true, true, true],
    ];
    expect(qrPath(modules)).toBe("M0 0h2v1h-2zM3 0h1v1h-1zM1 2h3v1h-3z");
  });
});

describe("qrSvg", () => {
  it("is a file of its own that prints at 10 cm, dark on white", () => {
    expect(qrSvg([[true]])).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="100mm" viewBox="0 0 1 1" ' +
        'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h1v1H0z"/><path d="M0 0h1v1h-1z"/></svg>\n',
    );
  });
});

function read(modules: QrModules): string | undefined {
  const scale = 4;
  const size = modules.length * scale;
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (modules[Math.floor(y / scale)]![Math.floor(x / scale)])
        pixels.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
    }
  }
  return jsqr.default(pixels, size, size)?.data;
}
