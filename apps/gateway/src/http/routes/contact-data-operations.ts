import { EXAMPLE, INVALID_PHONE, PHONE, STORAGE_UNAVAILABLE } from "../openapi/common.js";
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
  type JsonSchema,
} from "../openapi/json-schema.js";
import { answers, answersFile, refuses, type Operation } from "../openapi/operation.js";
import { AUDIT_ENTRY } from "./audit-operations.js";
import { CONTESTED_CONTACT } from "./contested-operations.js";
import { DELIVERY_FIELDS } from "./delivery-operations.js";
import { NOT_MAPPED } from "./mapping-operations.js";
import { REPLY_RECORD } from "./reply-operations.js";

const EVENT: JsonSchema = {
  type: "object",
  additionalProperties: true,
  description: "As its tenant's handler gets it, but for the `url` of its file, which takes an admin key.",
};

const FILE = anObject(
  {
    id: text(),
    tenant_id: orNull({
      ...TENANT_ID,
      description: "Who may open it; null before its message was handed over.",
    }),
    kept_at: aTime("When the gateway had it, or gave it up."),
    mimetype: orNull(text()),
    filename: orNull(text("As the contact's phone named it.")),
    size: orNull(count("In bytes.")),
    error: orNull(text("Why there is no file.")),
    url: orNull(aUrl("Where to get it, with an admin key.")),
  },
  { title: "ContactFile" },
);

const REPLY_MEDIA = anObject({ url: text(), filename: orNull(text()), caption: orNull(text()) });

const fileUrl = `https://gateway.example/api/gateway/user/${EXAMPLE.contact}/media/${EXAMPLE.mediaId}`;

const EXPORT_CONTACT: Operation = {
  id: "exportContact",
  access: "admin",
  summary: "Tell all that is known of a contact",
  description:
    "By any of its names, for whoever has a right to know. What was delivered is with its tenant, and no more here. The audit log has who asked.",
  parameters: [PHONE],
  answers: [
    answers(
      200,
      "All that is known.",
      anObject(
        {
          status: always("exported"),
          exported_at: aTime("When it was gathered."),
          phone_number: CONTACT,
          other_names: aListOf(CONTACT),
          mapping: orNull(
            anObject(
              {
                tenant_id: TENANT_ID,
                locked_at: aTime("When the contact was locked."),
                campaign: orNull(CAMPAIGN),
              },
              { title: "Mapping" },
            ),
          ),
          opted_out: flag("Whether it wants nothing sent to it."),
          deliveries: aListOf(
            anObject(
              { ...DELIVERY_FIELDS, event: EVENT },
              { title: "ExportedDelivery", optional: ["reason", "died_at"] },
            ),
          ),
          first_words: {
            type: "array",
            items: { type: "object", additionalProperties: true },
            description: "Messages that wait for a link, as `message` in an event.",
          },
          replies: aListOf(
            anObject(
              { ...DELIVERY_FIELDS, text: text(), media: REPLY_MEDIA },
              { title: "ExportedReply", optional: ["reason", "died_at", "text", "media"] },
            ),
          ),
          reply_records: aListOf(REPLY_RECORD),
          media: aListOf(FILE),
          contested: aListOf(CONTESTED_CONTACT),
          audit: aListOf(AUDIT_ENTRY),
        },
        { title: "ExportedContact" },
      ),
      {
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
                contact: { id: EXAMPLE.contactId, name: "Mohamed" },
                message: {
                  id: EXAMPLE.messageId,
                  type: "text",
                  text: "start_realty_2",
                  timestamp: EXAMPLE.earlier,
                },
              },
            },
          },
        ],
        first_words: [],
        replies: [],
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
            url: fileUrl,
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
        audit: [],
      },
    ),
    { ...NOT_MAPPED, description: "Nothing is known of this contact." },
  ],
  refusals: [INVALID_PHONE, STORAGE_UNAVAILABLE],
};

const GET_FILE_OF_CONTACT: Operation = {
  id: "getFileOfContact",
  access: "admin",
  summary: "Get a file that a contact sent",
  description: "One of those that the export names. The audit log has who opened it.",
  parameters: [
    PHONE,
    { in: "path", name: "id", description: "The file's id.", schema: text(), example: EXAMPLE.mediaId },
  ],
  answers: [answersFile(200, "The file, as an attachment.", "*/*")],
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
  summary: "Erase a contact",
  description:
    "Its mapping and names, all that waits or was given up, what is known of its replies, its files, and its entries in backups. An opt-out, the fact of the erasure and what admins did stay, by a keyed hash. One that breaks off is completed by asking again.",
  parameters: [PHONE],
  answers: [
    answers(
      200,
      "The contact is a stranger from now on.",
      anObject(
        {
          status: always("erased"),
          pseudonym: text("What stands for it in the audit log, the same each time it is erased."),
          previous_tenant_id: orNull({ ...TENANT_ID, description: "Who had it; null: nobody." }),
          erased: anObject({
            deliveries: count("Waiting or dead."),
            replies: count("Waiting or dead."),
            reply_records: count("What was known of replies."),
            media: count("Files."),
            backups: count("Backups that were changed."),
          }),
          audit_entries: count("Entries in which the pseudonym stands from now on."),
          unreadable_backups: {
            ...aListOf(text()),
            description: "Backups that name it and can't be read: somebody has to look at them.",
          },
        },
        { title: "ErasedContact" },
      ),
      {
        status: "erased",
        pseudonym: "erased/5f1c8e0b9a7d4c3e",
        previous_tenant_id: EXAMPLE.tenantId,
        erased: { deliveries: 1, replies: 0, reply_records: 1, media: 1, backups: 0 },
        audit_entries: 0,
        unreadable_backups: [],
      },
    ),
  ],
  refusals: [INVALID_PHONE, STORAGE_UNAVAILABLE],
};

export const CONTACT_EXPORT = { get: EXPORT_CONTACT };
export const CONTACT_FILE = { get: GET_FILE_OF_CONTACT };
export const CONTACT_DATA = { delete: ERASE_CONTACT };
