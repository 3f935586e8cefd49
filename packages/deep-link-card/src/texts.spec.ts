import { DEFAULT_TEXTS, resolveTexts, textAttribute, textAttributes } from "./texts.js";

describe("resolveTexts", () => {
  it("takes the property before the attribute before the default", () => {
    const attributes = new Map([
      ["text-copy", "Kopieren"],
      ["text-copy-refused", "Bitte selbst kopieren"],
    ]);
    const texts = resolveTexts({ copy: "Copier" }, (name) => attributes.get(name) ?? null);
    expect(texts).toEqual({ ...DEFAULT_TEXTS, copy: "Copier", copyRefused: "Bitte selbst kopieren" });
  });

  it("takes an empty text as it is, and what is no text for none", () => {
    const notTexts = { note: 5, copied: null } as unknown as Record<string, string>;
    expect(resolveTexts({ heading: "", ...notTexts }, () => null)).toEqual({ ...DEFAULT_TEXTS, heading: "" });
  });

  it("has an attribute of its own for each text", () => {
    expect(textAttribute("invalidGatewayPhone")).toBe("text-invalid-gateway-phone");
    expect(new Set(textAttributes()).size).toBe(Object.keys(DEFAULT_TEXTS).length);
  });
});
