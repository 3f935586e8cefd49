import { createHash } from "node:crypto";
import { DOCS_STYLE } from "./docs-style.js";
import { escaped, inline, paragraphs } from "./html.js";
import type { JsonSchema, JsonType } from "./json-schema.js";
import type { MediaObject, OpenApiDocument, OperationObject, ResponseObject } from "./openapi-document.js";
import type { Parameter } from "./operation.js";

export interface DocsPage {
  readonly html: string;
  /** By which a Content-Security-Policy lets the page's one style element through. */
  readonly styleHash: string;
}

interface Entry {
  readonly anchor: string;
  /** `get`, or `event` for what the gateway sends. */
  readonly verb: string;
  readonly path: string;
  readonly operation: OperationObject;
}

interface Group {
  readonly name: string;
  readonly anchor: string;
  readonly description: string;
  readonly entries: readonly Entry[];
}

type Schemas = Readonly<Record<string, JsonSchema>>;

/** The document as one page for people, which needs no script and nothing from elsewhere. */
export function docsPage(document: OpenApiDocument): DocsPage {
  const { info, components } = document;
  const groups = groupsOf(document);
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(info.title)}: the API</title>
<style>${DOCS_STYLE}</style>
</head>
<body>
<div class="page">
<nav aria-label="Contents">${groups.map(navigation).join("")}</nav>
<main>
<h1>${escaped(info.title)} <small>${escaped(info.version)}</small></h1>
${paragraphs(info.description)}
<p>For programs: <code>GET /openapi.json</code>, with an admin key.</p>
${groups.map((group) => section(group, components.schemas)).join("\n")}
</main>
</div>
</body>
</html>
`;
  return { html, styleHash: `sha256-${createHash("sha256").update(DOCS_STYLE).digest("base64")}` };
}

function groupsOf({ tags, paths, webhooks }: OpenApiDocument): Group[] {
  const entries = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([verb, operation]) => entry(verb, path, operation)),
  );
  const groups = tags.map(({ name, description }) => ({
    ...{ name, description, anchor: anchorOf(name) },
    entries: entries.filter(({ operation }) => operation.tags?.includes(name) === true),
  }));
  const events = {
    name: "Events",
    anchor: "events",
    description:
      "What a tenant's handler gets: each by POST at the handler's own URL, signed by the Standard Webhooks scheme. More may come: take what you don't know with a 2xx.",
    entries: Object.entries(webhooks).map(([type, { post }]) => entry("event", type, post)),
  };
  return [...groups, events];
}

function entry(verb: string, path: string, operation: OperationObject): Entry {
  return { anchor: operation.operationId, verb, path, operation };
}

function anchorOf(name: string): string {
  return name.toLowerCase().replaceAll(" ", "-");
}

function navigation(group: Group): string {
  return `<h2><a href="#${group.anchor}">${escaped(group.name)}</a></h2>${links(group)}`;
}

function links({ entries }: Group): string {
  const items = entries.map(
    (each) => `<li><a href="#${escaped(each.anchor)}">${escaped(each.operation.summary)}</a></li>`,
  );
  return `<ul>${items.join("")}</ul>`;
}

/** Its own list of contents is there where the page's has no room for it. */
function section(group: Group, schemas: Schemas): string {
  const { name, anchor, description, entries } = group;
  return `<section id="${anchor}"><h2>${escaped(name)}</h2><p class="lead">${inline(description)}</p>
<div class="contents">${links(group)}</div>
${entries.map((each) => article(each, schemas)).join("\n")}</section>`;
}

function article({ anchor, verb, path, operation }: Entry, schemas: Schemas): string {
  const { summary, description, parameters = [], requestBody, responses } = operation;
  const body = requestBody?.content["application/json"];
  return `<article id="${escaped(anchor)}">
