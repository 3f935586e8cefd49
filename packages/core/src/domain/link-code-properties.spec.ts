import fc from "fast-check";
import { LinkCodeFinder, linkCodeText } from "./deep-link.js";
import { isTenantId, type TenantId } from "./tenant.js";

const prefix = "start_realty_";
const finder = new LinkCodeFinder(prefix);
const tenantId = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).map((id) => id as TenantId);
const campaign = fc.option(fc.stringMatching(/^[a-z0-9-]{1,32}$/), { nil: undefined });

describe("link codes, whatever surrounds them", () => {
  it("are found again in what was made of them, in any case, between words", () => {
    fc.assert(
      fc.property(
        tenantId,
        campaign,
        fc.boolean(),
        fc.constantFrom("", " ", "Hi, ", "?text=", "\n", "«"),
        (id, name, upper, before) => {
          const code = linkCodeText({
            prefix,
            tenantId: id,
            ...(name === undefined ? {} : { campaign: name }),
          });
          const text = `${before}${upper ? code.toUpperCase() : code} thanks`;
          expect(finder.find(text)).toEqual(
            name === undefined ? { tenantId: id } : { tenantId: id, campaign: name },
          );
        },
      ),
    );
  });

  it("are never found where a word goes on", () => {
    fc.assert(
      fc.property(tenantId, fc.stringMatching(/^[\p{L}\p{N}_-]$/u), (id, character) => {
        expect(finder.find(`${character}${prefix}${id}`)).toBeUndefined();
        const after = finder.find(`${prefix}${id}${character}`);
        // A further digit makes another number, and nothing else may be read into it.
        expect(after === undefined || /^[0-9]$/.test(character)).toBe(true);
      }),
    );
  });

  it("yield a tenant id or nothing for any text, and never throw", () => {
    const text = fc.array(
      fc.oneof(
        fc.constantFrom(prefix, "START_REALTY_", "2", "0", "_", ".", "-1", "é", "🏠"),
        fc.string({ unit: "binary" }),
      ),
    );
    fc.assert(
      fc.property(text, (parts) => {
        const code = finder.find(parts.join(""));
        if (code === undefined) return;
        expect(isTenantId(code.tenantId)).toBe(true);
        if (code.campaign !== undefined) expect(code.campaign).toMatch(/^[a-z0-9-]{1,32}$/);
      }),
      { numRuns: 3_000 },
    );
  });
});
