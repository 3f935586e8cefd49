import { aTenant } from "@gateway-router/core/testing";
import { excerpt, secretsOf, statusFailureText, transportFailureText } from "./failure-text.js";

describe("transportFailureText", () => {
  it.each([
    ["ECONNREFUSED", "connection refused"],
    ["EAI_AGAIN", "host name could not be looked up"],
    ["CERT_HAS_EXPIRED", "the TLS certificate has expired"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "TLS handshake failed"],
    ["HPE_INVALID_CONSTANT", "the answer is not HTTP (HPE_INVALID_CONSTANT)"],
    ["ESOMETHING", "the request failed (ESOMETHING)"],
  ])("puts %s in words", (code, text) => {
    const error = Object.assign(new Error("connect 10.0.0.7:80 Authorization: Basic"), { code });
    expect(transportFailureText(error)).toBe(text);
  });

  it.each([new Error("secret"), "secret", undefined, { code: 7 }])("passes on nothing of %j", (error) => {
    expect(transportFailureText(error)).toBe("the request failed");
  });
});

describe("statusFailureText", () => {
  it("says the status, and what was said about it", () => {
    expect(statusFailureText(503, "")).toBe("HTTP 503");
    expect(statusFailureText(400, "no such field")).toBe("HTTP 400: no such field");
    expect(statusFailureText(308, "Moved")).toBe("HTTP 308: redirects are not followed");
  });
});

describe("excerpt", () => {
  it("is one line without control characters", () => {
    expect(excerpt("  Oh\r\n\tno \u001b[31mred\u0000  ", [])).toBe("Oh no [31mred");
  });

  it("is cut between characters", () => {
    expect(excerpt("😀".repeat(600), [])).toBe("😀".repeat(500));
  });

  it("has no part of a secret, not even where the cut falls into it", () => {
    expect(excerpt(`${"a".repeat(495)}hunter2-hunter2`, ["hunter2-hunter2"])).toBe(`${"a".repeat(495)}[secr`);
  });
});

describe("secretsOf", () => {
  it("knows the signing secrets, the login and the query of the URL", () => {
    const tenant = aTenant({ signingSecrets: ["whsec_c2VjcmV0LXNlY3JldA=="] });
    const secrets = secretsOf(tenant, new URL("https://agent:p%40ssword@host/hook?token=abc+def%2B1&v=1"));
    for (const secret of [
      "whsec_c2VjcmV0LXNlY3JldA==",
      "c2VjcmV0LXNlY3JldA==",
      "p%40ssword",
      "p@ssword",
      Buffer.from("agent:p@ssword").toString("base64"),
      "abc def+1",
    ]) {
      expect(secrets).toContain(secret);
    }
    expect(secrets).not.toContain("1");
  });

  it("bears a login that is not encoded as it should be", () => {
    expect(secretsOf(aTenant(), new URL("https://agent:100%25%zz1@host/"))).toContain("100%25%zz1");
  });
});
