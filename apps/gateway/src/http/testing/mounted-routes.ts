import type { IRouter } from "express";

/** More than any path takes. */
const MOST_METHODS = 5;

/** What is mounted there, however it came to be: `GET /stats`. */
export function mountedRoutes(router: IRouter, prefix: string): string[] {
  return router.stack.flatMap(({ route }) => {
    // What answers all other methods with 405 is none of its own; the app spells them all out for it.
    const methods =
      route?.stack.map(({ method }) => method).filter((method) => typeof method === "string") ?? [];
    if (route === undefined || methods.length > MOST_METHODS) return [];
    return [...new Set(methods)].map((method) => `${method.toUpperCase()} ${prefix}${route.path}`);
  });
}
