import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { HttpServer } from "../http-server.js";
import { closedSchema } from "../testing/closed-schema.js";
import { exampleWorld } from "../testing/example-world.js";
import { mountedRoutes } from "../testing/mounted-routes.js";
import type { MediaObject, OpenApiDocument, OperationObject } from "./openapi-document.js";

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
addFormats.default(ajv);

let document: OpenApiDocument;

beforeAll(async () => {
  const { services, clock, adminKey } = await exampleWorld();
  const server = new HttpServer({ host: "127.0.0.1", port: 0, services });
  const url = `http://127.0.0.1:${await server.listen()}`;
  const response = await fetch(`${url}/openapi.json`, { headers: { "X-Api-Key": adminKey } });
  expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
  document = (await response.json()) as OpenApiDocument;
  const stopped = server.stop(0);
  clock.advance(0);
  await stopped;
});

function operations(): (readonly [name: string, operation: OperationObject])[] {
  return [
    ...Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
      ),
    ),
    ...Object.entries(document.webhooks).map(([type, { post }]) => [type, post] as const),
  ];
}

function faultsOf({ schema = {}, examples = {} }: MediaObject): unknown[] {
  const check = ajv.compile(closedSchema(schema, document.components.schemas));
  return Object.entries(examples).flatMap(([name, { value }]) =>
    check(value) ? [] : [{ name, value, errors: check.errors }],
  );
}

describe("GET /openapi.json", () => {
  it("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect([valid, errors, validator.version]).toEqual([true, undefined, "3.1"]);
  });

  it("has every route there is, however it was mounted, and none that is not", async () => {
    const { services } = await exampleWorld();
    const mounted = mountedRoutes(services).map((route) => route.replace(/[:*](\w+)/g, "{$1}"));
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(mounted.sort());
  });

  it("names each operation once", () => {
    const ids = operations().map(([, { operationId }]) => operationId);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it("tells of every parameter of a path, and of no other", () => {
    for (const [name, { parameters = [] }] of operations()) {
      const inPath = parameters.filter((parameter) => parameter.in === "path");
      const placeholders = [...name.matchAll(/\{(\w+)\}/g)].map(([, placeholder]) => placeholder);
      expect([name, inPath.map((parameter) => parameter.name)]).toEqual([name, placeholders]);
    }
  });

  it("has examples that fit their schemas to the last field", () => {
    for (const [name, { parameters = [], requestBody, responses }] of operations()) {
      for (const media of [requestBody, ...Object.values(responses)].flatMap((each) =>
        Object.values(each?.content ?? {}),
      )) {
        expect([name, faultsOf(media)]).toEqual([name, []]);
      }
      for (const { name: parameter, schema, example } of parameters) {
        if (example !== undefined)
          expect([name, parameter, ajv.validate(schema, example)]).toEqual([name, parameter, true]);
      }
    }
  });

  it("has an example for every answer and body in JSON that is told field by field", () => {
    for (const [name, { requestBody, responses }] of operations()) {
      const answers = Object.entries(responses).filter(([status]) => status !== "default");
      for (const [status, { content }] of [["body", requestBody ?? {}] as const, ...answers]) {
        const media = (content as Record<string, MediaObject> | undefined)?.["application/json"];
        if (media === undefined || media.schema?.additionalProperties === true) continue;
        expect([name, status, Object.keys(media.examples ?? {}).length > 0]).toEqual([name, status, true]);
      }
    }
  });

  it("uses every schema that it tells, and tells every one that it uses", () => {
    const used = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(
      ([, name]) => name,
    );
    expect([...new Set(used)].sort()).toEqual(Object.keys(document.components.schemas).sort());
  });
});
