import { readdirSync, readFileSync } from "node:fs";
import type { WebhookSignature } from "../webhook-signature.js";

/** A webhook as a real WAHA sent it, byte for byte. */
export interface RecordedDelivery {
  /** `0004-first-contact-tenant-2` */
  readonly name: string;
  readonly body: Buffer;
  readonly signature: WebhookSignature;
}

/** The key the recorded deliveries are signed with. */
export const RECORDED_HMAC_KEY = "top-secret";

const FOLDER = new URL("../../fixtures/", import.meta.url);
const BODY = ".body.json";

export const recordedDeliveries: readonly RecordedDelivery[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(BODY))
  .sort()
  .map((file) => {
    const name = file.slice(0, -BODY.length);
    const headers = JSON.parse(readFileSync(new URL(`${name}.headers.json`, FOLDER), "utf8")) as Record<
      "X-Webhook-Hmac" | "X-Webhook-Hmac-Algorithm",
      string
    >;
    return {
      name,
      body: readFileSync(new URL(file, FOLDER)),
      signature: { hmac: headers["X-Webhook-Hmac"], algorithm: headers["X-Webhook-Hmac-Algorithm"] },
    };
  });

/** The recorded delivery whose name begins so. */
export function recorded(prefix: string): RecordedDelivery {
  const delivery = recordedDeliveries.find(({ name }) => name.startsWith(prefix));
  if (delivery === undefined) throw new TypeError(`No delivery ${prefix} is recorded`);
  return delivery;
}
