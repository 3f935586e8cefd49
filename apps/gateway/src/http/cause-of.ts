import type { IncomingHttpHeaders } from "node:http";
import { parseTraceContext, type TraceContext } from "@gateway-router/core";

/** What led to the request, where whoever sent it says so. */
export function causeOf({ traceparent }: IncomingHttpHeaders): TraceContext | undefined {
  return typeof traceparent === "string" ? parseTraceContext(traceparent) : undefined;
}
