import { text } from "../openapi/json-schema.js";
import { answersFile, refuses, type Operation, type Refusal } from "../openapi/operation.js";

const NOT_BUILT: Refusal = refuses(
  404,
  "console_not_built",
  "The console is not built here: run npm run build, and look again.",
);

const GET_CONSOLE: Operation = {
  id: "getConsole",
  access: "open",
  summary: "Open the admin's console",
  description: "Pages for a browser. There is nothing in them: what they show needs a session.",
  answers: [answersFile(200, "The page.", "text/html")],
  refusals: [NOT_BUILT],
};

const GET_CONSOLE_PAGE: Operation = {
  ...GET_CONSOLE,
  id: "getConsolePage",
  summary: "Open one of the console's pages",
  parameters: [
    {
      in: "path",
      name: "page",
      description: "Its address, of any depth.",
      schema: text(),
      example: "tenants",
    },
  ],
};

const GET_CONSOLE_FILE: Operation = {
  id: "getConsoleFile",
  access: "open",
  summary: "Fetch a file of the console's pages",
  parameters: [
    { in: "path", name: "file", description: "As the page names it.", schema: text(), example: "page.js" },
  ],
  answers: [answersFile(200, "The file.", "*/*")],
  refusals: [refuses(404, "not_found", "There is nothing here.")],
};

export const CONSOLE = { get: GET_CONSOLE };
export const CONSOLE_PAGE = { get: GET_CONSOLE_PAGE };
export const CONSOLE_FILE = { get: GET_CONSOLE_FILE };
