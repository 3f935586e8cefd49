import { ApiError } from "../../api/client.js";

/** What the gateway finds wrong with one field of what it was sent. */
export function faultOfField(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const fault = error.details.find((each) => each.field === field);
  return fault === undefined ? undefined : `It ${fault.message}.`;
}
