import type { ContactId } from "../domain/contact-id.js";
import { LinkCodeFinder, type LinkCode } from "../domain/deep-link.js";
import { WishFinder, type Wish, type WishWords } from "../domain/opt-out.js";
import type { Mapping } from "../domain/mapping.js";
import type { Tenant, TenantId } from "../domain/tenant.js";
import type { ContactNames, MappingStore } from "../ports/mapping-store.js";
import type { OptOuts } from "../ports/opt-outs.js";
import type { TenantDirectory } from "../ports/tenant-directory.js";

export interface ExplainMessageOptions {
  readonly mappings: Pick<MappingStore, "find" | "namesOf">;
  readonly optOuts: Pick<OptOuts, "isOptedOut">;
  readonly tenants: TenantDirectory;
  /** Text before the tenant id in a link code. */
  readonly linkPrefix: string;
  /** What contacts write who want no replies, or want them again. */
  readonly wishWords: WishWords;
}

/** What would become of a message that was sent now. */
export interface Explanation {
  /** Every name of the contact, the canonical one first. */
  readonly names: ContactNames;
  /** The first link code in the text. */
  readonly linkCode?: LinkCode & { readonly tenant: TenantState };
  /** The lock that the contact has already. */
  readonly mapping?: Mapping;
  /** What the contact would ask for by it. */
  readonly wish?: Wish;
  /** Whether the contact wants nothing sent to it, as of now. */
  readonly optedOut: boolean;
  readonly outcome: ExplainedOutcome;
}

export type ExplainedOutcome =
  | {
      readonly kind: "routed";
      readonly tenantId: TenantId;
      /** Whether this message would lock the contact. */
      readonly locks: boolean;
      readonly tenant: TenantState;
    }
  | { readonly kind: "unknown_tenant"; readonly tenantId: TenantId }
  | { readonly kind: "unmapped" };

/** `no_handler`: active, but there is no URL to deliver to. What is held for a tenant waits until it is `active`. */
export type TenantState = "active" | "no_handler" | "inactive" | "unknown";

/** Says what `RouteInboundMessage` would do, and does nothing. */
export class ExplainMessage {
  private readonly linkCodes: LinkCodeFinder;
  private readonly wishes: WishFinder;

  constructor(private readonly options: ExplainMessageOptions) {
    this.linkCodes = new LinkCodeFinder(options.linkPrefix);
    this.wishes = new WishFinder(options.wishWords);
  }

  /** Takes any name of the contact. */
  async execute(contact: ContactId, text: string): Promise<Explanation> {
    const { mappings, optOuts } = this.options;
    const names = await mappings.namesOf(contact);
    const mapping = await mappings.find(contact);
    const code = this.linkCodes.find(text);
    const wish = this.wishes.find(text);
    const linkCode = code === undefined ? undefined : { ...code, tenant: await this.stateOf(code.tenantId) };
    return {
      names,
      ...(linkCode === undefined ? {} : { linkCode }),
      ...(mapping === undefined ? {} : { mapping }),
      ...(wish === undefined ? {} : { wish }),
      optedOut: await optOuts.isOptedOut(...names),
      outcome: await this.outcomeOf(mapping, linkCode),
    };
  }

  private async outcomeOf(
    mapping: Mapping | undefined,
    linkCode: Explanation["linkCode"],
  ): Promise<ExplainedOutcome> {
    if (mapping !== undefined) {
      const { tenantId } = mapping;
      return { kind: "routed", tenantId, locks: false, tenant: await this.stateOf(tenantId) };
    }
    if (linkCode === undefined) return { kind: "unmapped" };
    const { tenantId, tenant } = linkCode;
    return tenant === "active" || tenant === "no_handler"
      ? { kind: "routed", tenantId, locks: true, tenant }
      : { kind: "unknown_tenant", tenantId };
  }

  private async stateOf(id: TenantId): Promise<TenantState> {
    return stateOf(await this.options.tenants.find(id));
  }
}

function stateOf(tenant: Tenant | undefined): TenantState {
  if (tenant === undefined) return "unknown";
  if (!tenant.active) return "inactive";
  return tenant.url === undefined ? "no_handler" : "active";
}
