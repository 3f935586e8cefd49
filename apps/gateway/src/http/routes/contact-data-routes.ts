import {
  isMessage,
  toldCampaign,
  type DeadLetter,
  type ErasedContact,
  type ExportedContact,
  type InboundMessage,
  type Mapping,
  type QueuedDelivery,
  type ReplyContent,
  type StoredMedia,
} from "@gateway-router/core";
import { receivedMessageJson, tenantEventJson } from "@gateway-router/tenant-http";
import type { Request, Router } from "express";
import { adminOf, requireAdminRole } from "../admin-authentication.js";
import { answer } from "../answer.js";
import { FileDownloads } from "../file-downloads.js";
import type { HttpServices } from "../http-services.js";
import { contactOf, pathParameter } from "../parameters.js";
import { mount } from "../route-table.js";
import { withoutPassword } from "../without-password.js";
import { CONTACT_DATA, CONTACT_EXPORT, CONTACT_FILE } from "./contact-data-operations.js";
import { entryBody } from "./audit-routes.js";
import { contestedBody } from "./contested-routes.js";
import { deliveryBody } from "./delivery-routes.js";
import { sendNotFound } from "./mapping-routes.js";
import { replyBody } from "./reply-routes.js";

/** What is known of one contact, for whoever has a right to know, and its end. For the role `admin` alone: it is what people wrote. */
export function contactDataRoutes(
  router: Router,
  services: Pick<HttpServices, "exportContact" | "eraseContact" | "clock" | "publicUrl">,
): void {
  const { exportContact, eraseContact, clock } = services;
  const downloads = new FileDownloads();
  mount(router, "/user/:phone/export", CONTACT_EXPORT, {
    get: async (request, response) => {
      const { name: actor } = requireAdminRole(request);
      const contact = contactOf(request);
      const exported = await exportContact.execute(contact, { actor });
      if (exported === undefined) {
        sendNotFound(response, contact);
        return;
      }
      const fileUrl = (id: string) => fileUrlOf(request, services, { contact: exported.names[0], id });
      answer(response, 200, exportBody(exported, { atMs: clock.nowMs(), fileUrl }));
    },
  });
  mount(router, "/user/:phone/media/:id", CONTACT_FILE, {
    get: (request, response) => {
      const { name: actor } = requireAdminRole(request);
      const contact = contactOf(request);
      const open = () => exportContact.openFile(contact, { id: pathParameter(request, "id"), actor });
      return downloads.send(open, { request, response });
    },
  });
  mount(router, "/user/:phone/data", CONTACT_DATA, {
    delete: async (request, response) => {
      const contact = contactOf(request);
      const erased = await eraseContact.execute(contact, { actor: adminOf(request).name });
      answer(response, 200, erasedBody(erased));
    },
  });
}

function fileUrlOf(
  request: Request,
  { publicUrl }: Pick<HttpServices, "publicUrl">,
  { contact, id }: { readonly contact: string; readonly id: string },
): string {
  const path = `/api/gateway/user/${encodeURIComponent(contact)}/media/${encodeURIComponent(id)}`;
  return `${publicUrl(request.socket.localPort ?? 0)}${path}`;
}

interface Telling {
  readonly atMs: number;
  /** Where the admin fetches a file. */
  readonly fileUrl: (id: string) => string;
}

function exportBody(exported: ExportedContact, { atMs, fileUrl }: Telling) {
  const [contact, ...others] = exported.names;
  const { mapping, optedOut, deliveries, deadLetters, firstWords, replies, deadReplies } = exported;
  const files = new Map(exported.media.map((file) => [file.id, file]));
  const received = (delivery: QueuedDelivery | DeadLetter, state: "pending" | "dead") => ({
    ...deliveryBody(delivery, state, "in"),
    event: eventBody(delivery, { files, fileUrl, mapping }),
  });
  return {
    status: "exported",
    exported_at: new Date(atMs).toISOString(),
    phone_number: contact,
    other_names: others,
    mapping: mapping === undefined ? null : mappingBody(mapping),
    opted_out: optedOut,
    deliveries: [
      ...deliveries.map((delivery) => received(delivery, "pending")),
      ...deadLetters.map((letter) => received(letter, "dead")),
    ],
    first_words: firstWords.map((message) => firstWordsBody(message, fileUrl)),
    replies: [
      ...replies.map((reply) => ({ ...deliveryBody(reply, "pending", "out"), ...contentBody(reply.body) })),
      ...deadReplies.map((reply) => ({ ...deliveryBody(reply, "dead", "out"), ...contentBody(reply.body) })),
    ],
    reply_records: exported.replyRecords.map(replyBody),
    media: exported.media.map((file) => mediaBody(file, fileUrl)),
    contested: exported.contested.map(contestedBody),
    audit: exported.audit.map(entryBody),
  };
}

function mappingBody({ tenantId, lockedAtMs, campaign }: Mapping) {
  return {
    tenant_id: tenantId,
    locked_at: new Date(lockedAtMs).toISOString(),
    campaign: campaign ?? null,
  };
}

interface EventTelling extends Pick<Telling, "fileUrl"> {
  readonly files: ReadonlyMap<string, StoredMedia>;
  readonly mapping: Mapping | undefined;
}

/** As its tenant gets it, but for where its file is. */
function eventBody(delivery: QueuedDelivery | DeadLetter, { files, fileUrl, mapping }: EventTelling) {
  const { body } = delivery;
  const mediaId = isMessage(body) ? body.content.media?.id : undefined;
  const media = mediaId === undefined ? undefined : files.get(mediaId)?.outcome;
  const due = {
    ...{ ...delivery, ...(mapping === undefined ? {} : toldCampaign(delivery, mapping)) },
    ...(media === undefined ? {} : { media }),
  };
  return tenantEventJson(due, { mediaUrl: fileUrl });
}

function firstWordsBody(message: InboundMessage, mediaUrl: Telling["fileUrl"]) {
  const timestamp = new Date(message.sentAtMs).toISOString();
  return receivedMessageJson(message, { timestamp, media: undefined, mediaUrl });
}

function contentBody(content: ReplyContent) {
  if (content.kind === "text") return { text: content.text };
  const { url, filename, caption } = content;
  return { media: { url: withoutPassword(url), filename: filename ?? null, caption: caption ?? null } };
}

function mediaBody({ id, outcome, keptAtMs, tenantId }: StoredMedia, fileUrl: Telling["fileUrl"]) {
  const isKept = outcome.kind === "kept";
  return {
    id,
    tenant_id: tenantId ?? null,
    kept_at: new Date(keptAtMs).toISOString(),
    mimetype: (isKept ? outcome.mimetype : undefined) ?? null,
    filename: (isKept ? outcome.filename : undefined) ?? null,
    size: isKept ? outcome.sizeBytes : null,
    error: isKept ? null : outcome.error,
    // A file belongs to nobody until its message was first handed to a tenant.
    url: isKept && tenantId !== undefined ? fileUrl(id) : null,
  };
}

function erasedBody(erased: ErasedContact) {
  return {
    status: "erased",
    pseudonym: erased.pseudonym,
    previous_tenant_id: erased.previousTenantId ?? null,
    erased: {
      deliveries: erased.deliveries,
      replies: erased.replies,
      reply_records: erased.replyRecords,
      media: erased.media,
      backups: erased.backups,
    },
    audit_entries: erased.auditEntries,
    unreadable_backups: erased.unreadableBackups,
  };
}
