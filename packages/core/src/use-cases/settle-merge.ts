import { endsAnothersLock, type MappingMerge } from "../domain/mapping-merge.js";
import type { Logger } from "../ports/runtime.js";
import { retireMapping, type RetireMappingParts } from "./retire-mapping.js";

/**
 * Brings a merge that is durable already to its end: what waits for a tenant that lost the contact by it becomes dead
 * letters, and whoever reads the log learns of it. Never throws: should it not get through, the check before each
 * attempt comes to the same end.
 */
export async function settleMerge(
  { logger, ...parts }: RetireMappingParts & { readonly logger: Logger },
  merge: MappingMerge,
): Promise<void> {
  const { alias, mapping, ended } = merge;
  const { contact, tenantId } = mapping;
  const fields = { event: "contact.merged", phone_number: contact, alias, tenant_id: tenantId };
  if (ended === undefined) {
    logger.log("info", `🔗 User ${alias} is known as ${contact} from now on`, {
      ...fields,
      event: "contact.renamed",
    });
    return;
  }
  if (!endsAnothersLock(merge)) {
    logger.log(
      "info",
      `🔗 Users ${alias} and ${contact} are one, and tenant ${tenantId} held both: its first lock goes on`,
      fields,
    );
    return;
  }
  let retired = {};
  try {
    const { deadLetters, droppedReplies } = await retireMapping(parts, ended);
    retired = { dead_letters: deadLetters, dropped_replies: droppedReplies };
  } catch (error) {
    logger.log(
      "error",
      `What waits for user ${ended.contact} at tenant ${ended.tenantId} could not be given up at once; each is when its turn comes`,
      { event: "contact.merge_unsettled", phone_number: contact, tenant_id: ended.tenantId, error },
    );
  }
  logger.log(
    "warn",
    `🔗 Users ${alias} and ${contact} are one: tenant ${tenantId}, whose link came first, keeps it, and tenant ${ended.tenantId} loses it`,
    { ...fields, ended_tenant_id: ended.tenantId, ...retired },
  );
}
