import type { ContactId } from "../domain/contact-id.js";
import { LinkCodeFinder, type LinkCode } from "../domain/deep-link.js";
import type { InboundMessage } from "../domain/inbound-message.js";
import type { TenantId } from "../domain/tenant.js";
import type { IntakeOutcome, MessageIntake } from "../ports/message-intake.js";
import type { Clock, IdSource, Logger } from "../ports/runtime.js";
import type { TenantDirectory } from "../ports/tenant-directory.js";

export interface RouteInboundMessageOptions {
  readonly intake: MessageIntake;
  readonly tenants: TenantDirectory;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** Text before the tenant id in a link code. */
  readonly linkPrefix: string;
  /** Told of each contact whose message found no mapping and made none. */
  readonly onUnmapped?: (contact: ContactId) => void;
}

/** What became of a message. All but the last two mean: it is durably queued. */
export type RoutingOutcome =
  | {
      readonly kind: "routed";
      readonly tenantId: TenantId;
      readonly contact: ContactId;
      readonly isNewSession: boolean;
    }
  | { readonly kind: "duplicate"; readonly tenantId: TenantId; readonly contact: ContactId }
  | { readonly kind: "unknown_tenant"; readonly tenantId: TenantId; readonly contact: ContactId }
  | { readonly kind: "unmapped"; readonly contact: ContactId }
  /** A change whose message has not come yet: to be sent again, nothing was taken. */
  | { readonly kind: "early"; readonly contact: ContactId };

/**
 * The gateway's first half: decides whose message this is, and has it durably queued for that tenant.
 *
 * The first link code a contact sends locks it; from then on every message goes to that tenant, codes of
 * other tenants included. Resolves when what it answers is durable, rejects where it could not be made so.
 */
export class RouteInboundMessage {
  private readonly linkCodes: LinkCodeFinder;

  constructor(private readonly options: RouteInboundMessageOptions) {
    this.linkCodes = new LinkCodeFinder(options.linkPrefix);
  }

  async execute(message: InboundMessage): Promise<RoutingOutcome> {
    const { intake, tenants, ids, clock } = this.options;
    const code = message.content.text === undefined ? undefined : this.linkCodes.find(message.content.text);
    const invited = code === undefined ? undefined : await tenants.find(code.tenantId);
    const outcome = await intake.take({
      message,
      deliveryId: ids.deliveryId(),
      // A code of nobody is not kept as first words: it was meant for a tenant that is not here.
      holdIfUnmapped: code === undefined,
      ...(code !== undefined && invited?.active === true
        ? { proposal: { ...code, generation: ids.generation(), lockedAtMs: clock.nowMs() } }
        : {}),
    });
    this.report(message, code, outcome);
    if (outcome.kind === "unmapped") this.options.onUnmapped?.(message.contact);

    const { contact } = message;
    switch (outcome.kind) {
      case "duplicate":
        return { kind: "duplicate", tenantId: outcome.tenantId, contact };
      case "routed":
        return { kind: "routed", tenantId: outcome.mapping.tenantId, contact, isNewSession: outcome.isFirst };
      case "unmapped":
        return code !== undefined && invited?.active !== true
          ? { kind: "unknown_tenant", tenantId: code.tenantId, contact }
          : { kind: "unmapped", contact };
    }
  }

  /**
   * One line per message at `info` that carries the phrases of all its steps, so that one grep finds a
   * contact's way; the steps one by one at `debug`.
   */
  private report(message: InboundMessage, code: LinkCode | undefined, outcome: IntakeOutcome): void {
    const { logger } = this.options;
    const { contact } = message;
    const steps = ["📨 Received message"];
    if (code !== undefined) steps.push(`✅ Extracted tenant_id=${code.tenantId} from deep link`);
    if (outcome.kind === "unmapped") {
      const why = code === undefined ? "it has no mapping" : "the link's tenant takes no contacts";
      steps.push(`🚫 Not routed: User ${contact}, ${why}`);
    } else if (outcome.kind === "duplicate") {
      steps.push(`♻️ Duplicate: User ${contact} → Tenant ${outcome.tenantId} has it already`);
    } else {
      const { tenantId } = outcome.mapping;
      if (outcome.locked) steps.push(`🔒 Locked user ${contact} to tenant ${tenantId}`);
      if (outcome.isFirst) steps.push(`🎯 NEW SESSION: User ${contact} → Tenant ${tenantId}`);
      steps.push(`📍 ROUTING: User ${contact} → Tenant ${tenantId}`);
    }
    if (logger.isEnabled("debug")) {
      for (const step of steps) logger.log("debug", step, { phone_number: contact });
    }
    // Durably queued is as good as under way; the attempt itself says so again, at `debug`.
    if (outcome.kind === "routed") steps.push(`🚀 Forwarding to tenant ${outcome.mapping.tenantId}`);
    logger.log("info", steps.join(" | "), {
      event: `message.${outcome.kind}`,
      phone_number: contact,
      message_id: message.content.id,
      ...(code === undefined ? {} : { link_tenant_id: code.tenantId }),
      ...(outcome.kind === "duplicate" ? { tenant_id: outcome.tenantId } : {}),
      ...(outcome.kind === "routed"
        ? {
            tenant_id: outcome.mapping.tenantId,
            is_new_session: outcome.isFirst,
            locked: outcome.locked,
            first_words: outcome.firstWords,
          }
        : {}),
    });
    if (outcome.kind === "routed" && code !== undefined && code.tenantId !== outcome.mapping.tenantId) {
      logger.log(
        "warn",
        `⚔️ User ${contact} stays with tenant ${outcome.mapping.tenantId} though it used tenant ${code.tenantId}'s link`,
        {
          event: "contact.contested",
          phone_number: contact,
          tenant_id: outcome.mapping.tenantId,
          link_tenant_id: code.tenantId,
        },
      );
    }
  }
}
