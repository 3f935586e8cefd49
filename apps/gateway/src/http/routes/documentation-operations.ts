import type { Operation } from "../openapi/operation.js";

const GET_OPENAPI: Operation = {
  id: "getOpenApi",
  access: "reader",
  summary: "Get this description for programs",
  answers: [
    {
      status: 200,
      description: "All of the API as an OpenAPI 3.1 document.",
      content: { mediaType: "application/json", schema: { type: "object", additionalProperties: true } },
    },
  ],
};

const GET_DOCS: Operation = {
  id: "getDocs",
  access: "open",
  summary: "Read this description",
  description: "Open, since it tells of the API and of nobody's affairs.",
  answers: [
    {
      status: 200,
      description: "The same for people.",
      content: { mediaType: "text/html", schema: { type: "string" } },
    },
  ],
};

export const OPENAPI = { get: GET_OPENAPI };
export const DOCS = { get: GET_DOCS };
