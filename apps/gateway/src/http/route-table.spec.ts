import { Router } from "express";
import { HEALTHZ } from "./routes/health-operations.js";
import { mount, operationsOf, type Handler } from "./route-table.js";

const GET_HEALTH = HEALTHZ.get;
const handler: Handler = (_request, response) => void response.end();

describe("mount", () => {
  it("keeps what was mounted, in its order and with what is said of it", () => {
    const router = Router();
    const deleteIt = { ...GET_HEALTH, id: "deleteIt" };
    mount(router, "/a/:id", { get: GET_HEALTH, delete: deleteIt }, { get: handler, delete: handler });
    mount(router, "/b", { get: GET_HEALTH }, { get: handler });
    expect(operationsOf(router)).toEqual([
      { method: "get", path: "/a/:id", operation: GET_HEALTH },
      { method: "delete", path: "/a/:id", operation: deleteIt },
      { method: "get", path: "/b", operation: GET_HEALTH },
    ]);
    expect(operationsOf(Router())).toEqual([]);
  });

  it("takes no handler without its description, and no description without its handler", () => {
    const router = Router();
    // @ts-expect-error -- nothing is said of POST.
    mount(router, "/a", { get: GET_HEALTH }, { get: handler, post: handler });
    // @ts-expect-error -- nobody answers PUT.
    mount(router, "/b", { get: GET_HEALTH, put: GET_HEALTH }, { get: handler });
    expect(operationsOf(router).map(({ method, operation }) => [method, operation as unknown])).toEqual([
      ["get", GET_HEALTH],
      ["post", undefined],
      ["get", GET_HEALTH],
    ]);
  });
});
