import { filteredPage } from "./filtered-page.js";

/** Numbers from 1, each page's cursor being its last. */
function numbersTo(last: number) {
  const limits: number[] = [];
  const list = async ({ limit, cursor }: { readonly limit: number; readonly cursor?: string }) => {
    limits.push(limit);
    const first = Number(cursor ?? 0) + 1;
    const end = Math.min(last, first + limit - 1);
    const items = Array.from({ length: Math.max(0, end - first + 1) }, (_, index) => first + index);
    return { items, nextCursor: end < last ? String(end) : undefined };
  };
  return { list, limits };
}

describe("filteredPage", () => {
  it("brings all that is asked for, in order and none twice, over as many pages as it takes", async () => {
    const { list } = numbersTo(9_000);
    const isAskedFor = (number: number) => number % 700 === 0;
    const found: number[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await filteredPage({ limit: 50, cursor, list, isAskedFor });
      expect(page.items.length).toBeLessThanOrEqual(50);
      found.push(...page.items);
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor !== undefined);
    expect(found).toEqual([700, 1400, 2100, 2800, 3500, 4200, 4900, 5600, 6300, 7000, 7700, 8400]);
    expect(pages).toBeGreaterThan(1);
  });

  it("looks at 2,000 and a page at most", async () => {
    const { list, limits } = numbersTo(1_000_000);
    const page = await filteredPage({ limit: 50, list, isAskedFor: () => false });
    expect(page).toEqual({ items: [], nextCursor: "2000" });
    expect(limits).toHaveLength(40);
  });

  it("has no more than the limit where all is asked for", async () => {
    const { list } = numbersTo(10);
    expect(await filteredPage({ limit: 4, list, isAskedFor: () => true })).toEqual({
      items: [1, 2, 3, 4],
      nextCursor: "4",
    });
  });
});
