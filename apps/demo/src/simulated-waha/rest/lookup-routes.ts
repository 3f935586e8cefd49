import type { Express } from "express";
import { refusal, WahaHttpError } from "./waha-http-error.js";
import { sessionIn, sessionNamed, type WahaParts } from "./waha-parts.js";

/** What can be asked of the server: phone numbers behind LIDs, received files, and how it is. */
export function lookupRoutes(app: Express, parts: WahaParts): void {
  app.get("/api/:session/lids/:lid", async (request, response) => {
    const { lid: asked } = request.params;
    const lid = asked.includes("@") ? asked : `${asked}@lid`;
    await goAsTold(parts, lid);
    const session = await sessionIn("WORKING", parts, request.params["session"]);
    if (!lid.endsWith("@lid")) throw refusal(422, "Invalid LID - it must end with @lid");
    if (!session.settings.hasLidStore) {
      throw refusal(
        400,
        "Enable NOWEB store 'config.noweb.store.enabled=True' and 'config.noweb.store.fullSync=True'",
      );
    }
    response.json({ lid, pn: parts.whatsApp.phoneOfLid.get(lid) ?? null });
  });
  app.get("/api/files/:session/:file", (request, response) => {
    sessionNamed(parts, request.params["session"]);
    const file = parts.files.find(request.params["file"]);
    if (file === undefined) throw refusal(404, "File not found");
    response.type(file.mimetype).send(file.bytes);
  });
  app.get(["/api/version", "/api/server/version"], (_request, response) => {
    response.json(parts.environment);
  });
  app.get("/api/server/status", (_request, response) => {
    const { startedAtMs, timers } = parts;
    const uptime = timers.nowMs() - startedAtMs;
    response.json({ startTimestamp: startedAtMs, uptime, worker: parts.environment.worker });
  });
}

/** Notes the look-up, and makes it as slow or broken as a test wants it. */
async function goAsTold({ lidLookup, timers }: WahaParts, lid: string): Promise<void> {
  const { delayMs, status } = lidLookup.behaviour;
  lidLookup.asked.add(lid);
  if (delayMs !== undefined) await timers.elapse(delayMs);
  if (status !== undefined) {
    throw new WahaHttpError(status, { statusCode: status, message: "Look-ups of LIDs were told to fail" });
  }
}
