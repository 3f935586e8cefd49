import type { Express } from "express";
import type { SimulatedSession } from "../simulated-session.js";
import { refusal } from "./waha-http-error.js";
import { fieldsOf, sessionNamed, type WahaParts } from "./waha-parts.js";

/** The session's life. Whatever a start or stop carries as a body is ignored. */
export function sessionRoutes(app: Express, parts: WahaParts): void {
  app.get("/api/sessions", (request, response) => {
    const { session } = parts;
    const isListed = session.exists && (session.isRunning || request.query["all"] === "true");
    response.json(isListed ? [sessionInfo(session)] : []);
  });
  app.post("/api/sessions", async (request, response) => {
    const { session } = parts;
    const { name, config, start } = fieldsOf(request.body);
    if (name !== session.name) {
      throw refusal(422, "WAHA Core supports only 'default' session. To run more, get WAHA Plus.");
    }
    if (session.exists) throw refusal(422, "Session 'default' already exists. Use PUT to update it.");
    await configure(session, config);
    session.create();
    if (start === true) await session.start();
    response.status(201).json(sessionInfo(session));
  });
  app.get("/api/sessions/:session", (request, response) => {
    response.json(sessionInfo(sessionNamed(parts, request.params["session"])));
  });
  app.get("/api/sessions/:session/me", (request, response) => {
    response.json(sessionNamed(parts, request.params["session"]).me);
  });
  app.put("/api/sessions/:session", async (request, response) => {
    const session = sessionNamed(parts, request.params["session"]);
    await configure(session, fieldsOf(request.body)["config"]);
    response.json(sessionInfo(session));
  });
  app.delete("/api/sessions/:session", async (request, response) => {
    // Deleting what is not there is no error.
    if (request.params["session"] === parts.session.name) await parts.session.delete();
    response.status(200).end();
  });
  app.post("/api/sessions/:session/start", async (request, response) => {
    const session = sessionNamed(parts, request.params["session"]);
    if (!(await session.start())) throw refusal(422, "Session 'default' is already started.");
    response.status(201).json(sessionInfo(session));
  });
  for (const change of ["stop", "restart", "logout"] as const) {
    app.post(`/api/sessions/:session/${change}`, async (request, response) => {
      const session = sessionNamed(parts, request.params["session"]);
      await session[change]();
      response.status(201).json(sessionInfo(session));
    });
  }
}

async function configure(session: SimulatedSession, config: unknown): Promise<void> {
  const isObject = typeof config === "object" && config !== null;
  if (config !== undefined && config !== null && !isObject) throw refusal(400, ["config must be an object"]);
  const faults = await session.configure(isObject ? config : {});
  if (faults.length > 0) throw refusal(400, faults);
}

function sessionInfo({ name, currentStatus, config, me }: SimulatedSession): object {
  return { name, status: currentStatus, config, me };
}
