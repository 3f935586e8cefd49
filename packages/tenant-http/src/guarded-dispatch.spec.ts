import { aDelivery, aMapping, aTenant, ManualClock } from "@gateway-router/core/testing";
import { AddressGuard } from "./address-guard.js";
import { HttpTenantDispatcher } from "./http-tenant-dispatcher.js";
import { claimOf, HandlerServer } from "./testing/handler-server.js";

const clock = new ManualClock();
let handler: HandlerServer;
let dispatcher: HttpTenantDispatcher;

beforeEach(async () => {
  handler = await HandlerServer.start();
});

afterEach(async () => {
  await dispatcher.close();
  await handler.close();
});

function dispatchTo(url: string) {
  return dispatcher.dispatch(aTenant({ url }), claimOf(aDelivery(aMapping())), new AbortController().signal);
}

function guardedBy(guard?: AddressGuard): void {
  dispatcher = new HttpTenantDispatcher({
    ...{ clock, timeoutMs: 30_000, version: "1.2.3", mediaUrl: (id) => id },
    ...(guard === undefined ? {} : { guard }),
  });
}

describe("HttpTenantDispatcher and where handlers may be", () => {
  it.each([
    "http://169.254.169.254/",
    "https://169.254.169.254/",
    "http://2852039166/",
    "http://[::ffff:169.254.169.254]/",
    "http://[fe80::1]/",
    "http://0.0.0.0/",
  ])("an address nobody's handler is at, %s, is unreachable and says why", async (url) => {
    guardedBy();
    expect(await dispatchTo(url)).toEqual({
      kind: "unreachable",
      error: expect.stringMatching(/ is (a link-local address|no address of a host): not allowed$/) as string,
    });
  });

  it("a name is judged by where each new connection goes, and a kept one is kept", async () => {
    const answers = ["127.0.0.1", "169.254.169.254"];
    let lookedUp = 0;
    guardedBy(
      new AddressGuard({
        resolve: (_hostname, _options, callback) =>
          callback(null, [{ address: answers[lookedUp++]!, family: 4 }]),
      }),
    );
    const url = `http://rebinding.example:${handler.port}/`;
    for (let count = 0; count < 3; count += 1)
      expect(await dispatchTo(url)).toMatchObject({ kind: "accepted" });
    expect(handler.connections).toBe(1);
    expect(lookedUp).toBe(1);
    handler.answer = (response) => response.writeHead(200, { Connection: "close" }).end();
    await dispatchTo(url);
    expect(await dispatchTo(url)).toEqual({
      kind: "unreachable",
      error: "rebinding.example leads to 169.254.169.254, a link-local address: not allowed",
    });
  });

  it("this machine is allowed, unless only public addresses are", async () => {
    guardedBy();
    expect(await dispatchTo(handler.url.replace("127.0.0.1", "localhost"))).toMatchObject({
      kind: "accepted",
    });
    await dispatcher.close();
    guardedBy(new AddressGuard({ publicOnly: true }));
    for (const url of [handler.url, handler.url.replace("127.0.0.1", "localhost")]) {
      expect(await dispatchTo(url)).toMatchObject({
        ...{ kind: "unreachable", error: expect.stringContaining("no public address") as string },
      });
    }
    expect(handler.requests).toHaveLength(1);
  });
});
