import { recordedDeliveries, RECORDED_HMAC_KEY } from "./testing/recorded-deliveries.js";
import { signWebhook, verifyWebhookSignature, type ReceivedSignature } from "./webhook-signature.js";

const key = RECORDED_HMAC_KEY;
const rawBody = Buffer.from('{"event":"message"}');
const signed = signWebhook(key, rawBody);

function verdict(signature: ReceivedSignature, body: Uint8Array = rawBody, withKey = key) {
  return verifyWebhookSignature({ key: withKey, rawBody: body, signature });
}

function flipped(bytes: Uint8Array, index: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[index] = copy[index]! ^ 1;
  return copy;
}

describe("the signature of a webhook", () => {
  it.each(recordedDeliveries)("verifies $name as WAHA signed it", ({ body, signature }) => {
    expect(verdict(signature, body)).toEqual({ valid: true });
    expect(signWebhook(key, body)).toEqual(signature);
  });

  it("verifies what was signed here, with a key beyond ASCII and over no bytes at all", () => {
    const empty = new Uint8Array();
    expect(verdict(signWebhook("كلمة السر", empty), empty, "كلمة السر")).toEqual({ valid: true });
  });

  it("verifies a view on a larger buffer by its own bytes", () => {
    const large = Buffer.concat([Buffer.from("before"), rawBody, Buffer.from("after")]);
    expect(verdict(signed, large.subarray(6, 6 + rawBody.length))).toEqual({ valid: true });
  });

  it.each([0, 7, rawBody.length - 1])("refuses a body changed by one bit, at byte %i", (index) => {
    expect(verdict(signed, flipped(rawBody, index))).toEqual({ valid: false, reason: "mismatch" });
  });

  it("refuses a body with a byte more or less", () => {
    expect(verdict(signed, Buffer.concat([rawBody, Buffer.from(" ")]))).toMatchObject({ valid: false });
    expect(verdict(signed, rawBody.subarray(0, -1))).toMatchObject({ valid: false });
  });

  it("refuses another key", () => {
    expect(verdict(signed, rawBody, `${key}!`)).toEqual({ valid: false, reason: "mismatch" });
  });

  it.each([0, 63, 127])("refuses an HMAC with another digit at place %i", (place) => {
    const digit = signed.hmac[place] === "0" ? "1" : "0";
    const hmac = signed.hmac.slice(0, place) + digit + signed.hmac.slice(place + 1);
    expect(verdict({ ...signed, hmac })).toEqual({ valid: false, reason: "mismatch" });
  });

  it.each<[string, ReceivedSignature]>([
    ["both headers", {}],
    ["the HMAC", { algorithm: "sha512" }],
  ])("refuses what comes without %s", (_, signature) => {
    expect(verdict(signature)).toEqual({ valid: false, reason: "missing" });
  });

  it("takes the algorithm that is not named for sha512", () => {
    expect(verdict({ hmac: signed.hmac })).toEqual({ valid: true });
    expect(verdict({ hmac: signed.hmac }, rawBody, `${key}!`)).toEqual({ valid: false, reason: "mismatch" });
  });

  it.each(["sha256", "SHA512", "", "none", "sha512, sha512"])("refuses the algorithm %j", (algorithm) => {
    expect(verdict({ ...signed, algorithm })).toEqual({ valid: false, reason: "unsupported_algorithm" });
  });

  it.each<[string, string]>([
    ["nothing", ""],
    ["too little", signed.hmac.slice(0, 126)],
    ["too much", `${signed.hmac}00`],
    ["what is no hex", "z".repeat(128)],
    ["upper case", signed.hmac.toUpperCase()],
    ["a line break at its end", `${signed.hmac}\n`],
    ["a header sent twice", `${signed.hmac}, ${signed.hmac}`],
    ["base64", Buffer.from(signed.hmac, "hex").toString("base64")],
    ["128 characters of two bytes", "é".repeat(128)],
  ])("refuses an HMAC that is %s", (_, hmac) => {
    expect(verdict({ ...signed, hmac })).toEqual({ valid: false, reason: "wrong_form" });
  });
});
