import { randomAdminKeys, randomCredentials } from "./random-credentials.js";

describe("randomCredentials", () => {
  it("are 32 bytes each, in the forms that their readers know, and never the same", () => {
    const all = Array.from({ length: 200 }, () => randomCredentials.credentials());
    for (const { secret, token } of all) {
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect(token).toMatch(/^gwt_[A-Za-z0-9_-]{43}$/);
      expect(Buffer.from(secret.slice(6), "base64")).toHaveLength(32);
      expect(Buffer.from(token.slice(4), "base64url")).toHaveLength(32);
    }
    expect(new Set(all.flatMap(({ secret, token }) => [secret.slice(6), token.slice(4)])).size).toBe(400);
  });
});

describe("randomAdminKeys", () => {
  it("are 32 bytes each behind their prefix, and never the same", () => {
    const all = Array.from({ length: 200 }, () => randomAdminKeys.adminKey());
    for (const key of all) {
      expect(key).toMatch(/^gwk_[A-Za-z0-9_-]{43}$/);
      expect(Buffer.from(key.slice(4), "base64url")).toHaveLength(32);
    }
    expect(new Set(all).size).toBe(200);
  });
});
