/** What the gateway answers, as far as the console reads it. */

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

export type Role = "admin" | "read";

export interface Session {
  readonly name: string;
  readonly role: Role;
  readonly csrf_token: string;
  readonly expires_at: string;
}

export interface Overview {
  readonly version: string;
  readonly phone_number: string | null;
  readonly waha: {
    readonly session: string;
    readonly since: string | null;
    readonly fault: string | null;
    readonly webhook: "in_place" | "missing" | "differs" | "unknown";
    readonly last_message_at: string | null;
  };
  readonly contacts: number;
  readonly last_mapping_change_at: string | null;
  readonly tenants: { readonly all: number; readonly active: number };
  readonly deliveries: {
    readonly pending: number;
    readonly dead: number;
    readonly paused_tenants: number;
    readonly held_tenants: number;
    readonly oldest_at: string | null;
  };
  readonly replies: { readonly pending: number; readonly dead: number; readonly oldest_at: string | null };
  readonly messages_per_minute: readonly number[];
  readonly growth: Growth;
}

export interface Growth {
  readonly since: string;
  readonly as_of: string;
  readonly new_contacts: number;
  readonly tenants: readonly { readonly tenant_id: number; readonly new_contacts: number }[];
}

export interface Tenant {
  readonly id: number;
  readonly name: string | null;
  readonly url: string | null;
  readonly active: boolean;
  readonly source: "directory" | "template";
}

export interface Credentials {
  readonly secret: string;
  readonly token: string;
}

export interface RotatedCredentials extends Credentials {
  readonly id: number;
  readonly overlap_until: string | null;
}

export interface TenantHealth {
  readonly tenant_id: number;
  readonly state: "held" | "failing" | "waiting" | "quiet";
  readonly waiting: number;
  readonly more_waiting: boolean;
  readonly dead: number;
  readonly more_dead: boolean;
  readonly oldest_at: string | null;
  readonly last_error: string | null;
}

export interface HandlerTest {
  readonly tenant_id: number;
  readonly status: number | null;
  readonly time_ms: number;
  readonly error: string | null;
}

export interface DeepLink {
  readonly tenant_id: number;
  readonly campaign?: string;
  readonly url: string;
  readonly short_url: string;
  readonly qr_svg_url: string;
  readonly qr_png_url: string;
}

export interface TenantContact {
  readonly phone_number: string;
  readonly contact_id: string;
  readonly since: string;
  readonly campaign: string | null;
  readonly opted_out: boolean;
}

export interface KnownContact extends TenantContact {
  readonly status: "found";
  readonly other_names: readonly string[];
  readonly tenant_id: number;
}

export interface Delivery {
  readonly id: string;
  readonly state: "pending" | "dead";
  readonly direction: "in" | "out";
  readonly tenant_id: number;
  readonly phone_number: string;
  readonly is_new_session: boolean;
  readonly replayed: boolean;
  readonly enqueued_at: string;
  readonly attempts: number;
  readonly waiting_for: string | null;
  readonly last_error: string | null;
  readonly reason?: string;
  readonly died_at?: string;
}

export type TenantStanding = "active" | "no_handler" | "inactive" | "unknown";

export interface Explanation {
  readonly phone_number: string;
  readonly other_names: readonly string[];
  readonly link_code: {
    readonly tenant_id: number;
    readonly campaign: string | null;
    readonly tenant: TenantStanding;
  } | null;
  readonly mapping: {
    readonly tenant_id: number;
    readonly locked_at: string;
    readonly campaign: string | null;
  } | null;
  readonly wish: "opt_out" | "opt_in" | null;
  readonly opted_out: boolean;
  readonly outcome:
    | {
        readonly status: "routed";
        readonly tenant_id: number;
        readonly locks: boolean;
        readonly tenant: TenantStanding;
      }
    | { readonly status: "unknown_tenant"; readonly tenant_id: number }
    | { readonly status: "unmapped" };
}

export interface AuditEntry {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface ApiFault {
  readonly code: string;
  readonly message: string;
  readonly details?: readonly { readonly field: string; readonly message: string }[];
}
