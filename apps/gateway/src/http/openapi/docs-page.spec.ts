import { createHash } from "node:crypto";
import { HttpServer } from "../http-server.js";
import { exampleWorld } from "../testing/example-world.js";
import { docsPage } from "./docs-page.js";
import { openApiDocument, type OpenApiDocument } from "./openapi-document.js";

let html: string;
let headers: Headers;
let document: OpenApiDocument;

beforeAll(async () => {
  const { services, clock, adminKey } = await exampleWorld();
  const server = new HttpServer({ host: "127.0.0.1", port: 0, services });
  const url = `http://127.0.0.1:${await server.listen()}`;
  const response = await fetch(`${url}/docs`);
  html = await response.text();
  headers = response.headers;
  const described = await fetch(`${url}/openapi.json`, { headers: { "X-Api-Key": adminKey } });
  document = (await described.json()) as OpenApiDocument;
  const stopped = server.stop(0);
  clock.advance(0);
  await stopped;
});

describe("GET /docs", () => {
  it("is a page that may show its own style, and do nothing else", () => {
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    const [, style] = /<style>(.*?)<\/style>/s.exec(html)!;
    const hash = createHash("sha256").update(style!).digest("base64");
    expect(headers.get("content-security-policy")).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(html).not.toMatch(/<script|<link|<img|<iframe|\sstyle=|\son\w+=|url\(|@import/i);
  });

  it("leads to each operation and each event, and names each place once", () => {
    const operations = [
      ...Object.values(document.paths).flatMap((methods) => Object.values(methods)),
      ...Object.values(document.webhooks).map(({ post }) => post),
    ];
    for (const { operationId } of operations) expect(html).toContain(`<article id="${operationId}">`);
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
    expect(operations.filter(({ operationId }) => !targets.includes(operationId))).toEqual([]);
  });

  it("says of each operation which key it takes", () => {
    const keyOf = (id: string) => {
      const article = html.split(`<article id="${id}">`)[1]!.split("</article>")[0]!;
      return /<span class="key">(.*?)<\/span>/.exec(article)?.[1];
    };
    expect(
      ["getStats", "addKey", "exportContact", "getReadiness", "listContacts", "getHealth"].map(keyOf),
    ).toEqual([
      "admin key",
      "admin key with the role admin",
      "admin key with the role admin",
      "admin key, optional",
      "tenant&#39;s token",
      undefined,
    ]);
  });

  it("shows every example", () => {
    const text = html.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
    for (const methods of Object.values(document.paths)) {
      for (const { requestBody, responses } of Object.values(methods)) {
        for (const { content = {} } of [requestBody ?? {}, ...Object.values(responses)] as {
          readonly content?: Record<
            string,
            { readonly examples?: Record<string, { readonly value: unknown }> }
          >;
        }[]) {
          for (const { value } of Object.values(content["application/json"]?.examples ?? {})) {
            expect(text).toContain(
              JSON.stringify(value, null, 2).replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
            );
          }
        }
      }
    }
  });

  it("shows text as text, whatever is in it", () => {
    const empty = openApiDocument([]);
    const page = docsPage({
      ...empty,
      info: { ...empty.info, title: `<script>"&'</script>`, description: "`<b>`" },
    });
    expect(page.html).toContain("&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;");
    expect(page.html).toContain("<code>&lt;b&gt;</code>");
    expect(page.html).not.toContain("<script>");
  });
});
