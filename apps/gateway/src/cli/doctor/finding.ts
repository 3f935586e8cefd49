/** What there is to check, as scripts know it. */
export type CheckName =
  | "node"
  | "settings"
  | "engine"
  | "data_folder"
  | "holder"
  | "disk_room"
  | "flush"
  | "secrets"
  | "mapping_file"
  | "tenants_file"
  | "records_file"
  | "backup"
  | "handlers"
  | "gateway"
  | "public_url"
  | "gateway_clock"
  | "waha"
  | "waha_key"
  | "waha_clock"
  | "session"
  | "webhook"
  | "webhook_reachable";

/** What came of one check. Never holds a secret. */
export interface Finding {
  readonly check: CheckName;
  /** `broken`: it keeps messages from their way, or will. `warning`: it works, and somebody should look at it. */
  readonly verdict: "fine" | "warning" | "broken";
  readonly finding: string;
  /** What to do about it. */
  readonly mend?: string;
}

export function fine(check: CheckName, finding: string): Finding {
  return { check, verdict: "fine", finding };
}

export function warning(check: CheckName, finding: string, mend: string): Finding {
  return { check, verdict: "warning", finding, mend };
}

export function broken(check: CheckName, finding: string, mend: string): Finding {
  return { check, verdict: "broken", finding, mend };
}
