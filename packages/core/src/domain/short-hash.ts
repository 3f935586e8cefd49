const FIRST_BASIS = 0x811c9dc5;
const SECOND_BASIS = 0x2f0b4c47;
const FNV_PRIME = 0x01000193;

/** 64 bits of a text in hexadecimal, to keep keys and cursors short: no border against anybody. */
export function shortHash(text: string): string {
  return fnv1a(text, FIRST_BASIS) + fnv1a(text, SECOND_BASIS);
}

/** FNV-1a over UTF-16 units. */
function fnv1a(text: string, basis: number): string {
  let value = basis;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), FNV_PRIME);
  }
  return (value >>> 0).toString(16).padStart(8, "0");
}
