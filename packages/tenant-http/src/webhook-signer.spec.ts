import { Webhook } from "standardwebhooks";
import { WebhookSigner } from "./webhook-signer.js";

const secretOf = (text: string) => `whsec_${Buffer.from(text).toString("base64")}`;
const [first, second] = [
  secretOf("the first secret of the tenant"),
  secretOf("the second secret of the tenant"),
];
const message = { id: "msg_1", body: '{"text":"مرحبا 👋"}', nowMs: Date.now() };

describe("WebhookSigner", () => {
  it("signs with every secret, each good on its own", () => {
    const headers = new WebhookSigner().sign({ ...message, secrets: [first, second] })!;
    expect(headers["webhook-signature"]).toMatch(/^v1,\S+ v1,\S+$/);
    for (const secret of [first, second]) {
      expect(new Webhook(secret).verify(message.body, headers)).toEqual({ text: "مرحبا 👋" });
    }
    expect(() => new Webhook(secretOf("somebody else's secret")).verify(message.body, headers)).toThrow();
  });

  it("signs the very second that it sends", () => {
    const headers = new WebhookSigner().sign({ ...message, nowMs: 1_732_374_761_999, secrets: [first] })!;
    expect(headers["webhook-timestamp"]).toBe("1732374761");
    const expected = new Webhook(first).sign("msg_1", new Date(1_732_374_761_000), message.body);
    expect(headers["webhook-signature"]).toBe(expected);
  });

  it.each([[[]], [["whsec_"]], [["whsec_no base64!"]], [[first, ""]]])("signs nothing with %j", (secrets) => {
    expect(new WebhookSigner().sign({ ...message, secrets })).toBeUndefined();
  });

  it("keeps a bounded number of secrets, the ones last used", () => {
    const signer = new WebhookSigner();
    signer.sign({ ...message, secrets: [first] });
    for (let number = 0; number < 4_100; number += 1) {
      signer.sign({ ...message, body: "", secrets: [secretOf(`secret number ${number}`)] });
    }
    expect(signer.size).toBe(4_096);
    expect(signer.sign({ ...message, secrets: [first] })).toBeDefined();
  });
});
