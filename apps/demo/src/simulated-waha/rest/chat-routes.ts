import type { Express } from "express";
import { ACK_NAMES } from "../waha-event.js";
import { chatIdFromApi } from "../whatsapp/chat-address.js";
import { QueryFields } from "./query-fields.js";
import { refusal } from "./waha-http-error.js";
import { sessionIn, type WahaParts } from "./waha-parts.js";

const DEFAULT_CHATS = 20;
const DEFAULT_MESSAGES = 10;

/** The chats of the store, which is how somebody who missed webhooks can catch up. */
export function chatRoutes(app: Express, parts: WahaParts): void {
  const { store, isNewer } = parts;
  app.get("/api/:session/chats/overview", async (request, response) => {
    await sessionWithStore(parts, request.params["session"]);
    const query = new QueryFields(request.query);
    response.json(
      store.overview({
        limit: query.number("limit") ?? DEFAULT_CHATS,
        offset: query.number("offset") ?? 0,
        merge: query.boolean("merge") ?? isNewer,
        ids: query.list("ids"),
      }),
    );
  });
  app.get("/api/:session/chats/:chatId/messages", async (request, response) => {
    await sessionWithStore(parts, request.params["session"]);
    const query = new QueryFields(request.query);
    query.oneOf("sortBy", ["timestamp", "messageTimestamp"]);
    response.json(
      store.messages(chatIdFromApi(request.params.chatId), {
        limit: query.number("limit") ?? DEFAULT_MESSAGES,
        offset: query.number("offset") ?? 0,
        oldestFirst: query.oneOf("sortOrder", ["desc", "asc"]) === "asc",
        downloadMedia: query.boolean("downloadMedia") ?? true,
        merge: query.boolean("merge") ?? isNewer,
        fromSeconds: query.number("filter.timestamp.gte"),
        untilSeconds: query.number("filter.timestamp.lte"),
        fromMe: query.boolean("filter.fromMe"),
        ackName: query.oneOf("filter.ack", Object.values(ACK_NAMES)),
      }),
    );
  });
  app.get("/api/:session/chats/:chatId/messages/:messageId", async (request, response) => {
    await sessionWithStore(parts, request.params["session"]);
    const query = new QueryFields(request.query);
    const message = store.message(chatIdFromApi(request.params.chatId), request.params.messageId, {
      downloadMedia: query.boolean("downloadMedia") ?? true,
      merge: query.boolean("merge") ?? isNewer,
    });
    if (message === undefined) throw refusal(404, "Message not found");
    response.json(message);
  });
}

async function sessionWithStore(parts: WahaParts, name: unknown): Promise<void> {
  const session = await sessionIn("WORKING", parts, name);
  if (!session.settings.hasStore) {
    throw refusal(
      400,
      'Enable NOWEB store "config.noweb.store.enabled=True" and "config.noweb.store.full_sync=True" when starting a new session.',
    );
  }
}
