import type { RecordedDelivery } from "./recorded-deliveries.js";

/** A webhook as WAHA would send it for this text, now, without a key to sign with. */
export function unsignedWebhook(phone: string, text: string, id: string): RecordedDelivery {
  const event = {
    ...{ id: `evt_${id}`, timestamp: Date.now(), event: "message", session: "default" },
    payload: {
      id: `false_${phone}@c.us_${id}`,
      timestamp: Math.floor(Date.now() / 1000),
      ...{ from: `${phone}@c.us`, fromMe: false, body: text },
    },
  };
  return { body: Buffer.from(JSON.stringify(event)), headers: { "Content-Type": "application/json" } };
}
