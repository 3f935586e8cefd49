import type { ContactId, Generation, Mapping, TenantId } from "@gateway-router/core";

type Fields = readonly [
  tenant: string,
  generation: Generation,
  lockedAtMs: number,
  campaign?: string,
  mergedGenerations?: readonly Generation[],
];

/** A mapping as it is kept under its contact: as short as it may be, for there may be a million. */
export function storedMapping(mapping: Omit<Mapping, "contact">): string {
  const { tenantId, generation, lockedAtMs, campaign, mergedGenerations } = mapping;
  const fields: unknown[] = [String(tenantId), generation, lockedAtMs];
  if (campaign !== undefined || mergedGenerations !== undefined) fields.push(campaign ?? "");
  if (mergedGenerations !== undefined) fields.push(mergedGenerations);
  return JSON.stringify(fields);
}

export function readMapping(contact: string, stored: string): Mapping {
  const [tenant, generation, lockedAtMs, campaign, mergedGenerations] = JSON.parse(stored) as Fields;
  return {
    ...{ contact: contact as ContactId, tenantId: Number(tenant) as TenantId, generation, lockedAtMs },
    ...(campaign === undefined || campaign === "" ? {} : { campaign }),
    ...(mergedGenerations === undefined ? {} : { mergedGenerations }),
  };
}

/** As {@link readMapping}, where an empty text stands for none. */
export function readMappingIfAny(contact: string, stored: string): Mapping | undefined {
  return stored === "" ? undefined : readMapping(contact, stored);
}
