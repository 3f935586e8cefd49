import type { ReactElement } from "react";

export function Logo(): ReactElement {
  return (
    <svg aria-hidden="true" className="logo" viewBox="0 0 32 32">
      <rect height="32" rx="8" width="32" />
      <path d="M6 16h7m0 0 6-7h7m-13 7 6 7h7M13 16h13" />
    </svg>
  );
}
