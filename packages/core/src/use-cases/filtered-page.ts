import type { Page } from "../ports/delivery-queue.js";

export interface FilteredPageRequest<Item> {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly list: (page: { readonly limit: number; readonly cursor?: string }) => Promise<Page<Item>>;
  readonly isAskedFor: (item: Item) => boolean;
}

/** Looked at for one page at most: whoever asks for what is rare asks again with the cursor. */
const MOST_LOOKED_AT = 2_000;

/**
 * A page of what is asked for, out of a list that can't tell it apart. It may have fewer items than the limit, and even
 * none, before the last one.
 */
export async function filteredPage<Item>(request: FilteredPageRequest<Item>): Promise<Page<Item>> {
  const { limit, list, isAskedFor } = request;
  const items: Item[] = [];
  let { cursor } = request;
  let lookedAt = 0;
  do {
    // Never more than fit, since no cursor leads into the middle of a page.
    const page = await list({ limit: limit - items.length, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items.filter(isAskedFor));
    cursor = page.nextCursor;
    lookedAt += Math.max(1, page.items.length);
    // The nearer to full, the smaller the steps: half full is enough.
  } while (cursor !== undefined && items.length * 2 < limit && lookedAt < MOST_LOOKED_AT);
  return { items, nextCursor: cursor };
}
