import { EXAMPLE, INVALID_PHONE, PHONE, STORAGE_UNAVAILABLE } from "../openapi/common.js";
import { MESSAGE, WEBHOOKS } from "../openapi/handler-webhooks.js";
import {
  CAMPAIGN,
  CONTACT,
  TENANT_ID,
  aListOf,
  always,
  anObject,
  aTime,
  aUrl,
  count,
  flag,
  orNull,
  text,
} from "../openapi/json-schema.js";
import { answers, answersFile, refuses, type Operation } from "../openapi/operation.js";
import { AUDIT_ENTRY } from "./audit-operations.js";
import { CONTESTED_CONTACT } from "./contested-operations.js";
import { DEAD_ONLY, DELIVERY_FIELDS } from "./delivery-operations.js";
import { contactNotFound } from "./mapping-operations.js";
import { REPLY } from "./reply-operations.js";

const ABOUT_NOBODY = "gateway.test";

/** As its tenant's handler gets it. */
const EVENT = {
  description: "As its tenant gets it, but for where its file is.",
  oneOf: WEBHOOKS.filter(({ type }) => type !== ABOUT_NOBODY).map(({ schema }) => schema),
};

const EXPORTED_DELIVERY = anObject(
  { ...DELIVERY_FIELDS, event: EVENT },
  { title: "ExportedDelivery", optional: DEAD_ONLY },
);

const EXPORTED_REPLY = anObject(
  {
    ...DELIVERY_FIELDS,
    text: text("What it says."),
    media: anObject({ url: text(), filename: orNull(text()), caption: orNull(text()) }),
  },
  { title: "ExportedReply", optional: [...DEAD_ONLY, "text", "media"] },
);

const EXPORTED_FILE = anObject(
  {
    id: text(),
    tenant_id: orNull({ ...TENANT_ID, description: "Who may open it; null: nobody yet." }),
    kept_at: aTime("Since when it is kept."),
    mimetype: orNull(text()),
    filename: orNull(text()),
    size: orNull(count("In bytes.")),
    error: orNull(text("Why there is none.")),
    url: orNull(aUrl("Where to fetch it, with an admin key.")),
  },
  { title: "ExportedFile" },
);

const EXPORT = anObject(
  {
    status: always("exported"),
    exported_at: aTime("When this was told."),
    phone_number: CONTACT,
    other_names: aListOf(CONTACT),
    mapping: orNull(
      anObject({
        tenant_id: TENANT_ID,
        locked_at: aTime("When the contact was locked."),
        campaign: orNull(CAMPAIGN),
      }),
    ),
    opted_out: flag("Whether it wants nothing sent to it."),
    deliveries: { ...aListOf(EXPORTED_DELIVERY), description: "What waits for its tenant, or was given up." },
    first_words: {
      ...aListOf(MESSAGE),
      description: "What it wrote before it opened a link, while that is kept.",
    },
    replies: { ...aListOf(EXPORTED_REPLY), description: "What waits to be sent to it, or was given up." },
    reply_records: {
      ...aListOf(REPLY),
      description: "What became of replies, those that were sent included.",
    },
    media: aListOf(EXPORTED_FILE),
    contested: aListOf(CONTESTED_CONTACT),
    audit: aListOf(AUDIT_ENTRY),
  },
  { title: "ContactExport" },
);

