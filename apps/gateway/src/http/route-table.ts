import type { Request, RequestHandler, Response, Router } from "express";
import { HttpError } from "./http-error.js";

export type Handler = (request: Request, response: Response) => void | Promise<void>;
type Method = "get" | "post" | "put" | "delete";

/** Mounts the handlers of one path; any other method is answered with 405 and what there is instead. */
export function mount(router: Router, path: string, handlers: Partial<Record<Method, Handler>>): void {
  const methods = Object.keys(handlers) as Method[];
  for (const method of methods) router[method](path, handlers[method] as RequestHandler);
  const allowed = methods.flatMap((method) => (method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()]));
  router.all(path, () => {
    throw new HttpError(405, "method_not_allowed", `This path takes ${allowed.join(", ")}.`, {
      headers: { Allow: allowed.join(", ") },
    });
  });
}
