import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "react-router";
import { api } from "../api/client.js";
import { TENANT_NAME } from "../api/query-names.js";
import type { Tenant } from "../api/types.js";
import { CopyButton } from "./copy-button.js";
import { agoText, exactTimeText, phoneText, timeText } from "./formats.js";
import { useNow } from "./use-now.js";

/** Shown grouped, copied as digits. */
export function Phone({
  digits,
  isLink = false,
}: {
  readonly digits: string;
  readonly isLink?: boolean;
}): ReactElement {
  const text = <span className="number">{phoneText(digits)}</span>;
  return (
    <span className="phone">
      {isLink ? <Link to={`/contacts?phone=${encodeURIComponent(digits)}`}>{text}</Link> : text}
      <CopyButton isIcon text={digits} what={`the number ${phoneText(digits)}`} />
    </span>
  );
}

/** In the viewer's time zone; how long ago, with the moment itself behind it. */
export function Moment({
  at,
  isAgo = false,
}: {
  readonly at: string;
  readonly isAgo?: boolean;
}): ReactElement {
  const nowMs = useNow();
  return (
    <time dateTime={at} title={exactTimeText(at)}>
      {isAgo ? agoText(at, nowMs) : timeText(at)}
    </time>
  );
}

const NAME_KEPT_MS = 60_000;

export interface TenantLinkProps {
  readonly id: number;
  /** Left out, it is asked for. */
  readonly name?: string | null | undefined;
}

export function TenantLink({ id, name }: TenantLinkProps): ReactElement {
  const asked = useQuery({
    queryKey: [TENANT_NAME, id],
    queryFn: async () => (await api.get<Tenant>(`/tenants/${id}`)).name,
    enabled: name === undefined,
    staleTime: NAME_KEPT_MS,
    retry: false,
  });
  const known = name ?? asked.data;
  return <Link to={`/tenants/${id}`}>{known == null ? `Tenant ${id}` : `${known} (${id})`}</Link>;
}
