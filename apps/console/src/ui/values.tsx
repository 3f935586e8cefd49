import type { ReactElement } from "react";
import { Link } from "react-router";
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
      <CopyButton text={digits} what={`the number ${phoneText(digits)}`} />
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

export function TenantLink({
  id,
  name,
}: {
  readonly id: number;
  readonly name?: string | null;
}): ReactElement {
  return <Link to={`/tenants/${id}`}>{name == null ? `Tenant ${id}` : `${name} (${id})`}</Link>;
}
