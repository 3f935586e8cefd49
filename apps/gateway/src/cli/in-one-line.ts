/** What somebody else wrote must not move the cursor of whoever reads it. */
export function inOneLine(value: unknown): string {
  return String(value).replace(/\p{Cc}+/gu, " ");
}
