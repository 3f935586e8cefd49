import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomIds, systemClock, type MessageIntake } from "@gateway-router/core";
import { eventually, RecordingLogger } from "@gateway-router/core/testing";
import { createContainer, openGateway, parseSettings, tokens, type Gateway } from "@gateway-router/gateway";
import { openFileStorage } from "@gateway-router/storage-file";
import { TenantHandlers } from "./support/tenant-handlers.js";
import { unsignedWebhook } from "./support/unsigned-webhook.js";

/** Far more than the gateway should let in. */
const TRIED_AT_MOST = 5_000;
const AT_ONCE = 100;

let folder: string;
let tenants: TenantHandlers;
let gateway: Gateway | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gateway-overload-"));
  tenants = await TenantHandlers.listen();
});

afterEach(async () => {
  await gateway?.stop(0);
  await tenants.close();
  await rm(folder, { recursive: true });
}, 30_000);

/** The whole gateway in this process, on a storage that takes nothing in until it is told to. */
async function startHeld() {
  const config = parseSettings(
    { PORT: "0", DATA_DIR: folder, WAHA_URL: "http://127.0.0.1:9", TENANT_URL_TEMPLATE: tenants.urlTemplate },
    folder,
  );
  const logger = new RecordingLogger();
  const container = createContainer(config, logger);
  const storage = await openFileStorage({
    ...{ dataDir: folder, clock: systemClock, ids: randomIds, logger },
    ...{ duplicateMemoryDays: 7, backupKeepDays: 14 },
  });
  let heldBack = 0;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const intake: MessageIntake = {
    async take(request) {
      heldBack += 1;
      await released;
      return storage.intake.take(request);
    },
  };
  container.rebind(tokens.storage).toConstantValue({ ...storage, intake });
  gateway = await openGateway(container);
  const { url } = await gateway.start();
  const say = (id: number): Promise<Response> => {
    const { body, headers } = unsignedWebhook(String(971_500_000_000 + id), "start_realty_2", `HELD_${id}`);
    return fetch(`${url}/api/gateway/waha`, { method: "POST", body: new Uint8Array(body), headers });
  };
  return { url, say, release, heldBack: () => heldBack };
}

describe("more webhooks at once than the gateway can take", () => {
  it("are answered 503 with Retry-After at once, while those it took wait; then it takes them again", async () => {
    const { url, say, release, heldBack } = await startHeld();
    const taken: Promise<Response>[] = [];
    const refused: { readonly id: number; readonly response: Response }[] = [];
    let sent = 0;
    while (refused.length === 0 && sent < TRIED_AT_MOST) {
      for (let count = 0; count < AT_ONCE; count += 1) {
        const id = (sent += 1);
        const answer = say(id);
        taken.push(answer);
        void answer.then(
          (response) => {
            if (response.status === 503) refused.push({ id, response });
          },
          () => undefined,
        );
      }
      await eventually(() => heldBack() + refused.length === sent);
    }
    expect(refused.length).toBeGreaterThan(0);
    for (const { response } of refused) {
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(await response.json()).toMatchObject({ status: "error", code: "overloaded" });
    }
    expect((await fetch(`${url}/healthz`)).status).toBe(200);

    release();
    const statuses = await Promise.all(taken.map(async (answer) => (await answer).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(heldBack());
    expect(statuses.filter((status) => status === 503)).toHaveLength(refused.length);

    // What was refused was not acknowledged, so WAHA sends it again, and then it is new.
    const again = await Promise.all(refused.map(async ({ id }) => (await say(id)).json()));
    for (const body of again) expect(body).toMatchObject({ status: "routed", is_new_session: true });
  }, 60_000);
});
