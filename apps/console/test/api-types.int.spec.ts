import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import openapiTypescript, { astToString, type OpenAPI3 } from "openapi-typescript";
import { format } from "prettier";
import { GatewayProcess } from "../../gateway/test/support/gateway-process.js";

const TYPES = fileURLToPath(new URL("../src/api/schema.d.ts", import.meta.url));
const HEAD =
  "// Made of the gateway's own description, GET /openapi.json: `npm run api-types -w @gateway-router/console`.\n";

/** The types of the API as the gateway describes itself. */
async function typesOf(document: OpenAPI3): Promise<string> {
  const types = astToString(await openapiTypescript(document));
  return format(`${HEAD}${types}`, { parser: "typescript", printWidth: 110 });
}

describe("the console's types of the API", () => {
  it("are those of the gateway's own description", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gateway-types-"));
    const gateway = await GatewayProcess.start(join(folder, "data"));
    try {
      const { body } = await gateway.askAsAdmin("/openapi.json");
      const types = await typesOf(body as unknown as OpenAPI3);
      if (process.env["UPDATE_API_TYPES"] !== undefined) await writeFile(TYPES, types);
      expect(await readFile(TYPES, "utf8")).toBe(types);
    } finally {
      await gateway.stop();
      await rm(folder, { recursive: true });
    }
  });
});
