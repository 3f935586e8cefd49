export * from "./open-telemetry-tracer.js";
