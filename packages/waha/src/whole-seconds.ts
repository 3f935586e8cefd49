/** WhatsApp's clock has no finer step. */
export function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
