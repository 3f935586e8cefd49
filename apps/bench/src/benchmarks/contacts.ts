import type { ContactId } from "@gateway-router/core";

/** The contact of that number: `971500000000` and on. */
export function contactAt(index: number): ContactId {
  return `9715${String(index).padStart(8, "0")}` as ContactId;
}
