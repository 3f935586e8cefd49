import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FIXTURES = fileURLToPath(new URL("../../../../packages/waha/fixtures/", import.meta.url));

export interface RecordedDelivery {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the recordings' WAHA signed with, and a memory that reaches back to them whenever the tests run. */
export const RECORDED_SETTINGS = { WAHA_HMAC_KEY: "top-secret", DUPLICATE_MEMORY_DAYS: "36500" };

/** A delivery of a real WAHA, byte for byte, by the number of its name. */
export function recordedDelivery(number: string): RecordedDelivery {
  const name = readdirSync(FIXTURES).find((file) => file.startsWith(number) && file.endsWith(".body.json"));
  if (name === undefined) throw new Error(`There is no recording ${number}`);
  return {
    body: readFileSync(FIXTURES + name),
    headers: JSON.parse(
      readFileSync(FIXTURES + name.replace(".body.", ".headers."), "utf8"),
    ) as RecordedDelivery["headers"],
  };
}
