import type { Growth } from "@gateway-router/core";
import type { OverviewReading } from "../overview.js";
import type { SharedNumber } from "../shared-number.js";
import { VERSION } from "../version.js";

export function overviewBody(reading: OverviewReading, number: SharedNumber) {
  const { deliveries, replies, tenants } = reading;
  return {
    version: VERSION,
    phone_number: number.phoneNumber ?? null,
    waha: {
      session: number.sessionStatus ?? "unknown",
      since: timeOrNull(number.sessionSinceMs),
      fault: number.fault ?? null,
      webhook: number.webhook,
      last_message_at: timeOrNull(number.lastMessageAtMs),
    },
    contacts: reading.contacts,
    last_mapping_change_at: timeOrNull(reading.lastMappingChangeAtMs),
    tenants: { all: tenants.all, active: tenants.active },
    deliveries: {
      pending: deliveries.pending,
      dead: deliveries.dead,
      paused_tenants: deliveries.pausedTenants,
      held_tenants: deliveries.heldTenants,
      oldest_at: timeOrNull(deliveries.oldestEnqueuedAtMs),
    },
    replies: {
      pending: replies.pending,
      dead: replies.dead,
      oldest_at: timeOrNull(replies.oldestEnqueuedAtMs),
    },
    messages_per_minute: reading.messagesPerMinute,
    growth: growthBody(reading.growth),
  };
}

export function growthBody({ sinceMs, asOfMs, newContacts, tenants }: Growth) {
  return {
    since: new Date(sinceMs).toISOString(),
    as_of: new Date(asOfMs).toISOString(),
    new_contacts: newContacts,
    tenants: tenants.map(({ tenantId, newContacts: grown }) => ({
      tenant_id: tenantId,
      new_contacts: grown,
    })),
  };
}

export function timeOrNull(atMs: number | undefined): string | null {
  return atMs === undefined ? null : new Date(atMs).toISOString();
}
