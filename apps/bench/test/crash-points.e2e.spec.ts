import { fileURLToPath } from "node:url";
import { CampaignHouse, CRASH_AT, CRASH_POINTS, reconcile, type CrashPoint } from "@gateway-router/bench";

const program = fileURLToPath(new URL("../dist/crash-points/gateway-with-crash-points.js", import.meta.url));

/** The file is written once at the first start; what matters is a file that is behind the locks. */
const TIME: Readonly<Partial<Record<CrashPoint, number>>> = {
  "mapping-file:hash-written": 2,
  "mapping-file:renamed": 2,
};

describe("a crash on purpose", () => {
  it.each(CRASH_POINTS)(
    "at %s loses, doubles and overtakes nothing",
    async (point) => {
      const house = await CampaignHouse.open({ seed: 1, tenants: 3, program });
      try {
        const { gateway, farm } = house;
        farm.behaviour = ({ response, text }) => {
          response.writeHead(200, { "content-type": "application/json" });
          response.end(JSON.stringify({ reply: `You said ${text}` }));
          return true;
        };
        const conversations = [house.addContact(2), house.addContact(3)];
        gateway.spawn({ [CRASH_AT]: `${point}@${TIME[point] ?? 1}` });
        const talking = conversations.map((conversation) => conversation.run());
        expect((await gateway.ended()).signal).toBe("SIGKILL");

        await gateway.start();
        const afterCrash = house.acknowledged.length;
        await house.until(() => house.acknowledged.length >= afterCrash + 10);
        for (const conversation of conversations) conversation.pause();
        await Promise.all(talking);
        await house.settled();
        const mapping = await house.mappingFileAfterStop();

        const result = reconcile(house.acknowledged, farm.arrivals);
        expect(result).toMatchObject({
          lost: [],
          outOfOrder: [],
          withTwoTenants: [],
          withTwoIds: [],
          notNewOnce: [],
        });
        for (const { contact, tenantId } of house.acknowledged) expect(mapping[contact]).toBe(tenantId);
        expect(Object.keys(mapping)).toHaveLength(2);
      } finally {
        await house.close();
      }
    },
    60_000,
  );
});
