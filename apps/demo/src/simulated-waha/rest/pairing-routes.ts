import type { Express } from "express";
import { qrImage } from "../qr-image.js";
import { internalError } from "./waha-http-error.js";
import { fieldsOf, sessionIn, type WahaParts } from "./waha-parts.js";

/** The two ways to pair a phone. */
export function pairingRoutes(app: Express, parts: WahaParts): void {
  app.get("/api/:session/auth/qr", async (request, response) => {
    const { qrText } = await sessionIn("SCAN_QR_CODE", parts, request.params["session"]);
    if (request.query["format"] === "raw") {
      response.json({ value: qrText });
    } else if (request.get("Accept")?.includes("application/json") === true) {
      response.json({ mimetype: "image/png", data: qrImage(qrText).toString("base64") });
    } else {
      response.type("image/png").send(qrImage(qrText));
    }
  });
  app.post("/api/:session/auth/request-code", async (request, response) => {
    await sessionIn("SCAN_QR_CODE", parts, request.params["session"]);
    const { phoneNumber } = fieldsOf(request.body);
    if (typeof phoneNumber !== "string") throw internalError("phoneNumber is missing");
    response.status(201).json({ code: parts.ids.pairingCode() });
  });
}
