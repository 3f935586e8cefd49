import { untraced, type Clock, type Logger, type Tracer } from "@gateway-router/core";
import type { TracingConfig } from "../config/gateway-config.js";
import { VERSION } from "../version.js";

/** A tracer that is closed at the very end, when all that it could be told of is over. */
export interface ClosableTracer extends Tracer {
  close(): Promise<void>;
}

/** Without tracing nothing of OpenTelemetry's is even loaded. */
export async function openTracer(
  config: TracingConfig | undefined,
  runtime: { readonly clock: Clock; readonly logger: Logger },
): Promise<ClosableTracer> {
  if (config === undefined) return { ...untraced, close: async () => undefined };
  const { OpenTelemetryTracer } = await import("@gateway-router/opentelemetry");
  return new OpenTelemetryTracer({ ...config, ...runtime, version: VERSION });
}
