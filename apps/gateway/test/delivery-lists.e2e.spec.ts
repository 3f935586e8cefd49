import { House } from "./support/house.js";

let house: House;

beforeEach(async () => {
  house = await House.enter();
});

afterEach(() => house.leave(), 30_000);

describe("the list of deliveries", () => {
  it("takes its own cursors only: of another list, or of nobody's making, 400", async () => {
    house.tenants.isDown = true;
    const gateway = await house.start();
    await gateway.say("971501234567", "start_realty_2", "LISTED_1");
    await gateway.say("971501234568", "start_realty_2", "LISTED_2");
    const list = (query: string) => gateway.askAsAdmin(`/api/gateway/deliveries?${query}`);
    const { body: first } = await list("tenant_id=2&limit=1");
    const cursor = String(first["next_cursor"]);
    expect(await list(`tenant_id=2&limit=1&cursor=${cursor}`)).toMatchObject({
      status: 200,
      body: { items: [{ tenant_id: 2 }], next_cursor: null },
    });

    for (const query of [
      `tenant_id=55&cursor=${cursor}`,
      ...["zzz", "{}", '["x"]'].flatMap((text) => [
        `cursor=${encodeURIComponent(text)}`,
        `cursor=${Buffer.from(text).toString("base64url")}&state=dead`,
        `cursor=${Buffer.from(text).toString("base64url")}&direction=out`,
      ]),
    ]) {
      const { status, body } = await list(query);
      expect([query, status]).toEqual([query, 400]);
      expect(body).toMatchObject({
        code: "invalid_parameter",
        details: [{ field: "cursor", message: "must be the next_cursor of the page before" }],
      });
    }
    expect(gateway.lines.filter((line) => line["level"] === "error")).toEqual([]);
  });
});
