import { parseExportHeaders } from "./export-headers.js";

describe("parseExportHeaders", () => {
  it("reads pairs, decodes values, and takes spaces around them for none of theirs", () => {
    expect(parseExportHeaders("Authorization=Bearer%20abc=, X-Scope = team%2C7")).toEqual({
      Authorization: "Bearer abc=",
      "X-Scope": "team,7",
    });
  });

  it("reads a value with a space in it, as people write it", () => {
    expect(parseExportHeaders("Authorization=Bearer abc")).toEqual({ Authorization: "Bearer abc" });
  });

  it.each(["Authorization", "=value", "a b=c", "a=%zz", "a=%0A", "a=1,,b=2"])("takes no %s", (text) => {
    expect(parseExportHeaders(text)).toBeUndefined();
  });
});
