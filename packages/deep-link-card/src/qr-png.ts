import type { QrModules } from "./qr-code.js";

/** 10 cm at 300 dots per inch. */
const PRINT_SIZE_PX = 1_181;

/** Nothing where the browser does not let a page read its canvas. */
export async function qrPng(modules: QrModules): Promise<Blob | undefined> {
  const moduleSizePx = Math.ceil(PRINT_SIZE_PX / modules.length);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = modules.length * moduleSizePx;
  // It is drawn once and read back, which a graphics card is slow at.
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (context === null) return undefined;

  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#000";
  forEachModule(modules, (x, y, isDark) => {
    if (isDark) context.fillRect(x * moduleSizePx, y * moduleSizePx, moduleSizePx, moduleSizePx);
  });

  if (!isDrawn(context, modules, moduleSizePx)) return undefined;
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  return blob ?? undefined;
}

/** Browsers that resist fingerprinting hand out noise for a canvas, without a word. */
function isDrawn(context: CanvasRenderingContext2D, modules: QrModules, moduleSizePx: number): boolean {
  const { width, height } = context.canvas;
  const { data } = context.getImageData(0, 0, width, height);
  const middlePx = Math.floor(moduleSizePx / 2);
  let isSame = true;
  forEachModule(modules, (x, y, isDark) => {
    const pixel = (y * moduleSizePx + middlePx) * width + x * moduleSizePx + middlePx;
    if (data[pixel * 4]! < 128 !== isDark) isSame = false;
  });
  return isSame;
}

function forEachModule(modules: QrModules, visit: (x: number, y: number, isDark: boolean) => void): void {
  modules.forEach((row, y) => row.forEach((isDark, x) => visit(x, y, isDark)));
}
