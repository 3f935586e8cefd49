import jsqr from "jsqr";
import type { Browser } from "playwright-core";
import { PNG } from "pngjs";

export interface ReadQr {
  readonly text: string | undefined;
  readonly widthPx: number;
  readonly heightPx: number;
}

export function readPng(content: Buffer): ReadQr {
  const { data, width, height } = PNG.sync.read(content);
  return {
    text: jsqr.default(new Uint8ClampedArray(data), width, height)?.data,
    widthPx: width,
    heightPx: height,
  };
}

/** Reads an SVG file as a browser draws it. */
export async function readSvg(browser: Browser, content: Buffer): Promise<ReadQr> {
  const page = await browser.newPage();
  try {
    await page.setContent(content.toString("utf8"));
    return readPng(await page.locator("svg").screenshot());
  } finally {
    await page.close();
  }
}
