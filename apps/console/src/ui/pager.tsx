import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { api } from "../api/client.js";
import type { Page } from "../api/types.js";
import { Button } from "./fields.js";

export const PAGE_SIZE = 50;

export interface PagedRequest {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly isEnabled?: boolean;
  readonly pageSize?: number;
}

/** A list of the gateway's, page by page, back and forth. Another question begins at its first page. */
export function usePages<Item>({ path, query = {}, isEnabled = true, pageSize = PAGE_SIZE }: PagedRequest) {
  const asked = JSON.stringify([path, query]);
  const [place, setPlace] = useState<{ readonly asked: string; readonly cursors: readonly string[] }>({
    asked,
    cursors: [],
  });
  const cursors = place.asked === asked ? place.cursors : [];
  const cursor = cursors.at(-1);
  const result = useQuery({
    queryKey: ["list", path, query, cursor ?? null, pageSize],
    queryFn: ({ signal }) =>
      api.get<Page<Item>>(path, { query: { ...query, limit: pageSize, cursor }, signal }),
    placeholderData: keepPreviousData,
    enabled: isEnabled,
  });
  const next = result.data?.next_cursor ?? undefined;
  return {
    ...result,
    pageNumber: cursors.length + 1,
    isPaged: cursors.length > 0 || next !== undefined,
    goBack: cursors.length > 0 ? () => setPlace({ asked, cursors: cursors.slice(0, -1) }) : undefined,
    goOn: next === undefined ? undefined : () => setPlace({ asked, cursors: [...cursors, next] }),
  };
}

export interface PagerProps {
  readonly pages: {
    readonly pageNumber: number;
    readonly isPaged: boolean;
    readonly goBack: (() => void) | undefined;
    readonly goOn: (() => void) | undefined;
    readonly isFetching: boolean;
  };
  /** Of what there are pages. */
  readonly label: string;
}

export function Pager({ pages, label }: PagerProps): ReactElement | null {
  const { pageNumber, isPaged, goBack, goOn } = pages;
  if (!isPaged) return null;
  return (
    <nav aria-label={`Pages of ${label}`} className="pager">
      <Button isDisabled={goBack === undefined} isSmall onPress={() => goBack?.()}>
        Previous
      </Button>
      <span aria-live="polite">Page {pageNumber}</span>
      <Button isDisabled={goOn === undefined} isSmall onPress={() => goOn?.()}>
        Next
      </Button>
    </nav>
  );
}
