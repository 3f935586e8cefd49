import type { Request, RequestHandler, Response, Router } from "express";
import { HttpError } from "./http-error.js";
import type { Operation } from "./openapi/operation.js";

export type Handler = (request: Request, response: Response) => void | Promise<void>;
export type Method = "get" | "post" | "put" | "delete";

/** One method of one path, as a router has it: the path is the router's own, such as `/tenants/:id`. */
export interface MountedOperation {
  readonly method: Method;
  readonly path: string;
  readonly operation: Operation;
}

const mounted = new WeakMap<Router, MountedOperation[]>();

/** What was mounted on the router, in its order. */
export function operationsOf(router: Router): readonly MountedOperation[] {
  return mounted.get(router) ?? [];
}

/**
 * Mounts the handlers of one path, each with what the API's description says of it; any other method is answered with
 * 405 and what there is instead.
 */
export function mount<Verb extends Method>(
  router: Router,
  path: string,
  operations: Readonly<Record<NoInfer<Verb>, Operation>>,
  handlers: Readonly<Record<Verb, Handler>>,
): void {
  const methods = Object.keys(handlers) as Verb[];
  for (const method of methods) router[method](path, handlers[method] as RequestHandler);
  const described = methods.map((method) => ({ method, path, operation: operations[method] }));
  mounted.set(router, [...operationsOf(router), ...described]);
  const allowed = methods.flatMap((method) => (method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()]));
  router.all(path, () => {
    throw new HttpError(405, "method_not_allowed", `This path takes ${allowed.join(", ")}.`, {
      headers: { Allow: allowed.join(", ") },
    });
  });
}
