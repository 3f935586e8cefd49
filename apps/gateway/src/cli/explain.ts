import { GatewayError, type TenantState, type Wish } from "@gateway-router/core";
import { httpUrlOf, type GatewayConfig } from "../config/gateway-config.js";
import { RunningGateway } from "./running-gateway.js";

/** As the admin API answers it. */
export interface ExplainAnswer {
  readonly phone_number: string;
  readonly other_names: readonly string[];
  readonly link_code: {
    readonly tenant_id: number;
    readonly campaign: string | null;
    readonly tenant: TenantState;
  } | null;
  readonly mapping: {
    readonly tenant_id: number;
    readonly locked_at: string;
    readonly campaign: string | null;
  } | null;
  /** What the contact would ask for by it. */
  readonly wish: Wish | null;
  /** Whether it wants nothing sent to it, as of now. */
  readonly opted_out: boolean;
  readonly outcome:
    | {
        readonly status: "routed";
        readonly tenant_id: number;
        readonly locks: boolean;
        readonly tenant: TenantState;
      }
    | { readonly status: "unknown_tenant"; readonly tenant_id: number }
    | { readonly status: "unmapped" };
}

/** Asks the gateway that runs on the data: it alone knows what hand edits and WAHA's names come to. */
export async function explain(
  config: GatewayConfig,
  message: { readonly phone: string; readonly text: string },
): Promise<ExplainAnswer> {
  const gateway = await RunningGateway.find(config);
  if (gateway === undefined) {
    throw new GatewayError(
      "gateway_not_running",
      config.storage.kind === "file"
        ? `No gateway runs on ${config.dataDir}, and it is who can tell: npm start, or set DATA_DIR to where one does.`
        : `No gateway listens at ${httpUrlOf(config.host, config.port)}, and it is who can tell: npm start, or set HOST and PORT to where one does.`,
      { retryable: false },
    );
  }
  const body = { phone_number: message.phone, text: message.text };
  return (await gateway.call({
    ...{ method: "POST", path: "/api/gateway/explain", body },
  })) as unknown as ExplainAnswer;
}

export function explainText(answer: ExplainAnswer, hasUnmappedReply: boolean): string {
  return `${[contactLine(answer), linkCodeLine(answer), mappingLine(answer), ...wishLines(answer), ...outcomeLines(answer, hasUnmappedReply)].join("\n")}\n`;
}

function contactLine({ phone_number, other_names }: ExplainAnswer): string {
  const others = other_names.length === 0 ? "" : `, also known as ${other_names.join(", ")}`;
  return `Contact    ${phone_number}${others}`;
}

function linkCodeLine({ link_code }: ExplainAnswer): string {
  if (link_code === null) return "Link code  none in the text";
  const campaign = link_code.campaign === null ? "" : `, campaign ${link_code.campaign}`;
  return `Link code  tenant ${link_code.tenant_id}${campaign} (${TENANT_TEXTS[link_code.tenant]})`;
}

function mappingLine({ mapping }: ExplainAnswer): string {
  if (mapping === null) return "Mapping    none: nobody has this contact";
  const campaign = mapping.campaign === null ? "" : `, by campaign ${mapping.campaign}`;
  return `Mapping    tenant ${mapping.tenant_id}, since ${mapping.locked_at}${campaign}`;
}

function wishLines({ wish, opted_out }: ExplainAnswer): readonly string[] {
  if (wish === "opt_out") return ["Opt-out    asks for no more replies, and gets none from then on"];
  if (wish === "opt_in" && opted_out) return ["Opt-out    ends it: the contact can be written to again"];
  return opted_out ? ["Opt-out    in force: the contact gets no replies until it writes an opt-in word"] : [];
}

const TENANT_TEXTS: Readonly<Record<TenantState, string>> = {
  active: "active",
  no_handler: "active, without a handler URL",
  inactive: "inactive",
  unknown: "not in the directory",
};

function outcomeLines(
  { outcome, link_code, mapping, wish, opted_out }: ExplainAnswer,
  hasUnmappedReply: boolean,
): readonly string[] {
  const isTold = hasUnmappedReply && wish !== "opt_out" && (wish === "opt_in" || !opted_out);
  switch (outcome.status) {
    case "routed": {
      const { tenant_id: id, locks, tenant } = outcome;
      const isContested = mapping !== null && link_code !== null && link_code.tenant_id !== id;
      return [
        locks
          ? `Outcome    locks the contact to tenant ${id}, for good, and goes to it as a new session`
          : `Outcome    goes to tenant ${id}`,
        ...(isContested
          ? [`           The first contact wins: tenant ${link_code.tenant_id}'s link changes nothing.`]
          : []),
        ...HELD_TEXTS[tenant](id),
      ];
    }
    case "unknown_tenant":
      return [
        `Outcome    goes to nobody: tenant ${outcome.tenant_id} takes no new contacts, and nothing is locked`,
        ...unmappedReplyLines(isTold),
      ];
    case "unmapped":
      return [
        "Outcome    goes to nobody: the contact has no mapping, and the text no link code",
        "           It is kept for 2 minutes, should a link message follow.",
        ...unmappedReplyLines(isTold),
      ];
  }
}

const HELD_TEXTS: Readonly<Record<TenantState, (id: number) => readonly string[]>> = {
  active: () => [],
  no_handler: (id) => [
    `           It waits there: give the tenant a URL with PUT /api/gateway/tenants/${id} or in the tenants' file.`,
  ],
  inactive: () => ["           It waits there until the tenant is active again, 30 days at most."],
  unknown: (id) => [`           It waits there: npx gateway tenants add ${id} --url URL`],
};

function unmappedReplyLines(isTold: boolean): readonly string[] {
  return isTold ? ["           The contact gets UNMAPPED_REPLY, unless it had it within 24 h."] : [];
}