<h3><a href="#${escaped(anchor)}">${escaped(summary)}</a></h3>
<div class="call"><span class="verb ${escaped(verb)}">${escaped(verb === "event" ? "POST" : verb.toUpperCase())}</span><span class="path">${escaped(path)}</span>${keyOf(operation)}</div>
${description === undefined ? "" : paragraphs(description)}${parameterList(parameters)}${
    body === undefined
      ? ""
      : `<h4>${requestBody?.required === true ? "Body" : "Body, if any"}</h4>${media(body, schemas)}`
  }<h4>Answers</h4>${answers(responses, schemas)}</article>`;
}

const KEYS: Readonly<Record<string, string>> = {
  adminKey: "admin key",
  tenantToken: "tenant's token",
  wahaSignature: "WAHA's signature",
};

function keyOf({ security = [] }: OperationObject): string {
  const names = security
    .flatMap((scheme) => Object.entries(scheme))
    .flatMap(([name, roles]) => {
      const key = KEYS[name];
      if (key === undefined) return [];
      return roles.length === 0 ? key : `${key} with the role ${roles.join(" or ")}`;
    });
  if (names.length === 0) return "";
  const isOptional = security.some((scheme) => Object.keys(scheme).length === 0);
  return `<span class="key">${escaped(names.join(" or "))}${isOptional ? ", optional" : ""}</span>`;
}

function parameterList(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return "";
  const items = parameters.map(
    ({ name, in: place, required, schema, description, example }) =>
      `<li><code>${escaped(name)}</code> <span class="type">${escaped(place)}, ${escaped(typeOf(schema, {}))}${
        required === true ? "" : ", optional"
      }</span><span class="what">${inline(description)}${
        example === undefined ? "" : ` Such as <code>${escaped(String(example))}</code>.`
      }</span></li>`,
  );
  return `<h4>Parameters</h4><ul class="fields">${items.join("")}</ul>`;
}

const ERROR_REFERENCE = "#/components/schemas/Error";

/** Refusals are many and alike: they are there to be opened. */
function answers(responses: OperationObject["responses"], schemas: Schemas): string {
  const all = Object.entries(responses).map(([status, response]) => ({
    status,
    response,
    isRefusal: response.content?.["application/json"]?.schema?.$ref === ERROR_REFERENCE,
  }));
  const shown = (isRefusal: boolean) =>
    all
      .filter((each) => each.isRefusal === isRefusal)
      .map(({ status, response }) => answer(status, response, schemas))
      .join("");
  const refusals = all.filter(({ status, isRefusal }) => isRefusal && status !== "default");
  if (refusals.length === 0) return shown(false) + shown(true);
  const statuses = refusals.map(({ status }) => status).join(", ");
  return `${shown(false)}<details><summary>Refusals: ${escaped(statuses)}</summary>${shown(true)}</details>`;
}

function answer(status: string, { description, content }: ResponseObject, schemas: Schemas): string {
  const name = status === "default" ? "Else" : status;
  const head = `<p class="answer"><span class="status">${escaped(name)}</span> ${inline(description)}</p>`;
  const body = content?.["application/json"];
  if (body === undefined) {
    const [type] = Object.keys(content ?? {});
    return type === undefined || type === "*/*" ? head : `${head}<p class="caption">${escaped(type)}</p>`;
  }
  return `${head}${body.schema?.$ref === ERROR_REFERENCE ? examples(body) : media(body, schemas)}`;
}

function media(body: MediaObject, schemas: Schemas): string {
  const { schema } = body;
  const list = schema === undefined ? "" : fields(schema, schemas);
  return `${examples(body)}${list === "" ? "" : `<details><summary>Fields</summary>${list}</details>`}`;
}

function examples({ examples: all = {} }: MediaObject): string {
  const named = Object.entries(all);
  return named
    .map(
      ([name, { value }]) =>
        `${named.length > 1 ? `<p class="caption">${escaped(name.replaceAll("_", " "))}</p>` : ""}<pre><code>${escaped(
          JSON.stringify(value, null, 2),
        )}</code></pre>`,
    )
    .join("");
}

function resolved(schema: JsonSchema, schemas: Schemas): JsonSchema {
  const name = schema.$ref?.split("/").at(-1);
  return name === undefined ? schema : (schemas[name] ?? schema);
}

/** The fields of an object, of each form that it comes in, with theirs. */
function fields(given: JsonSchema, schemas: Schemas): string {
  const schema = resolved(given, schemas);
  if (schema.items !== undefined) return fields(schema.items, schemas);
  const { properties, required = [], oneOf } = schema;
  if (properties === undefined) return (oneOf ?? []).map((form) => fields(form, schemas)).join("");
  const items = Object.entries(properties).map(([name, property]) => {
    const { description } = resolved(property, schemas);
    return `<li><code>${escaped(name)}</code> <span class="type">${escaped(typeOf(property, schemas))}${
      required.includes(name) ? "" : ", may be missing"
    }</span>${description === undefined ? "" : `<span class="what">${inline(description)}</span>`}${fields(property, schemas)}</li>`;
  });
  return `<ul class="fields">${items.join("")}</ul>`;
}

/** In a few words: `text`, `whole number, 1 to 500`, `"in" or "out"`. */
function typeOf(given: JsonSchema, schemas: Schemas): string {
  const schema = resolved(given, schemas);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((each) => JSON.stringify(each)).join(", ");
  if (schema.oneOf !== undefined && schema.type === undefined) {
    return [...new Set(schema.oneOf.map((form) => typeOf(form, schemas)))].join(" or ");
  }
  if (schema.items !== undefined) return `list of ${typeOf(schema.items, schemas)}`;
  const types = [schema.type ?? []].flat().map((type) => nameOf(type, schema.format));
  const { minimum, maximum, default: usual } = schema;
  const bounds = minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  return [
    types.length === 0 ? "anything" : types.join(" or "),
    ...(bounds ? [`${minimum} to ${maximum}`] : []),
    ...(usual === undefined ? [] : [`${String(usual)} where not given`]),
  ].join(", ");
}

function nameOf(type: JsonType, format: string | undefined): string {
  if (type === "string" && format !== undefined) return FORMAT_NAMES[format] ?? format;
  return TYPE_NAMES[type] ?? type;
}

const FORMAT_NAMES: Readonly<Record<string, string>> = { "date-time": "time in ISO 8601", uri: "URL" };

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  boolean: "true or false",
  array: "list",
};
