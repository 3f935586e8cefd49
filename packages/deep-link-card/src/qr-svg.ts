import { qrPath, type QrModules } from "./qr-code.js";

/** A file that prints at 10 cm and scales to any size. */
export function qrSvg(modules: QrModules): string {
  const size = modules.length;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="100mm" viewBox="0 0 ${size} ${size}" ` +
    `shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/>` +
    `<path d="${qrPath(modules)}"/></svg>\n`
  );
}
