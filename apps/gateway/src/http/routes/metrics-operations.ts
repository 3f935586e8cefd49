import type { Operation } from "../openapi/operation.js";

const GET_METRICS: Operation = {
  id: "getMetrics",
  access: "reader",
  summary: "Get the metrics",
  description: "For a Prometheus that carries the admin key.",
  answers: [
    {
      status: 200,
      description: "In Prometheus' text format.",
      content: { mediaType: "text/plain", schema: { type: "string" } },
    },
  ],
};

export const METRICS = { get: GET_METRICS };
