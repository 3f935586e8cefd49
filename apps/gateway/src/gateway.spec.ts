import type { GatewayConfig } from "./config/gateway-config.js";
import { Gateway, type GatewayOptions } from "./gateway.js";

/** A gateway of parts that note what they are told, and fail where they are to. */
function gatewayOf(failing: readonly string[]) {
  const told: string[] = [];
  const tell = (name: string) => async (): Promise<void> => {
    told.push(name);
    if (failing.includes(name)) throw new Error(`${name} failed`);
  };
  const parts = {
    config: { host: "127.0.0.1", dataDir: "/nowhere", storage: { kind: "file" } } as GatewayConfig,
    secrets: { adminApiKeyPlace: "a file" },
    handlers: {},
    address: { listensOn: () => undefined, webhookUrl: "http://127.0.0.1:1/api/gateway/waha" },
    source: { start: tell("source starts"), stop: tell("source") },
    server: { listen: async () => 1, stop: tell("server") },
    workers: [
      { start: tell("worker starts"), stop: tell("worker") },
      { start: tell("other worker starts"), stop: tell("other worker") },
    ],
    connections: [{ close: tell("connection") }, { close: tell("other connection") }],
    storage: { close: tell("storage") },
    tracer: { close: tell("tracer") },
  };
  return { gateway: new Gateway(parts as unknown as GatewayOptions), told };
}

const ALL_STOPPED = [
  ...["server", "worker", "other worker", "source", "connection", "other connection", "storage"],
  "tracer",
];

describe("Gateway", () => {
  it("stops its parts, storage when nothing uses it any more, and what is told of all of them last", async () => {
    const { gateway, told } = gatewayOf([]);
    await gateway.start();
    told.length = 0;
    await gateway.stop(0);
    expect(told).toEqual(ALL_STOPPED);
  });

  it.each(["server", "worker", "source", "connection", "storage"])(
    "stops all the others where its %s fails to, and says so",
    async (part) => {
      const { gateway, told } = gatewayOf([part]);
      await gateway.start();
      told.length = 0;
      await expect(gateway.stop(0)).rejects.toThrow(`${part} failed`);
      expect(told).toEqual(ALL_STOPPED);
    },
  );

  it("tells all that failed where it is more than one", async () => {
    const { gateway } = gatewayOf(["worker", "storage"]);
    await gateway.start();
    await expect(gateway.stop(0)).rejects.toThrow("Error: worker failed; Error: storage failed");
  });

  it("closes all of it again where it can't start, and says why it could not", async () => {
    const { gateway, told } = gatewayOf(["other worker starts", "source"]);
    await expect(gateway.start()).rejects.toThrow("other worker starts failed");
    expect(told.slice(-ALL_STOPPED.length)).toEqual(ALL_STOPPED);
  });
});
