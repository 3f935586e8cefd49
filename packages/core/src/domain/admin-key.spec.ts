import { isAdminKeyName, isAdminRole } from "./admin-key.js";

describe("isAdminKeyName", () => {
  it.each(["first", "anna", "a", "2", "on-call_2", "-", "x".repeat(40)])("%j is one", (name) => {
    expect(isAdminKeyName(name)).toBe(true);
  });

  it.each([
    "",
    "Anna",
    "on call",
    "anna\n",
    "änna",
    "a/b",
    "..",
    "x".repeat(41),
    7,
    null,
    undefined,
    ["anna"],
  ])("%j is none", (name) => {
    expect(isAdminKeyName(name)).toBe(false);
  });

  it("`gateway` is none: the audit log says it of what nobody asked for", () => {
    expect(isAdminKeyName("gateway")).toBe(false);
  });
});

describe("isAdminRole", () => {
  it("is admin or read", () => {
    expect(["admin", "read", "Admin", "", undefined, {}].map(isAdminRole)).toEqual([
      ...[true, true],
      ...[false, false, false, false],
    ]);
  });
});
