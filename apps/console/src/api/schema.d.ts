// Made of the gateway's own description, GET /openapi.json: `npm run api-types -w @gateway-router/console`.
export interface paths {
  "/api/gateway/waha": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Take an event of WAHA's
     * @description Answered only when what the answer says is durable. Of WAHA's events those about messages count; the others are ignored.
     */
    post: operations["takeWebhook"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/console/session": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Ask who is signed in to the console */
    get: operations["getConsoleSession"];
    put?: never;
    /**
     * Sign in to the console
     * @description For the console's own pages: the session is a cookie that no script reads. For 12 hours, and as long as its key is there, it opens the admin API as its key does.
     */
    post: operations["signIn"];
    /** Sign out of the console */
    delete: operations["signOut"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/explain": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Say what would become of a message
     * @description Of the message itself nothing becomes. A POST, since what people write belongs in no URL.
     */
    post: operations["explainMessage"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/stats": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Count contacts and tenants */
    get: operations["getStats"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/user/{phone}/tenant": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Look up whose a contact is */
    get: operations["findTenantOfContact"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/user/{phone}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Look up a contact, by any of its names */
    get: operations["getContact"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/user/{phone}/mapping": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Free a contact
     * @description The contact belongs to nobody until it opens a link again. What still waits for its tenant becomes dead letters, `mapping_changed`.
     */
    delete: operations["removeMapping"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/user/{phone}/reassign": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Give a contact to another tenant
     * @description Or to its first one. What still waits for the tenant before becomes dead letters, `mapping_changed`.
     */
    post: operations["reassignContact"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/user/{phone}/export": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Tell all that is known of a contact
     * @description By any of its names, for whoever has a right to know. What was delivered is with its tenant, and no more here. The audit log has it that somebody asked, `contact.exported`.
     */
    get: operations["exportContact"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/user/{phone}/media/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Get one of a contact's files
     * @description As its export names it. To be saved and not to be shown: `Content-Disposition: attachment`. The audit log has it that somebody opened it, `contact.file_opened`.
     */
    get: operations["getFileOfContact"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/user/{phone}/data": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Erase all that is known of a contact
     * @description Its mapping and names, what waits for its tenant or from it, files, held first words, contested records, and its entries in backups. What stays has a keyed hash of it and never its number. It is a stranger from then on. One that breaks off is completed by asking again; asking for a contact of whom nothing is known is answered alike. Its tenant is not told.
     */
    delete: operations["eraseContact"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/deliveries": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List what waits, or what was given up
     * @description Without what was written: an admin minds the post, and does not read it.
     */
    get: operations["listDeliveries"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/deliveries/replay": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send a tenant's dead letters again
     * @description Each goes to the end of its contact's line with the same `webhook-id`, a new age clock and `replayed` in its data. What belongs to a contact that nobody has stays where it is.
     */
    post: operations["replayDeadLettersOfTenant"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/deliveries/{id}/replay": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send one dead letter again
     * @description To the tenant that has its contact now.
     */
    post: operations["replayDeadLetter"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/replies": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List what goes out and what became of it
     * @description Those queued last come first, kept for `DEAD_LETTER_DAYS`, and without what they say. A page may have fewer than asked for before the last one.
     */
    get: operations["listReplies"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/audit": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List what was done to whom
     * @description The newest first, kept for a year.
     */
    get: operations["listAudit"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/contested": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List contacts that used another tenant's link
     * @description The last used first, kept for a year after the last time. It tells of the past, and stays when the contact is freed or given to another tenant.
     */
    get: operations["listContested"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/tenants": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the tenants
     * @description Those that were written down: a tenant by the template alone is not among them.
     */
    get: operations["listTenants"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/tenants/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Look up a tenant */
    get: operations["getTenant"];
    /**
     * Make a tenant, or change it
     * @description What is left out stays as it is, and `null` takes it away. A change leaves secrets and tokens as they are. `id` and `source` may stand in the body as an answer has them.
     */
    put: operations["putTenant"];
    post?: never;
    /**
     * Remove a tenant
     * @description For good: its id is never given again. With `force` its contacts are freed, and what waits for it or comes from it becomes dead letters, `tenant_removed`; where that was cut short, the same request again does the rest.
     */
    delete: operations["removeTenant"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/tenants/{id}/rotate": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Give a tenant a new secret and token
     * @description For the overlap the gateway signs with both secrets and takes both tokens. A second rotation within an overlap keeps the newest two.
     */
    post: operations["rotateTenant"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/tenants/{id}/test": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send a test event to a tenant's handler
     * @description A signed `gateway.test`, once, to inactive tenants too.
     */
    post: operations["testTenant"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/tenants/{id}/contacts": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List a tenant's contacts */
    get: operations["listContactsOfTenant"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/tenants/{id}/health": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * See how a tenant's handler does
     * @description As far as it shows in what waits for it; of that, and of its dead letters, 500 each are looked at.
     */
    get: operations["getTenantHealth"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/tenants/{id}/deep-link": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Get a tenant's links */
    get: operations["getDeepLinkOfTenant"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/overview": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** See how everything is at a glance */
    get: operations["getOverview"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/overview/events": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Be told how everything is, each time it changes
     * @description Server-sent events: `overview`, its data being what `getOverview` answers, at once and whenever it is another, and `still-here` every 10 s or so. A stream ends with the session it was begun by, and with the gateway.
     */
    get: operations["followOverview"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/growth": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** See which tenants grew of late */
    get: operations["getGrowth"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/waha/qr": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Get the QR code that pairs a phone
     * @description While the WAHA session asks for one. Whoever scans it makes their own phone the shared number's, so it takes the role `admin`.
     */
    get: operations["getPairingQr"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/keys": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the admin keys
     * @description `first` first, then by name. Never a key itself, nor a hash of one.
     */
    get: operations["listKeys"];
    put?: never;
    /**
     * Make an admin key
     * @description For a person or a program of its own, so that it can be told apart, and removed, by itself.
     */
    post: operations["addKey"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/gateway/keys/{name}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Remove an admin key
     * @description It opens nothing from then on. Its name may be given again.
     */
    delete: operations["removeKey"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/tenant/deep-link": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Get your links */
    get: operations["getDeepLink"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/tenant/messages": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send a message to one of your contacts
     * @description Exactly one of `text` and `media`. A contact's messages are sent in the order in which they were queued, with what its handler answers, and only while you have the contact. Fields beside the known ones are ignored.
     */
    post: operations["sendMessage"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/tenant/messages/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Ask what became of a message
     * @description Also of a reply in a handler's answer, whose id is `<webhook-id>_<place>`, the first place being 0. A status never goes backwards.
     */
    get: operations["getMessage"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/tenant/contacts": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List your contacts */
    get: operations["listContacts"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/tenant/campaigns": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Count your contacts by campaign
     * @description A campaign without a contact is not there.
     */
    get: operations["listCampaigns"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/tenant/media/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Get a contact's file
     * @description To be saved and not to be shown, whatever it says it is: `Content-Disposition: attachment`, `X-Content-Type-Options: nosniff`, `Content-Security-Policy: sandbox`.
     */
    get: operations["getMedia"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/console/assets/{file}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Fetch a file of the console's pages */
    get: operations["getConsoleFile"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/console": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Open the admin's console
     * @description Pages for a browser. There is nothing in them: what they show needs a session.
     */
    get: operations["getConsole"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/console/{page}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Open one of the console's pages
     * @description Pages for a browser. There is nothing in them: what they show needs a session.
     */
    get: operations["getConsolePage"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/healthz": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Ask whether the process is up */
    get: operations["getHealth"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/readyz": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Ask whether the gateway is ready
     * @description Ready: the storage answers, and the gateway is not going down. WAHA's state never changes the status: without WAHA the gateway has nothing to miss.
     */
    get: operations["getReadiness"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/metrics": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Get the metrics
     * @description For a Prometheus that carries the admin key.
     */
    get: operations["getMetrics"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/openapi.json": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Get this description for programs */
    get: operations["getOpenApi"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/docs": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read this description
     * @description Open, since it tells of the API and of nobody's affairs.
     */
    get: operations["getDocs"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/l/{tenantId}/qr.svg": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Get a tenant's link as QR code, SVG */
    get: operations["getSvgOfLink"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/l/{tenantId}/qr.png": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Get a tenant's link as QR code, PNG */
    get: operations["getPngOfLink"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/l/{tenantId}/{campaign}/qr.svg": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Get a campaign's link as QR code, SVG */
    get: operations["getSvgOfCampaignLink"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/l/{tenantId}/{campaign}/qr.png": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Get a campaign's link as QR code, PNG */
    get: operations["getPngOfCampaignLink"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/l/{tenantId}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Follow a tenant's link to WhatsApp */
    get: operations["followLink"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/l/{tenantId}/{campaign}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Follow a campaign's link to WhatsApp */
    get: operations["followCampaignLink"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export interface webhooks {
  "message.received": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * A contact wrote
     * @description In the order in which the gateway took them in: while a contact's message waits, its later ones wait behind it.
     */
    post: operations["on_message_received"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "message.edited": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A contact changed a message */
    post: operations["on_message_edited"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "message.revoked": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A contact took a message back */
    post: operations["on_message_revoked"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "message.reaction": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A contact reacted to a message */
    post: operations["on_message_reaction"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "reply.failed": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A reply was given up */
    post: operations["on_reply_failed"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "gateway.test": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * An admin tests the handler
     * @description About nobody, and sent once.
     */
    post: operations["on_gateway_test"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export interface components {
  schemas: {
    /** WahaEvent */
    WahaEvent: {
      /** @description Such as `message`, `message.any`, `message.reaction`. */
      event: string;
      /** @description The WAHA session; another one's events are ignored. */
      session?: string;
      /** @description Of a message at least `from`, and in `body` what was written. */
      payload?: {
        [key: string]: unknown;
      };
    } & {
      [key: string]: unknown;
    };
    /** WebhookTaken */
    WebhookTaken:
      | {
          /** @constant */
          status: "routed";
          /** @description A tenant's id. */
          tenant_id: number;
          /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
          phone_number: string;
          /** @description True for exactly one message of each mapping. */
          is_new_session: boolean;
        }
      | {
          /** @constant */
          status: "duplicate";
          /** @description A tenant's id. */
          tenant_id: number;
          /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
          phone_number: string;
        }
      | {
          /** @constant */
          status: "unmapped";
          /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
          phone_number: string;
        }
      | {
          /** @constant */
          status: "unknown_tenant";
          /** @description A tenant's id. */
          tenant_id: number;
          /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
          phone_number: string;
        }
      | {
          /** @constant */
          status: "ignored";
          /** @enum {string} */
          reason: "own_message" | "group" | "broadcast" | "channel" | "event" | "session" | "stale";
        };
    /** Error */
    Error: {
      /** @constant */
      status: "error";
      /** @description Stable, for programs. */
      code: string;
      /** @description For people. */
      message: string;
      /** @description Each fault of the request, where it has some. */
      details?: {
        field: string;
        message: string;
      }[];
    };
    /** ConsoleSession */
    ConsoleSession: {
      /** @description The key's name, the `actor` in the audit log. */
      name: string;
      /** @enum {string} */
      role: "admin" | "read";
      /** @description For the header `X-CSRF-Token` of every request of the session that is no GET. */
      csrf_token: string;
      /**
       * Format: date-time
       * @description When it ends.
       */
      expires_at: string;
    };
    /** KeyToSignInWith */
    KeyToSignInWith: {
      /** @description Must be an admin key, 1 to 256 printable ASCII characters without spaces. */
      key: string;
    };
    /** SignedOut */
    SignedOut: {
      /** @constant */
      status: "signed_out";
    };
    /** MessageToExplain */
    MessageToExplain: {
      /** @description Must be a phone number with its country code, such as +971501234567, or <digits>@lid. */
      phone_number: string;
      /** @description Must be text of at most 65536 characters. */
      text: string;
    };
    /** LinkCode */
    LinkCode: {
      /** @description A tenant's id. */
      tenant_id: number;
      /** @description The campaign of the link that the contact came by. */
      campaign: string | null;
      /**
       * @description `no_handler`: active, but without a URL to deliver to.
       * @enum {string}
       */
      tenant: "active" | "no_handler" | "inactive" | "unknown";
    };
    /** Mapping */
    Mapping: {
      /** @description A tenant's id. */
      tenant_id: number;
      /**
       * Format: date-time
       * @description When the contact was locked.
       */
      locked_at: string;
      /** @description The campaign of the link that the contact came by. */
      campaign: string | null;
    };
    /** Outcome */
    Outcome: {
      /** @enum {string} */
      status: "routed" | "unknown_tenant" | "unmapped";
      /** @description A tenant's id. */
      tenant_id?: number;
      /** @description Whether this message would lock the contact. */
      locks?: boolean;
      /**
       * @description `no_handler`: active, but without a URL to deliver to.
       * @enum {string}
       */
      tenant?: "active" | "no_handler" | "inactive" | "unknown";
    };
    /** Explanation */
    Explanation: {
      /** @constant */
      status: "explained";
      /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
      phone_number: string;
      other_names: string[];
      link_code: components["schemas"]["LinkCode"] | null;
      mapping: components["schemas"]["Mapping"] | null;
      /**
       * @description What the contact would ask for by it: no more messages, or messages again.
       * @enum {string|null}
       */
      wish: "opt_out" | "opt_in" | null;
      /** @description Whether the contact wants nothing sent to it, as of now. */
      opted_out: boolean;
      outcome: components["schemas"]["Outcome"];
    };
    /** Stats */
    Stats: {
      /** @constant */
      status: "success";
      gateway_stats: {
        /** @description Contacts that are locked to a tenant. */
        total_users: number;
        /** @description Tenants that have a contact. */
        total_tenants: number;
        /** @description By the tenant's id. */
        users_per_tenant: {
          [key: string]: number;
        };
        /**
         * Format: date-time
         * @description When a mapping last changed.
         */
        last_updated: string | null;
        /** @description By the tenant's id and the campaign's name, the 1,000 largest of each tenant. */
        contacts_per_campaign: {
          [key: string]: {
            [key: string]: number;
          };
        };
        /** @description By the tenant's id. */
        contested_per_tenant: {
          [key: string]: {
            /** @description Contacts of the tenant that used another one's link and stayed. */
            kept: number;
            /** @description Contacts of others that used the tenant's link and stayed. */
            missed: number;
          };
        };
      };
    };
    /** Found */
    Found: {
      /** @constant */
      status: "found";
      /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
      phone_number: string;
      /** @description A tenant's id. */
      tenant_id: number;
    };
    /** ContactNotFound */
    ContactNotFound: {
      /** @constant */
      status: "not_found";
      /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
      phone_number: string;
    };
    /** KnownContact */
    KnownContact: {
      /** @constant */
      status: "found";
      /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
      phone_number: string;
      /** @description By which it is known besides. */
      other_names: string[];
      /** @description A tenant's id. */
      tenant_id: number;
      /** @description The same for as long as the tenant has the contact; `contact.id` of its events. */
      contact_id: string;
      /**
       * Format: date-time
       * @description When it was locked to the tenant.
       */
      since: string;
      /** @description The campaign of the link that the contact came by. */
      campaign: string | null;
      /** @description Whether it wants nothing sent to it. */
      opted_out: boolean;
    };
    /** Unlocking */
    Unlocking: {
      /** @description Must be text of 1 to 500 characters. */
      reason?: string;
    };
    /** MappingDeleted */
    MappingDeleted: {
      /** @constant */
      status: "deleted";
      /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
      phone_number: string;
      /** @description A tenant's id. */
      previous_tenant_id: number;
    };
    /** Reassignment */
    Reassignment: {
      /** @description Must be a tenant's id, a positive integer. */
      tenant_id: number;
      /** @description Must be text of 1 to 500 characters. */
      reason: string;
    };
    /** Reassigned */
    Reassigned: {
      /** @enum {string} */
      status: "reassigned" | "unchanged";
      /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
      phone_number: string;
      /** @description A tenant's id. */
      tenant_id: number;
      /** @description Who had it before; null: nobody. */
      previous_tenant_id: number | null;
    };
    /** EventContact */
    EventContact: {
      /** @description Stays the same when a hidden number turns out. */
      id: string;
      name?: string;
    };
    /** EventMedia */
    EventMedia: {
      /**
       * Format: uri
       * @description Where to get it, with the tenant's token.
       */
      url?: string;
      mimetype?: string;
      /** @description As the contact's phone named it: no path to write to. */
      filename?: string;
      /** @description In bytes. */
      size?: number;
      /** @description Why there is no file. */
      error?: string;
    };
    /** EventLocation */
    EventLocation: {
      latitude: number;
      longitude: number;
      name?: string;
      address?: string;
    };
    /** EventMessage */
    EventMessage: {
      /** @description WhatsApp's own, as `reply_to` and later events name it. */
      id: string;
      /** @enum {string} */
      type: "text" | "image" | "video" | "audio" | "document" | "location" | "contact" | "other";
      /** @description What was written, or the caption of a file. */
      text?: string;
      /**
       * Format: date-time
       * @description When the contact sent it.
       */
      timestamp: string;
      media?: components["schemas"]["EventMedia"];
      location?: components["schemas"]["EventLocation"];
      contacts?: {
        vcard: string;
      }[];
      reply_to?: {
        id: string;
        text?: string;
      };
    };
    /** MessageReceived */
    MessageReceived: {
      /** @constant */
      type: "message.received";
      /**
       * Format: date-time
       * @description When it happened, the same on every attempt.
       */
      timestamp: string;
      data: {
        /** @description A tenant's id. */
        tenant_id: number;
        /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
        phone_number: string;
        /**
         * @description An admin sent it again.
         * @constant
         */
        replayed?: true;
        /**
         * @description The contact wants nothing sent to it, as of when this was taken in.
         * @constant
         */
        opted_out?: true;
        contact: components["schemas"]["EventContact"];
        /** @description True for exactly one message of each lock. */
        is_new_session: boolean;
        /** @description By which of your campaigns it came; with that one message only. */
        campaign?: string;
        message: components["schemas"]["EventMessage"];
      };
    };
    /** MessageEdited */
    MessageEdited: {
      /** @constant */
      type: "message.edited";
      /**
       * Format: date-time
       * @description When it happened, the same on every attempt.
       */
      timestamp: string;
      data: {
        /** @description A tenant's id. */
        tenant_id: number;
        /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
        phone_number: string;
        /**
         * @description An admin sent it again.
         * @constant
         */
        replayed?: true;
        /**
         * @description The contact wants nothing sent to it, as of when this was taken in.
         * @constant
         */
        opted_out?: true;
        contact: components["schemas"]["EventContact"];
        message: {
          /** @description The message concerned. */
          id: string;
          /**
           * Format: date-time
           * @description When the contact did it.
           */
          timestamp: string;
          /** @description The new text. */
          text: string;
        };
      };
    };
    /** MessageRevoked */
    MessageRevoked: {
      /** @constant */
      type: "message.revoked";
      /**
       * Format: date-time
       * @description When it happened, the same on every attempt.
       */
      timestamp: string;
      data: {
        /** @description A tenant's id. */
        tenant_id: number;
        /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
        phone_number: string;
        /**
         * @description An admin sent it again.
         * @constant
         */
        replayed?: true;
        /**
         * @description The contact wants nothing sent to it, as of when this was taken in.
         * @constant
         */
        opted_out?: true;
        contact: components["schemas"]["EventContact"];
        message: {
          /** @description The message concerned. */
          id: string;
          /**
           * Format: date-time
           * @description When the contact did it.
           */
          timestamp: string;
        };
      };
    };
    /** MessageReaction */
    MessageReaction: {
      /** @constant */
      type: "message.reaction";
      /**
       * Format: date-time
       * @description When it happened, the same on every attempt.
       */
      timestamp: string;
      data: {
        /** @description A tenant's id. */
        tenant_id: number;
        /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
        phone_number: string;
        /**
         * @description An admin sent it again.
         * @constant
         */
        replayed?: true;
        /**
         * @description The contact wants nothing sent to it, as of when this was taken in.
         * @constant
         */
        opted_out?: true;
        contact: components["schemas"]["EventContact"];
        message: {
          /** @description The message concerned. */
          id: string;
          /**
           * Format: date-time
           * @description When the contact did it.
           */
          timestamp: string;
          /** @description An emoji; empty where it was taken back. */
          reaction: string;
        };
      };
    };
    /** FailedReply */
    FailedReply: {
      /** @description As the answer to its POST named it, or `<webhook-id>_<place>`. */
      id: string;
      /** @enum {string} */
      reason: "refused" | "expired" | "opted_out" | "undelivered";
      /** @description For people. */
      error?: string;
    };
    /** ReplyFailed */
    ReplyFailed: {
      /** @constant */
      type: "reply.failed";
      /**
       * Format: date-time
       * @description When it happened, the same on every attempt.
       */
      timestamp: string;
      data: {
        /** @description A tenant's id. */
        tenant_id: number;
        /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
        phone_number: string;
        /**
         * @description An admin sent it again.
         * @constant
         */
        replayed?: true;
        /**
         * @description The contact wants nothing sent to it, as of when this was taken in.
         * @constant
         */
        opted_out?: true;
        contact: components["schemas"]["EventContact"];
        reply: components["schemas"]["FailedReply"];
      };
    };
    /** ExportedDelivery */
    ExportedDelivery: {
      /** @description The `webhook-id` of each of its attempts, or the reply's id. */
      id: string;
      /** @enum {string} */
      state: "pending" | "dead";
      /** @enum {string} */
      direction: "in" | "out";
      /** @description A tenant's id. */
      tenant_id: number;
      /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
      phone_number: string;
      /** @description Whether it was the first one since the contact was locked. */
      is_new_session: boolean;
      /** @description Whether an admin sent it again. */
      replayed: boolean;
      /**
       * Format: date-time
       * @description When it was taken in, or replayed.
       */
      enqueued_at: string;
      /** @description Attempts since then. */
      attempts: number;
      /**
       * @description What it waits for though nothing about it failed.
       * @enum {string|null}
       */
      waiting_for: "tenant_limit" | "number_limit" | "confirmation" | "media" | null;
      /** @description What the last attempt came to, for people. */
      last_error: string | null;
      /**
       * @description Why it was given up; dead letters only.
       * @enum {string}
       */
      reason?:
        "refused" | "attempts_exhausted" | "expired" | "opted_out" | "mapping_changed" | "tenant_removed";
      /**
       * Format: date-time
       * @description When it was given up; dead letters only.
       */
      died_at?: string;
      /** @description As its tenant gets it, but for where its file is. */
      event:
        | components["schemas"]["MessageReceived"]
        | components["schemas"]["MessageEdited"]
        | components["schemas"]["MessageRevoked"]
        | components["schemas"]["MessageReaction"]
        | components["schemas"]["ReplyFailed"];
    };
    /** ExportedReply */
    ExportedReply: {
      /** @description The `webhook-id` of each of its attempts, or the reply's id. */
      id: string;
      /** @enum {string} */
      state: "pending" | "dead";
      /** @enum {string} */
      direction: "in" | "out";
      /** @description A tenant's id. */
      tenant_id: number;
      /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
      phone_number: string;
      /** @description Whether it was the first one since the contact was locked. */
      is_new_session: boolean;
      /** @description Whether an admin sent it again. */
      replayed: boolean;
      /**
       * Format: date-time
       * @description When it was taken in, or replayed.
       */
      enqueued_at: string;
      /** @description Attempts since then. */
      attempts: number;
      /**
       * @description What it waits for though nothing about it failed.
       * @enum {string|null}
       */
      waiting_for: "tenant_limit" | "number_limit" | "confirmation" | "media" | null;
      /** @description What the last attempt came to, for people. */
      last_error: string | null;
      /**
       * @description Why it was given up; dead letters only.
       * @enum {string}
       */
      reason?:
        "refused" | "attempts_exhausted" | "expired" | "opted_out" | "mapping_changed" | "tenant_removed";
      /**
       * Format: date-time
       * @description When it was given up; dead letters only.
       */
      died_at?: string;
      /** @description What it says. */
      text?: string;
      media?: {
        url: string;
        filename: string | null;
        caption: string | null;
      };
    };
    /** Reply */
    Reply: {
      id: string;
      /** @description Whose words they are; null: the gateway's own. */
      tenant_id: number | null;
      /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
      phone_number: string;
      /**
       * @description `sending`: an attempt was begun, and what came of it is not known.
       * @enum {string}
       */
      state: "queued" | "sending" | "sent" | "delivered" | "read" | "failed";
      /** @description Why it failed: `refused`, `expired`, `opted_out`, `mapping_changed`, `undelivered`, and more in later versions. */
      reason: string | null;
      /** @description Why it failed, for people. */
      error: string | null;
      /**
       * Format: date-time
       * @description When it was queued.
       */
      queued_at: string;
      /**
       * Format: date-time
       * @description When it came to its state.
       */
      changed_at: string;
    };
    /** ExportedFile */
    ExportedFile: {
      id: string;
      /** @description Who may open it; null: nobody yet. */
      tenant_id: number | null;
      /**
       * Format: date-time
       * @description Since when it is kept.
       */
      kept_at: string;
      mimetype: string | null;
      filename: string | null;
      /** @description In bytes. */
      size: number | null;
      /** @description Why there is none. */
      error: string | null;
      /**
       * Format: uri
       * @description Where to fetch it, with an admin key.
       */
      url: string | null;
    };
    /** ContestedContact */
    ContestedContact: {
      /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
      phone_number: string;
      /** @description The tenant that kept the contact. */
      tenant_id: number;
      /** @description The tenant whose link it was. */
      link_tenant_id: number;
      /** @description The campaign of the last of these links. */
      campaign: string | null;
      /** @description How often it was used, each message counting once. */
      times: number;
      /**
       * Format: date-time
       * @description When it was used first.
       */
      first_at: string;
      /**
       * Format: date-time
       * @description When it was used last.
       */
      last_at: string;
    };
    /** AuditEntry */
    AuditEntry: {
      /**
       * Format: date-time
       * @description When it was done.
       */
      at: string;
      /** @description The name of an admin key, `command line`, or `gateway` for what it does by itself. */
      actor: string;
      /** @description What was done, such as `contact.reassigned`. */
      action: string;
      /** @description What it was done to: a contact, `tenant 2`, `key grafana`, a delivery's id. */
      subject: string;
      /** @description What matters of it, before and after. No secret, and nothing that contacts wrote. */
      details: {
        [key: string]: unknown;
      };
    };
    /** ContactExport */
    ContactExport: {
      /** @constant */
      status: "exported";
      /**
       * Format: date-time
       * @description When this was told.
       */
      exported_at: string;
      /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
      phone_number: string;
      other_names: string[];
      mapping: {
        /** @description A tenant's id. */
        tenant_id: number;
        /**
         * Format: date-time
         * @description When the contact was locked.
         */
        locked_at: string;
        /** @description The campaign of the link that the contact came by. */
        campaign: string | null;
      } | null;
      /** @description Whether it wants nothing sent to it. */
      opted_out: boolean;
      /** @description What waits for its tenant, or was given up. */
      deliveries: components["schemas"]["ExportedDelivery"][];
      /** @description What it wrote before it opened a link, while that is kept. */
      first_words: components["schemas"]["EventMessage"][];
      /** @description What waits to be sent to it, or was given up. */
      replies: components["schemas"]["ExportedReply"][];
      /** @description What became of replies, those that were sent included. */
      reply_records: components["schemas"]["Reply"][];
      media: components["schemas"]["ExportedFile"][];
      contested: components["schemas"]["ContestedContact"][];
      audit: components["schemas"]["AuditEntry"][];
    };
    /** ContactErased */
    ContactErased: {
      /** @constant */
      status: "erased";
      /** @description What stands for the contact in the audit log, the same each time it is erased. */
      pseudonym: string;
      /** @description Who had it; null: nobody. */
      previous_tenant_id: number | null;
      erased: {
        /** @description What waited for its tenant, or was given up. */
        deliveries: number;
        /** @description What waited to be sent to it, or was given up. */
        replies: number;
        /** @description What was known of replies. */
        reply_records: number;
        /** @description Files. */
        media: number;
        /** @description Backups that it was taken out of. */
        backups: number;
      };
      /** @description Entries in which the pseudonym stands for it now. */
      audit_entries: number;
      /** @description Paths of backups that name the contact and can't be read: somebody has to look at them. */
      unreadable_backups: string[];
    };
    /** Delivery */
    Delivery: {
      /** @description The `webhook-id` of each of its attempts, or the reply's id. */
      id: string;
      /** @enum {string} */
      state: "pending" | "dead";
      /** @enum {string} */
      direction: "in" | "out";
      /** @description A tenant's id. */
      tenant_id: number;
      /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
      phone_number: string;
      /** @description Whether it was the first one since the contact was locked. */
      is_new_session: boolean;
      /** @description Whether an admin sent it again. */
      replayed: boolean;
      /**
       * Format: date-time
       * @description When it was taken in, or replayed.
       */
      enqueued_at: string;
      /** @description Attempts since then. */
      attempts: number;
      /**
       * @description What it waits for though nothing about it failed.
       * @enum {string|null}
       */
      waiting_for: "tenant_limit" | "number_limit" | "confirmation" | "media" | null;
      /** @description What the last attempt came to, for people. */
      last_error: string | null;
      /**
       * @description Why it was given up; dead letters only.
       * @enum {string}
       */
      reason?:
        "refused" | "attempts_exhausted" | "expired" | "opted_out" | "mapping_changed" | "tenant_removed";
      /**
       * Format: date-time
       * @description When it was given up; dead letters only.
       */
      died_at?: string;
    };
    /** Deliveries */
    Deliveries: {
      items: components["schemas"]["Delivery"][];
      /** @description To be given as `cursor` for the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** ReplayedDeadLetters */
    ReplayedDeadLetters: {
      /** @constant */
      status: "replayed";
      /** @description A tenant's id. */
      tenant_id: number;
      /** @description How many are back. */
      replayed: number;
      /** @description How many stay, their contacts being nobody's. */
      without_holder: number;
    };
    /** ReplayedDeadLetter */
    ReplayedDeadLetter: {
      /** @constant */
      status: "replayed";
      id: string;
      /** @description A tenant's id. */
      tenant_id: number;
    };
    /** Replies */
    Replies: {
      items: components["schemas"]["Reply"][];
      /** @description To be given as `cursor` for the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** AuditEntries */
    AuditEntries: {
      items: components["schemas"]["AuditEntry"][];
      /** @description To be given as `cursor` for the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** ContestedContacts */
    ContestedContacts: {
      items: components["schemas"]["ContestedContact"][];
      /** @description To be given as `cursor` for the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** Tenant */
    Tenant: {
      /** @description A tenant's id. */
      id: number;
      name: string | null;
      /** @description Its handler's; a password in it is not shown. */
      url: string | null;
      active: boolean;
      /**
       * @description `template`: it is there by `TENANT_URL_TEMPLATE` alone.
       * @enum {string}
       */
      source: "directory" | "template";
    };
    /** Tenants */
    Tenants: {
      items: components["schemas"]["Tenant"][];
      /** @description To be given as `cursor` for the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** TenantToPut */
    TenantToPut: {
      id?: unknown;
      source?: unknown;
      /** @description Must be text of at most 200 characters in one line, or null. */
      name?: string | null;
      /** @description Must be an http:// or https:// URL of at most 2048 characters without user name and password, or null. */
      url?: string | null;
      /** @description Must be true or false. */
      active?: boolean;
      /** @description Must be whsec_ followed by 24 to 64 bytes in base64. */
      secret?: string;
    };
    /** NewTenant */
    NewTenant: {
      /** @description A tenant's id. */
      id: number;
      name: string | null;
      /** @description Its handler's; a password in it is not shown. */
      url: string | null;
      active: boolean;
      /**
       * @description `template`: it is there by `TENANT_URL_TEMPLATE` alone.
       * @enum {string}
       */
      source: "directory" | "template";
      /** @description By which the tenant knows the gateway's requests. Shown this once. */
      secret: string;
      /** @description By which the gateway knows the tenant's requests. Shown this once. */
      token: string;
    };
    /** TenantDeleted */
    TenantDeleted: {
      /** @constant */
      status: "deleted";
      /** @description A tenant's id. */
      tenant_id: number;
      /** @description Contacts that were freed. */
      unlocked_users: number;
    };
    /** Rotation */
    Rotation: {
      /** @description Must be a whole number from 0 to 168. */
      overlap_hours?: number;
    };
    /** Rotated */
    Rotated: {
      /** @description A tenant's id. */
      id: number;
      /** @description By which the tenant knows the gateway's requests. Shown this once. */
      secret: string;
      /** @description By which the gateway knows the tenant's requests. Shown this once. */
      token: string;
      /**
       * Format: date-time
       * @description Until when those before are good too; null: they ended at once.
       */
      overlap_until: string | null;
    };
    /** HandlerTest */
    HandlerTest: {
      /** @description A tenant's id. */
      tenant_id: number;
      /** @description The handler's; null where no answer came. */
      status: number | null;
      time_ms: number;
      /** @description What was wrong, for people. */
      error: string | null;
    };
    /** Contact */
    Contact: {
      /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
      phone_number: string;
      /** @description The `contact.id` of its events. */
      contact_id: string;
      /**
       * Format: date-time
       * @description When it was locked to its tenant.
       */
      since: string;
      /** @description The campaign of the link that the contact came by. */
      campaign: string | null;
      /** @description Whether it wants nothing sent to it. */
      opted_out: boolean;
    };
    /** Contacts */
    Contacts: {
      items: components["schemas"]["Contact"][];
      /** @description To be given as `cursor` for the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** TenantHealth */
    TenantHealth: {
      /** @description A tenant's id. */
      tenant_id: number;
      /**
       * @description `held`: it is inactive or has no handler. `paused`: attempts failed with no success between, and it gets one probe at a time until one is taken. `failing`: attempts at what waits failed. `waiting`: something waits, and nothing failed. `quiet`: nothing waits.
       * @enum {string}
       */
      state: "held" | "paused" | "failing" | "waiting" | "quiet";
      waiting: number;
      /** @description Whether more may wait than were counted. */
      more_waiting: boolean;
      /** @description Its dead letters. */
      dead: number;
      /** @description Whether there may be more than were counted. */
      more_dead: boolean;
      /**
       * Format: date-time
       * @description When what waits longest was taken in, or replayed.
       */
      oldest_at: string | null;
      /** @description Of the delivery that waits and was tried most often, for people; where none of them failed, of the last dead letter. */
      last_error: string | null;
    };
    /** DeepLink */
    DeepLink: {
      /** @description A tenant's id. */
      tenant_id: number;
      /** @description The campaign of the link that the contact came by. */
      campaign?: string;
      /**
       * Format: uri
       * @description On to WhatsApp, with the link code filled in.
       */
      url: string;
      /**
       * Format: uri
       * @description The gateway's own, which outlives a change of the number: the one to print.
       */
      short_url: string;
      /**
       * Format: uri
       * @description The short link as QR code.
       */
      qr_svg_url: string;
      /**
       * Format: uri
       * @description The same as PNG.
       */
      qr_png_url: string;
    };
    /** OverviewOfWaha */
    OverviewOfWaha: {
      /** @description In WAHA's words; `UNREACHABLE` where WAHA does not answer, `unknown` before it was asked. */
      session: string;
      /**
       * Format: date-time
       * @description Since when it is so.
       */
      since: string | null;
      /** @description What is wrong and what to do about it. */
      fault: string | null;
      /** @enum {string} */
      webhook: "in_place" | "missing" | "differs" | "unknown";
      /**
       * Format: date-time
       * @description When a contact's message last came in.
       */
      last_message_at: string | null;
    };
    /** OverviewOfTenants */
    OverviewOfTenants: {
      /** @description Those that were written down. */
      all: number;
      active: number;
    };
    /** OverviewOfDeliveries */
    OverviewOfDeliveries: {
      /** @description What waits for tenants, or is under way. */
      pending: number;
      dead: number;
      /** @description Tenants that are down. */
      paused_tenants: number;
      /** @description Tenants that are inactive or without a handler. */
      held_tenants: number;
      /**
       * Format: date-time
       * @description When what waits longest was taken in, or replayed.
       */
      oldest_at: string | null;
    };
    /** OverviewOfReplies */
    OverviewOfReplies: {
      /** @description What waits for contacts. */
      pending: number;
      dead: number;
      /**
       * Format: date-time
       * @description As above.
       */
      oldest_at: string | null;
    };
    /** TenantGrowth */
    TenantGrowth: {
      /** @description A tenant's id. */
      tenant_id: number;
      new_contacts: number;
    };
    /** Growth */
    Growth: {
      /**
       * Format: date-time
       * @description From when on contacts are counted.
       */
      since: string;
      /**
       * Format: date-time
       * @description When they were counted; for some seconds the same is answered again, for longer where there are very many.
       */
      as_of: string;
      /** @description Contacts that were locked since then, and are still. */
      new_contacts: number;
      /** @description By whom they are held now: the 100 that grew most, the largest first. */
      tenants: components["schemas"]["TenantGrowth"][];
    };
    /** Overview */
    Overview: {
      /** @description The gateway's. */
      version: string;
      /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
      phone_number: string | null;
      waha: components["schemas"]["OverviewOfWaha"];
      /** @description Contacts that are locked to a tenant. */
      contacts: number;
      /**
       * Format: date-time
       * @description When a mapping last changed.
       */
      last_mapping_change_at: string | null;
      tenants: components["schemas"]["OverviewOfTenants"];
      deliveries: components["schemas"]["OverviewOfDeliveries"];
      replies: components["schemas"]["OverviewOfReplies"];
      /** @description What came in by this process in each minute of the last hour, the oldest first; the last one is running. */
      messages_per_minute: number[];
      growth: components["schemas"]["Growth"];
    };
    /** PairingQr */
    PairingQr: {
      /** @constant */
      status: "scan";
      value: string;
    };
    /** AdminKey */
    AdminKey: {
      /** @description Whom the audit log names for what is done with it. `first` is the key of the settings. */
      name: string;
      /**
       * @description `admin` may do everything, `read` look only, and not at what contacts wrote.
       * @enum {string}
       */
      role: "admin" | "read";
      /**
       * Format: date-time
       * @description When it was made; null for `first`.
       */
      created_at: string | null;
    };
    /** AdminKeys */
    AdminKeys: {
      items: components["schemas"]["AdminKey"][];
      /** @description To be given as `cursor` for the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** KeyToAdd */
    KeyToAdd: {
      /** @description Must be 1 to 40 of a-z 0-9 - _, and not gateway. */
      name: string;
      /**
       * @description Must be admin or read.
       * @enum {string}
       */
      role: "admin" | "read";
    };
    /** NewAdminKey */
    NewAdminKey: {
      /** @description Whom the audit log names for what is done with it. `first` is the key of the settings. */
      name: string;
      /**
       * @description `admin` may do everything, `read` look only, and not at what contacts wrote.
       * @enum {string}
       */
      role: "admin" | "read";
      /**
       * Format: date-time
       * @description When it was made.
       */
      created_at: string;
      /** @description What requests carry. */
      key: string;
    };
    /** KeyDeleted */
    KeyDeleted: {
      /** @constant */
      status: "deleted";
      name: string;
    };
    /** MessageToSend */
    MessageToSend: {
      /** @description Must be a phone number with its country code, such as +971501234567, or <digits>@lid. */
      phone_number: string;
      /** @description Must be text of at most 4096 characters, and not blank. */
      text?: string | null;
      media?: {
        /** @description Must be an http or https URL of at most 2048 characters. */
        url: string;
        /** @description Must be text of at most 255 characters. */
        filename?: string | null;
        /** @description Must be text of at most 4096 characters. */
        caption?: string | null;
      } | null;
    } & (
      | {
          text: string;
        }
      | {
          media: Record<string, never>;
        }
    );
    /** MessageQueued */
    MessageQueued: {
      /** @constant */
      status: "queued";
      /** @description Asks what became of it. */
      id: string;
    };
    /** MessageStatus */
    MessageStatus: {
      /** @enum {string} */
      status: "queued" | "sent" | "delivered" | "read" | "failed";
      id: string;
      /** @description A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it. */
      phone_number: string;
      /**
       * Format: date-time
       * @description When it came to that.
       */
      updated_at: string;
      /** @description Why it failed: `refused`, `expired`, `opted_out`, `mapping_changed`, `undelivered`, and more in later versions. */
      reason?: string;
      /** @description Why it failed, for people. */
      error?: string;
    };
    /** Campaigns */
    Campaigns: {
      items: {
        /** @description The campaign of the link that the contact came by. */
        campaign: string;
        /** @description How many came by it. */
        contacts: number;
      }[];
    };
    /** Health */
    Health: {
      /** @constant */
      status: "ok";
      /** @description A name that each process gives itself at its start. */
      instance: string;
    };
    /** WahaState */
    WahaState: {
      /** @description In WAHA's words; `UNREACHABLE` where WAHA does not answer, `unknown` before it was asked. */
      session: string;
      /**
       * Format: date-time
       * @description Since when it is so.
       */
      since: string | null;
      /** @description What is wrong and what to do about it; left out while the session works. */
      fault?: string;
      /** @description The shared number. */
      phone_number: string | null;
      /** @enum {string} */
      webhook: "in_place" | "missing" | "differs" | "unknown";
      /**
       * Format: date-time
       * @description When a contact's message last came in.
       */
      last_message_at: string | null;
    };
    /** ReadinessDetails */
    ReadinessDetails: {
      /** @enum {string} */
      storage: "ok" | "unreachable";
      /** @description By what the engine may lose what it said was written; left out where there is nothing. */
      storage_risks?: string[];
      /** @description Whether the gateway is going down. */
      draining: boolean;
      deliveries?: {
        pending: number;
        dead: number;
        paused_tenants: number;
        held_tenants: number;
      };
      replies?: {
        pending: number;
        dead: number;
      };
      waha: components["schemas"]["WahaState"];
    };
    /** Ready */
    Ready: {
      /** @constant */
      status: "ready";
      details?: components["schemas"]["ReadinessDetails"];
    };
    /** NotReady */
    NotReady: {
      /** @constant */
      status: "error";
      /** @enum {string} */
      code: "draining" | "storage_unavailable";
      /** @description For people. */
      message: string;
      details?: components["schemas"]["ReadinessDetails"];
    };
    /** HandlerAnswer */
    HandlerAnswer:
      | {
          /** @description At most 4,096 characters. */
          reply: string;
        }
      | {
          /** @description They go to the contact in this order. */
          replies: (
            | {
                text: string;
              }
            | {
                media: {
                  /**
                   * Format: uri
                   * @description Http or https.
                   */
                  url: string;
                  filename?: string;
                  caption?: string;
                };
              }
          )[];
        };
    /** GatewayTest */
    GatewayTest: {
      /** @constant */
      type: "gateway.test";
      /**
       * Format: date-time
       * @description When it was sent.
       */
      timestamp: string;
      data: {
        /** @description A tenant's id. */
        tenant_id: number;
      };
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  takeWebhook: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description The trace that the request belongs to, by W3C Trace Context. It is gone on with where the gateway traces; one that can't be read counts as none.
         * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
         */
        traceparent?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["WahaEvent"];
      };
    };
    responses: {
      /** @description What became of it. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WebhookTaken"];
        };
      };
      /** @description Bad Request: `malformed_webhook`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Payload Too Large: `payload_too_large`. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unsupported Media Type: `unsupported_media_type`. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `overloaded`, `draining`, `early_change`, `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getConsoleSession: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Who it is. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ConsoleSession"];
        };
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `session_over`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `from_elsewhere`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  signIn: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["KeyToSignInWith"];
      };
    };
    responses: {
      /** @description Somebody is signed in. */
      201: {
        headers: {
          /** @description The session. */
          "Set-Cookie"?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ConsoleSession"];
        };
      };
      /** @description Bad Request: `key_in_query`, `malformed_json`, `invalid_body`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `from_elsewhere`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Payload Too Large: `payload_too_large`. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unsupported Media Type: `unsupported_media_type`. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `overloaded`, `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  signOut: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The session is over. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SignedOut"];
        };
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `session_over`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `from_elsewhere`, `csrf_token_missing`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  explainMessage: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["MessageToExplain"];
      };
    };
    responses: {
      /** @description What would become of it, and why. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Explanation"];
        };
      };
      /** @description Bad Request: `key_in_query`, `malformed_json`, `invalid_body`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Payload Too Large: `payload_too_large`. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unsupported Media Type: `unsupported_media_type`. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `overloaded`, `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getStats: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How many contacts there are, and whose. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Stats"];
        };
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  findTenantOfContact: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description The contact in any usual form: `+971 50-123 4567`, `00971501234567`, `971501234567@c.us`, or `<digits>@lid`.
         * @example 971501234567
         */
        phone: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The tenant that has the contact. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Found"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_phone_number`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description No tenant has this contact. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ContactNotFound"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getContact: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description The contact in any usual form: `+971 50-123 4567`, `00971501234567`, `971501234567@c.us`, or `<digits>@lid`.
         * @example 971501234567
         */
        phone: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What is known of it, as long as a tenant has it. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["KnownContact"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_phone_number`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description No tenant has this contact. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ContactNotFound"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  removeMapping: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description The contact in any usual form: `+971 50-123 4567`, `00971501234567`, `971501234567@c.us`, or `<digits>@lid`.
         * @example 971501234567
         */
        phone: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["Unlocking"];
      };
    };
    responses: {
      /** @description The contact is free. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MappingDeleted"];
        };
      };
      /** @description Bad Request: `key_in_query`, `malformed_json`, `invalid_body`, `invalid_phone_number`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `read_only_key`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description No tenant has this contact. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ContactNotFound"];
        };
      };
      /** @description Payload Too Large: `payload_too_large`. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unsupported Media Type: `unsupported_media_type`. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `overloaded`, `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  reassignContact: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description The contact in any usual form: `+971 50-123 4567`, `00971501234567`, `971501234567@c.us`, or `<digits>@lid`.
         * @example 971501234567
         */
        phone: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["Reassignment"];
      };
    };
    responses: {
      /** @description The tenant has the contact. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Reassigned"];
        };
      };
      /** @description Bad Request: `key_in_query`, `malformed_json`, `invalid_body`, `invalid_phone_number`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `read_only_key`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `unknown_tenant`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Conflict: `tenant_inactive`. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Payload Too Large: `payload_too_large`. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unsupported Media Type: `unsupported_media_type`. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `overloaded`, `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  exportContact: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description The contact in any usual form: `+971 50-123 4567`, `00971501234567`, `971501234567@c.us`, or `<digits>@lid`.
         * @example 971501234567
         */
        phone: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description All that is known. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ContactExport"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_phone_number`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `read_only_key`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Nothing is known of this contact. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ContactNotFound"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getFileOfContact: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description The contact in any usual form: `+971 50-123 4567`, `00971501234567`, `971501234567@c.us`, or `<digits>@lid`.
         * @example 971501234567
         */
        phone: string;
        /**
         * @description The file's id.
         * @example med_3d5a0e7b41c94c55b2f4a1d7c8e09f12
         */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file, with the type it says it has. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "*/*": unknown;
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_phone_number`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `read_only_key`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `not_found`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `overloaded`, `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  eraseContact: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description The contact in any usual form: `+971 50-123 4567`, `00971501234567`, `971501234567@c.us`, or `<digits>@lid`.
         * @example 971501234567
         */
        phone: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is erased. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ContactErased"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_phone_number`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `read_only_key`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  listDeliveries: {
    parameters: {
      query?: {
        /**
         * @description `pending`: what waits. `dead`: what was given up, the dead letters.
         * @example dead
         */
        state?: "pending" | "dead";
        /** @description `in`: from contacts to tenants. `out`: replies, from tenants to contacts. */
        direction?: "in" | "out";
        /** @description Of this tenant only. */
        tenant_id?: number;
        /** @description Of this contact only, by any of its names, in any usual form. A page may then have fewer items than the limit, and even none, before the last one. */
        phone_number?: string;
        /** @description How many items a page has at most. */
        limit?: number;
        /** @description The `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Deliveries"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  replayDeadLettersOfTenant: {
    parameters: {
      query: {
        /**
         * @description Whose dead letters.
         * @example 2
         */
        tenant_id: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description They are back in the queue. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ReplayedDeadLetters"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `read_only_key`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  replayDeadLetter: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description The dead letter's id.
         * @example msg_2b7e151628aed2a6abf7158809cf4f3c
         */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is back in the queue. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ReplayedDeadLetter"];
        };
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `read_only_key`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `dead_letter_not_found`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Conflict: `no_holder`. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  listReplies: {
    parameters: {
      query?: {
        /** @description In this state only. */
        state?: "queued" | "sending" | "sent" | "delivered" | "read" | "failed";
        /** @description Of this tenant only. */
        tenant_id?: number;
        /** @description Of this contact only, in any usual form. */
        phone_number?: string;
        /** @description How many items a page has at most. */
        limit?: number;
        /** @description The `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Replies"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  listAudit: {
    parameters: {
      query?: {
        /**
         * @description Entries of this action only.
         * @example tenant.created
         */
        action?: string;
        /**
         * @description Of what this one did only.
         * @example first
         */
        actor?: string;
        /**
         * @description Of what was done to this only: a contact by any of its names, or as entries have it.
         * @example tenant 2
         */
        subject?: string;
        /** @description How many items a page has at most. */
        limit?: number;
        /** @description The `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AuditEntries"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  listContested: {
    parameters: {
      query?: {
        /** @description What this tenant kept or missed only. */
        tenant_id?: number;
        /** @description How many items a page has at most. */
        limit?: number;
        /** @description The `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ContestedContacts"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  listTenants: {
    parameters: {
      query?: {
        /** @description Those only whose name has this in it, in any case, or whose id begins with it. A page may then have fewer items than the limit, and even none, before the last one. */
        q?: string;
        /** @description How many items a page has at most. */
        limit?: number;
        /** @description The `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them, by their ids. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Tenants"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getTenant: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description The tenant's id.
         * @example 2
         */
        id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The tenant, without its secrets. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Tenant"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `unknown_tenant`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  putTenant: {
    parameters: {
      query?: never;
      header?: {
        /** @description `*`: only make it, and refuse where it is there. */
        "If-None-Match"?: string;
      };
      path: {
        /**
         * @description The tenant's id.
         * @example 77
         */
        id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["TenantToPut"];
      };
    };
    responses: {
      /** @description The tenant was changed. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Tenant"];
        };
      };
      /** @description The tenant was made. Its secret and token are shown this once. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["NewTenant"];
        };
      };
      /** @description Bad Request: `key_in_query`, `malformed_json`, `invalid_body`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `read_only_key`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Conflict: `tenant_id_retired`, `tenant_has_secret`, `tenants_file_edited`, `tenants_file_damaged`. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Precondition Failed: `tenant_exists`. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Payload Too Large: `payload_too_large`. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unsupported Media Type: `unsupported_media_type`. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `overloaded`, `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  removeTenant: {
    parameters: {
      query?: {
        /** @description Though it has contacts. */
        force?: "false" | "true";
      };
      header?: never;
      path: {
        /**
         * @description The tenant's id.
         * @example 55
         */
        id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The tenant is gone. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["TenantDeleted"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `read_only_key`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `unknown_tenant`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Conflict: `tenant_has_contacts`, `tenants_file_edited`, `tenants_file_damaged`. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  rotateTenant: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description The tenant's id.
         * @example 2
         */
        id: number;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["Rotation"];
      };
    };
    responses: {
      /** @description The new ones, shown this once. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Rotated"];
        };
      };
      /** @description Bad Request: `key_in_query`, `malformed_json`, `invalid_body`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `read_only_key`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `unknown_tenant`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Conflict: `tenant_not_in_directory`, `tenants_file_edited`, `tenants_file_damaged`. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Payload Too Large: `payload_too_large`. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unsupported Media Type: `unsupported_media_type`. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `overloaded`, `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  testTenant: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description The tenant's id.
         * @example 2
         */
        id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What came of it. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["HandlerTest"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `read_only_key`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `unknown_tenant`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Conflict: `tenant_without_url`. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  listContactsOfTenant: {
    parameters: {
      query?: {
        /** @description Those that came by this campaign only. */
        campaign?: string;
        /** @description How many items a page has at most. */
        limit?: number;
        /** @description The `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: never;
      path: {
        /**
         * @description The tenant's id.
         * @example 2
         */
        id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Contacts"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getTenantHealth: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description The tenant's id.
         * @example 2
         */
        id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How it does. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["TenantHealth"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `unknown_tenant`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getDeepLinkOfTenant: {
    parameters: {
      query?: {
        /** @description The campaign that the link is for: 1 to 32 letters, digits or -, in any case. */
        campaign?: string;
      };
      header?: never;
      path: {
        /**
         * @description The tenant's id.
         * @example 2
         */
        id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Its links, and its QR codes. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DeepLink"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `unknown_tenant`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `phone_number_unknown`, `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getOverview: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How it is. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Overview"];
        };
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  followOverview: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A stream that goes on. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/event-stream": unknown;
        };
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `too_many_streams`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getGrowth: {
    parameters: {
      query?: {
        /** @description How many days back. */
        days?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Who grew. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Growth"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getPairingQr: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What the QR code says; another one every 20 s or so. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["PairingQr"];
        };
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `read_only_key`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Conflict: `no_qr_code`. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `waha_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  listKeys: {
    parameters: {
      query?: {
        /** @description How many items a page has at most. */
        limit?: number;
        /** @description The `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AdminKeys"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  addKey: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["KeyToAdd"];
      };
    };
    responses: {
      /** @description The key was made. It is shown this once. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["NewAdminKey"];
        };
      };
      /** @description Bad Request: `key_in_query`, `malformed_json`, `invalid_body`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `read_only_key`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Conflict: `key_exists`, `too_many_keys`, `keys_file_edited`, `keys_file_damaged`. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Payload Too Large: `payload_too_large`. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unsupported Media Type: `unsupported_media_type`. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `overloaded`, `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  removeKey: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description The key's name.
         * @example grafana
         */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The key is gone. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["KeyDeleted"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `read_only_key`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `unknown_key`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Conflict: `first_key`, `keys_file_edited`, `keys_file_damaged`. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getDeepLink: {
    parameters: {
      query?: {
        /** @description The campaign that the link is for: 1 to 32 letters, digits or -, in any case. */
        campaign?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Your links, and your QR codes. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DeepLink"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `tenant_inactive`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `phone_number_unknown`, `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  sendMessage: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description Makes a repeat harmless for 24 h: the first answer comes again, and nothing is sent again.
         * @example order-4711-confirmed
         */
        "Idempotency-Key"?: string;
        /**
         * @description The trace that the request belongs to, by W3C Trace Context. It is gone on with where the gateway traces; one that can't be read counts as none.
         * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
         */
        traceparent?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["MessageToSend"];
      };
    };
    responses: {
      /** @description The message is queued, durably. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MessageQueued"];
        };
      };
      /** @description Bad Request: `key_in_query`, `malformed_json`, `invalid_message`, `invalid_idempotency_key`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `tenant_inactive`, `not_your_contact`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Conflict: `opted_out`, `idempotency_key_reused`. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Payload Too Large: `payload_too_large`. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unsupported Media Type: `unsupported_media_type`. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `overloaded`, `too_many_waiting`, `draining`, `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getMessage: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description The message's id.
         * @example msg_9f3c51d07be84a16b05d2e8c74f1a936
         */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How far it has come. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["MessageStatus"];
        };
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `tenant_inactive`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `message_not_found`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  listContacts: {
    parameters: {
      query?: {
        /** @description Those that came by this campaign only. */
        campaign?: string;
        /** @description This contact only, in any usual form; none, where it is not yours. */
        phone_number?: string;
        /** @description How many items a page has at most. */
        limit?: number;
        /** @description The `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Contacts"];
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `tenant_inactive`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  listCampaigns: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The largest first, 1,000 at most. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Campaigns"];
        };
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `tenant_inactive`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getMedia: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description As it stands in the `media.url` of the message.
         * @example med_3d5a0e7b41c94c55b2f4a1d7c8e09f12
         */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file, with the type it says it has. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "*/*": unknown;
        };
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Forbidden: `tenant_inactive`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `not_found`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `overloaded`, `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getConsoleFile: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description As the page names it.
         * @example page.js
         */
        file: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "*/*": unknown;
        };
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `not_found`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getConsole: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The page. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/html": unknown;
        };
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `console_not_built`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getConsolePage: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Its address, of any depth.
         * @example tenants
         */
        page: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The page. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/html": unknown;
        };
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `console_not_built`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getHealth: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Health"];
        };
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getReadiness: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Ready. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Ready"];
        };
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not ready. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["NotReady"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getMetrics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description In Prometheus' text format. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/plain": string;
        };
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getOpenApi: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description All of the API as an OpenAPI 3.1 document. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            [key: string]: unknown;
          };
        };
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Unauthorized: `unauthorized`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getDocs: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The same for people. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/html": string;
        };
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getSvgOfLink: {
    parameters: {
      query?: {
        /** @description The picture's width in pixels. */
        size?: number;
      };
      header?: never;
      path: {
        /**
         * @description The tenant's id.
         * @example 2
         */
        tenantId: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The picture, of level M, with white of at least four modules around. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "image/svg+xml": unknown;
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `unknown_tenant`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getPngOfLink: {
    parameters: {
      query?: {
        /** @description The picture's width in pixels. */
        size?: number;
      };
      header?: never;
      path: {
        /**
         * @description The tenant's id.
         * @example 2
         */
        tenantId: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The picture, of level M, with white of at least four modules around. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "image/png": unknown;
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `unknown_tenant`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getSvgOfCampaignLink: {
    parameters: {
      query?: {
        /** @description The picture's width in pixels. */
        size?: number;
      };
      header?: never;
      path: {
        /**
         * @description The tenant's id.
         * @example 2
         */
        tenantId: number;
        /**
         * @description The campaign's name: 1 to 32 letters, digits or -, in any case.
         * @example flyer
         */
        campaign: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The picture, of level M, with white of at least four modules around. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "image/svg+xml": unknown;
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `unknown_tenant`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  getPngOfCampaignLink: {
    parameters: {
      query?: {
        /** @description The picture's width in pixels. */
        size?: number;
      };
      header?: never;
      path: {
        /**
         * @description The tenant's id.
         * @example 2
         */
        tenantId: number;
        /**
         * @description The campaign's name: 1 to 32 letters, digits or -, in any case.
         * @example flyer
         */
        campaign: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The picture, of level M, with white of at least four modules around. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "image/png": unknown;
        };
      };
      /** @description Bad Request: `key_in_query`, `invalid_parameter`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `unknown_tenant`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  followLink: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description The tenant's id.
         * @example 2
         */
        tenantId: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description On to WhatsApp, with the link code filled in. */
      302: {
        headers: {
          /** @description Such as `https://wa.me/971557357753?text=start_realty_2`. */
          Location?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `unknown_tenant`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`, `phone_number_unknown`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  followCampaignLink: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description The tenant's id.
         * @example 2
         */
        tenantId: number;
        /**
         * @description The campaign's name: 1 to 32 letters, digits or -, in any case.
         * @example flyer
         */
        campaign: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description On to WhatsApp, with the link code filled in. */
      302: {
        headers: {
          /** @description Such as `https://wa.me/971557357753?text=start_realty_2`. */
          Location?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Bad Request: `key_in_query`. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Not Found: `unknown_tenant`. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Too Many Requests: `too_many_requests`. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Service Unavailable: `storage_unavailable`, `phone_number_unknown`. */
      503: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  on_message_received: {
    parameters: {
      query?: never;
      header: {
        /**
         * @description The same on every attempt of one event: what was seen is to be answered alike.
         * @example msg_2b7e151628aed2a6abf7158809cf4f3c
         */
        "webhook-id": string;
        /**
         * @description When this attempt was made, in seconds since 1970.
         * @example 1795447961
         */
        "webhook-timestamp": string;
        /**
         * @description By the Standard Webhooks scheme with the tenant's secret; two, one space between, while a rotation overlaps.
         * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
         */
        "webhook-signature": string;
        /**
         * @description The attempt, by W3C Trace Context, where the gateway traces: what the handler does is a part of its trace. It is not signed.
         * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
         */
        traceparent?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["MessageReceived"];
      };
    };
    responses: {
      /** @description The event is refused, as by 413, 415 and 422: three attempts, then it is given up. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Taken. The body may be empty, or say what to send to the contact. */
      "2XX": {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["HandlerAnswer"];
        };
      };
      /** @description Anything else that is not 2xx: tried again with growing delays. `Retry-After` is honoured up to 1 h. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  on_message_edited: {
    parameters: {
      query?: never;
      header: {
        /**
         * @description The same on every attempt of one event: what was seen is to be answered alike.
         * @example msg_2b7e151628aed2a6abf7158809cf4f3c
         */
        "webhook-id": string;
        /**
         * @description When this attempt was made, in seconds since 1970.
         * @example 1795447961
         */
        "webhook-timestamp": string;
        /**
         * @description By the Standard Webhooks scheme with the tenant's secret; two, one space between, while a rotation overlaps.
         * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
         */
        "webhook-signature": string;
        /**
         * @description The attempt, by W3C Trace Context, where the gateway traces: what the handler does is a part of its trace. It is not signed.
         * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
         */
        traceparent?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["MessageEdited"];
      };
    };
    responses: {
      /** @description The event is refused, as by 413, 415 and 422: three attempts, then it is given up. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Taken. The body may be empty, or say what to send to the contact. */
      "2XX": {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["HandlerAnswer"];
        };
      };
      /** @description Anything else that is not 2xx: tried again with growing delays. `Retry-After` is honoured up to 1 h. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  on_message_revoked: {
    parameters: {
      query?: never;
      header: {
        /**
         * @description The same on every attempt of one event: what was seen is to be answered alike.
         * @example msg_2b7e151628aed2a6abf7158809cf4f3c
         */
        "webhook-id": string;
        /**
         * @description When this attempt was made, in seconds since 1970.
         * @example 1795447961
         */
        "webhook-timestamp": string;
        /**
         * @description By the Standard Webhooks scheme with the tenant's secret; two, one space between, while a rotation overlaps.
         * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
         */
        "webhook-signature": string;
        /**
         * @description The attempt, by W3C Trace Context, where the gateway traces: what the handler does is a part of its trace. It is not signed.
         * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
         */
        traceparent?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["MessageRevoked"];
      };
    };
    responses: {
      /** @description The event is refused, as by 413, 415 and 422: three attempts, then it is given up. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Taken. The body may be empty, or say what to send to the contact. */
      "2XX": {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["HandlerAnswer"];
        };
      };
      /** @description Anything else that is not 2xx: tried again with growing delays. `Retry-After` is honoured up to 1 h. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  on_message_reaction: {
    parameters: {
      query?: never;
      header: {
        /**
         * @description The same on every attempt of one event: what was seen is to be answered alike.
         * @example msg_2b7e151628aed2a6abf7158809cf4f3c
         */
        "webhook-id": string;
        /**
         * @description When this attempt was made, in seconds since 1970.
         * @example 1795447961
         */
        "webhook-timestamp": string;
        /**
         * @description By the Standard Webhooks scheme with the tenant's secret; two, one space between, while a rotation overlaps.
         * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
         */
        "webhook-signature": string;
        /**
         * @description The attempt, by W3C Trace Context, where the gateway traces: what the handler does is a part of its trace. It is not signed.
         * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
         */
        traceparent?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["MessageReaction"];
      };
    };
    responses: {
      /** @description The event is refused, as by 413, 415 and 422: three attempts, then it is given up. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Taken. The body may be empty, or say what to send to the contact. */
      "2XX": {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["HandlerAnswer"];
        };
      };
      /** @description Anything else that is not 2xx: tried again with growing delays. `Retry-After` is honoured up to 1 h. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  on_reply_failed: {
    parameters: {
      query?: never;
      header: {
        /**
         * @description The same on every attempt of one event: what was seen is to be answered alike.
         * @example msg_2b7e151628aed2a6abf7158809cf4f3c
         */
        "webhook-id": string;
        /**
         * @description When this attempt was made, in seconds since 1970.
         * @example 1795447961
         */
        "webhook-timestamp": string;
        /**
         * @description By the Standard Webhooks scheme with the tenant's secret; two, one space between, while a rotation overlaps.
         * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
         */
        "webhook-signature": string;
        /**
         * @description The attempt, by W3C Trace Context, where the gateway traces: what the handler does is a part of its trace. It is not signed.
         * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
         */
        traceparent?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ReplyFailed"];
      };
    };
    responses: {
      /** @description The event is refused, as by 413, 415 and 422: three attempts, then it is given up. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Taken. The body may be empty, or say what to send to the contact. */
      "2XX": {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["HandlerAnswer"];
        };
      };
      /** @description Anything else that is not 2xx: tried again with growing delays. `Retry-After` is honoured up to 1 h. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  on_gateway_test: {
    parameters: {
      query?: never;
      header: {
        /**
         * @description The same on every attempt of one event: what was seen is to be answered alike.
         * @example msg_2b7e151628aed2a6abf7158809cf4f3c
         */
        "webhook-id": string;
        /**
         * @description When this attempt was made, in seconds since 1970.
         * @example 1795447961
         */
        "webhook-timestamp": string;
        /**
         * @description By the Standard Webhooks scheme with the tenant's secret; two, one space between, while a rotation overlaps.
         * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
         */
        "webhook-signature": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["GatewayTest"];
      };
    };
    responses: {
      /** @description The handler is there and knows the signature. */
      "2XX": {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description The admin is told. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
}
