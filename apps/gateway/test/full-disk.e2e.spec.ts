import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@gateway-router/core/testing";
import { GatewayProcess } from "./support/gateway-process.js";
import { TenantHandlers } from "./support/tenant-handlers.js";

/** A small disk of its own, where the machine lets us make one: that takes Linux and its administrator. */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "gateway-small-disk-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", folder]);
  if (status === 0) return folder;
  rmSync(folder, { recursive: true });
  return undefined;
}

const disk = smallDisk();
const onSmallDisk = disk === undefined ? it.skip : it;

afterAll(() => {
  if (disk === undefined) return;
  spawnSync("umount", [disk]);
  rmSync(disk, { recursive: true });
});

describe("a full disk", () => {
  onSmallDisk(
    "answers 503 with Retry-After, acknowledges nothing, and takes webhooks again when there is room",
    async () => {
      const tenants = await TenantHandlers.listen();
      const gateway = await GatewayProcess.start(join(disk!, "data"), {
        TENANT_URL_TEMPLATE: tenants.urlTemplate,
      });
      try {
        // A tenant that does not take anything, so that everything has to be kept.
        tenants.isDown = true;
        let sent = 0;
        const say = (): ReturnType<GatewayProcess["say"]> => {
          sent += 1;
          return gateway.say(
            String(971_500_000_000 + sent),
            `start_realty_2 ${"x".repeat(4_000)}`,
            `FULL_${sent}`,
          );
        };
        expect(await say()).toMatchObject({ status: 200 });

        writeFileSync(join(disk!, "ballast"), new Uint8Array(0));
        spawnSync("dd", ["if=/dev/zero", `of=${join(disk!, "ballast")}`, "bs=4k"]);
        let answer = await say();
        // What room the storage had inside its own file is used up first.
        for (let tries = 0; answer.status === 200 && tries < 5_000; tries += 1) answer = await say();
        expect(answer).toMatchObject({
          status: 503,
          body: { status: "error", code: "storage_unavailable" },
        });
        expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
        const refused = String(971_500_000_000 + sent);

        await rm(join(disk!, "ballast"));
        await eventually(async () => (await say()).status === 200, 30_000);
        expect(await gateway.ask("/healthz")).toMatchObject({ status: 200 });
        const repeated = await gateway.say(refused, "start_realty_2", "FULL_REPEATED");
        expect(repeated).toMatchObject({ status: 200, body: { status: "routed", tenant_id: 2 } });

        tenants.isDown = false;
        await eventually(() => tenants.textsOf(refused).includes("start_realty_2"), 60_000);
        expect(await gateway.stop()).toBe(0);
      } finally {
        await gateway.kill();
        await tenants.close();
      }
    },
    120_000,
  );
});
