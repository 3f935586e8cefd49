import {
  CAMPAIGN_IN_QUERY,
  EXAMPLE,
  INVALID_CAMPAIGN,
  INVALID_PAGE,
  INVALID_PHONE_IN_QUERY,
  PAGE,
  PHONE_IN_QUERY,
  STORAGE_UNAVAILABLE,
} from "../openapi/common.js";
import {
  CAMPAIGN,
  CONTACT,
  aListOf,
  anObject,
  aPageOf,
  aTime,
  count,
  flag,
  orNull,
  text,
} from "../openapi/json-schema.js";
import { answers, type Operation } from "../openapi/operation.js";

/** A page of a tenant's contacts, for itself and for admins. */
export const LISTED_CONTACTS = answers(
  200,
  "A page of them.",
  aPageOf(
    "Contacts",
    anObject(
      {
        phone_number: CONTACT,
        contact_id: text("The `contact.id` of its events."),
        since: aTime("When it was locked to its tenant."),
        campaign: orNull(CAMPAIGN),
        opted_out: flag("Whether it wants nothing sent to it."),
      },
      { title: "Contact" },
    ),
  ),
  {
    items: [
      {
        phone_number: EXAMPLE.contact,
        contact_id: EXAMPLE.contactId,
        since: EXAMPLE.earlier,
        campaign: EXAMPLE.campaign,
        opted_out: false,
      },
    ],
    next_cursor: null,
  },
);

const LIST_CONTACTS: Operation = {
  id: "listContacts",
  access: "tenant",
  summary: "List your contacts",
  parameters: [
    { ...CAMPAIGN_IN_QUERY, description: "Those that came by this campaign only." },
    {
      ...PHONE_IN_QUERY,
      description: "This contact only, in any usual form; none, where it is not yours.",
    },
    ...PAGE,
  ],
  answers: [LISTED_CONTACTS],
  refusals: [INVALID_CAMPAIGN, INVALID_PHONE_IN_QUERY, ...INVALID_PAGE, STORAGE_UNAVAILABLE],
};

const LIST_CAMPAIGNS: Operation = {
  id: "listCampaigns",
  access: "tenant",
  summary: "Count your contacts by campaign",
  description: "A campaign without a contact is not there.",
  answers: [
    answers(
      200,
      "The largest first, 1,000 at most.",
      anObject(
        { items: aListOf(anObject({ campaign: CAMPAIGN, contacts: count("How many came by it.") })) },
        { title: "Campaigns" },
      ),
      { items: [{ campaign: EXAMPLE.campaign, contacts: 1 }] },
    ),
  ],
  refusals: [STORAGE_UNAVAILABLE],
};

export const CAMPAIGNS = { get: LIST_CAMPAIGNS };
export const CONTACTS = { get: LIST_CONTACTS };
