import { EXAMPLE, STORAGE_UNAVAILABLE } from "../openapi/common.js";
import { text } from "../openapi/json-schema.js";
import { answersFile, refuses, type Operation } from "../openapi/operation.js";

const GET_MEDIA: Operation = {
  id: "getMedia",
  access: "tenant",
  summary: "Get a contact's file",
  description:
    "To be saved and not to be shown, whatever it says it is: `Content-Disposition: attachment`, `X-Content-Type-Options: nosniff`, `Content-Security-Policy: sandbox`.",
  parameters: [
    {
      in: "path",
      name: "id",
      description: "As it stands in the `media.url` of the message.",
      schema: text(),
      example: EXAMPLE.mediaId,
    },
  ],
  answers: [answersFile(200, "The file, with the type it says it has.", "*/*")],
  refusals: [
    refuses(404, "not_found", "There is nothing here."),
    refuses(503, "overloaded", "As many files as can be are fetched."),
    STORAGE_UNAVAILABLE,
  ],
};

export const MEDIA = { get: GET_MEDIA };