const EXPORT_CONTACT: Operation = {
  id: "exportContact",
  access: "admin",
  summary: "Tell all that is known of a contact",
  description:
    "By any of its names, for whoever has a right to know. What was delivered is with its tenant, and no more here. The audit log has it that somebody asked, `contact.exported`.",
  parameters: [PHONE],
  answers: [
    answers(200, "All that is known.", EXPORT, {
      status: "exported",
      exported_at: EXAMPLE.time,
      phone_number: EXAMPLE.contact,
      other_names: [],
      mapping: { tenant_id: EXAMPLE.tenantId, locked_at: EXAMPLE.earlier, campaign: EXAMPLE.campaign },
      opted_out: false,
      deliveries: [
        {
          id: EXAMPLE.deliveryId,
          state: "pending",
          direction: "in",
          tenant_id: EXAMPLE.tenantId,
          phone_number: EXAMPLE.contact,
          is_new_session: true,
          replayed: false,
          enqueued_at: EXAMPLE.earlier,
          attempts: 0,
          waiting_for: null,
          last_error: null,
          event: {
            type: "message.received",
            timestamp: EXAMPLE.earlier,
            data: {
              tenant_id: EXAMPLE.tenantId,
              phone_number: EXAMPLE.contact,
              is_new_session: true,
              campaign: EXAMPLE.campaign,
              contact: { id: EXAMPLE.contactId },
              message: {
                id: EXAMPLE.messageId,
                type: "image",
                text: "start_realty_2_flyer",
                timestamp: EXAMPLE.earlier,
                media: {
                  url: `https://gateway.example/api/gateway/user/${EXAMPLE.contact}/media/${EXAMPLE.mediaId}`,
                  mimetype: "image/jpeg",
                  filename: "house.jpg",
                  size: 9,
                },
              },
            },
          },
        },
      ],
      first_words: [],
      replies: [
        {
          id: EXAMPLE.replyId,
          state: "pending",
          direction: "out",
          tenant_id: EXAMPLE.tenantId,
          phone_number: EXAMPLE.contact,
          is_new_session: true,
          replayed: false,
          enqueued_at: EXAMPLE.time,
          attempts: 0,
          waiting_for: null,
          last_error: null,
          text: "Your viewing is at 3.",
        },
      ],
      reply_records: [
        {
          id: EXAMPLE.replyId,
          tenant_id: EXAMPLE.tenantId,
          phone_number: EXAMPLE.contact,
          state: "queued",
          reason: null,
          error: null,
          queued_at: EXAMPLE.time,
          changed_at: EXAMPLE.time,
        },
      ],
      media: [
        {
          id: EXAMPLE.mediaId,
          tenant_id: EXAMPLE.tenantId,
          kept_at: EXAMPLE.time,
          mimetype: "image/jpeg",
          filename: "house.jpg",
          size: 9,
          error: null,
          url: `https://gateway.example/api/gateway/user/${EXAMPLE.contact}/media/${EXAMPLE.mediaId}`,
        },
      ],
      contested: [
        {
          phone_number: EXAMPLE.contact,
          tenant_id: EXAMPLE.tenantId,
          link_tenant_id: EXAMPLE.otherTenantId,
          campaign: null,
          times: 1,
          first_at: EXAMPLE.time,
          last_at: EXAMPLE.time,
        },
      ],
      audit: [
        {
          at: EXAMPLE.earlier,
          actor: EXAMPLE.keyName,
          action: "contact.reassigned",
          subject: EXAMPLE.contact,
          details: {
            before: null,
            after: { tenant_id: EXAMPLE.tenantId },
            reason: "The contact asked for it.",
          },
        },
      ],
    }),
    contactNotFound("Nothing is known of this contact."),
  ],
  refusals: [INVALID_PHONE, STORAGE_UNAVAILABLE],
};

const GET_FILE_OF_CONTACT: Operation = {
  id: "getFileOfContact",
  access: "admin",
  summary: "Get one of a contact's files",
  description:
    "As its export names it. To be saved and not to be shown: `Content-Disposition: attachment`. The audit log has it that somebody opened it, `contact.file_opened`.",
  parameters: [
    PHONE,
    {
      in: "path",
      name: "id",
      description: "The file's id.",
      schema: text(),
      example: EXAMPLE.mediaId,
    },
  ],
  answers: [answersFile(200, "The file, with the type it says it has.", "*/*")],
  refusals: [
    INVALID_PHONE,
    refuses(404, "not_found", "There is nothing here."),
    refuses(503, "overloaded", "As many files as can be are fetched."),
    STORAGE_UNAVAILABLE,
  ],
};

const ERASE_CONTACT: Operation = {
  id: "eraseContact",
  access: "admin",
  summary: "Erase all that is known of a contact",
  description:
    "Its mapping and names, what waits for its tenant or from it, files, held first words, contested records, and its entries in backups. What stays has a keyed hash of it and never its number. It is a stranger from then on. One that breaks off is completed by asking again; asking for a contact of whom nothing is known is answered alike. Its tenant is not told.",
  parameters: [PHONE],
  answers: [
    answers(
      200,
      "It is erased.",
      anObject(
        {
          status: always("erased"),
          pseudonym: text("What stands for the contact in the audit log, the same each time it is erased."),
          previous_tenant_id: orNull({ ...TENANT_ID, description: "Who had it; null: nobody." }),
          erased: anObject({
            deliveries: count("What waited for its tenant, or was given up."),
            replies: count("What waited to be sent to it, or was given up."),
            reply_records: count("What was known of replies."),
            media: count("Files."),
            backups: count("Backups that it was taken out of."),
          }),
          audit_entries: count("Entries in which the pseudonym stands for it now."),
          unreadable_backups: {
            ...aListOf(text()),
            description:
              "Paths of backups that name the contact and can't be read: somebody has to look at them.",
          },
        },
        { title: "ContactErased" },
      ),
      {
        status: "erased",
        pseudonym: "erased/6Yk0tq2mXoB7dL4sVhW9Zg",
        previous_tenant_id: EXAMPLE.tenantId,
        erased: { deliveries: 1, replies: 1, reply_records: 1, media: 1, backups: 0 },
        audit_entries: 1,
        unreadable_backups: [],
      },
    ),
  ],
  refusals: [INVALID_PHONE, STORAGE_UNAVAILABLE],
};

export const CONTACT_EXPORT = { get: EXPORT_CONTACT };
export const CONTACT_FILE = { get: GET_FILE_OF_CONTACT };
export const CONTACT_DATA = { delete: ERASE_CONTACT };
