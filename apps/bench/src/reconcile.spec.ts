import { reconcile } from "./reconcile.js";
import type { Arrival } from "./tenant-farm.js";

const acknowledged = (text: string, tenantId = 1) => ({ contact: "971501234567", text, tenantId });
const arrival = (text: string, overrides: Partial<Arrival> = {}): Arrival => ({
  tenantId: 1,
  contact: "971501234567",
  text,
  webhookId: `msg_${text}`,
  isNewSession: text.startsWith("start_"),
  taken: true,
  ...overrides,
});
const link = "start_realty_1";

describe("reconcile", () => {
  it("finds nothing wrong where nothing is", () => {
    const result = reconcile(
      [acknowledged(link), acknowledged("1"), acknowledged("2")],
      [arrival(link), arrival("1", { taken: false }), arrival("1"), arrival("2"), arrival("2")],
    );
    expect(result).toEqual({
      acknowledged: 3,
      lost: [],
      outOfOrder: [],
      withTwoTenants: [],
      duplicates: 1,
      withTwoIds: [],
      notNewOnce: [],
    });
  });

  it("sees what was acknowledged and never taken", () => {
    const result = reconcile(
      [acknowledged(link), acknowledged("1")],
      [arrival(link), arrival("1", { taken: false })],
    );
    expect(result.lost).toEqual(["971501234567 1"]);
  });

  it("sees what overtook", () => {
    const result = reconcile(
      [acknowledged(link), acknowledged("1"), acknowledged("2")],
      [arrival(link), arrival("2"), arrival("1")],
    );
    expect(result.outOfOrder).toEqual(["971501234567 1"]);
  });

  it("sees a contact of two tenants, by answer or by arrival", () => {
    expect(
      reconcile([acknowledged(link), acknowledged("1", 2)], [arrival(link), arrival("1")]).withTwoTenants,
    ).toHaveLength(1);
    expect(
      reconcile([acknowledged(link)], [arrival(link), arrival("1", { tenantId: 2 })]).withTwoTenants,
    ).toHaveLength(1);
  });

  it("sees two ids of one message, and a contact that was new twice or never", () => {
    expect(
      reconcile([acknowledged(link)], [arrival(link), arrival(link, { webhookId: "other" })]).withTwoIds,
    ).toHaveLength(1);
    expect(reconcile([acknowledged(link)], [arrival(link, { isNewSession: false })]).notNewOnce).toHaveLength(
      1,
    );
    const twice = [arrival(link), arrival("1", { isNewSession: true })];
    expect(reconcile([acknowledged(link)], twice).notNewOnce).toHaveLength(1);
  });
});
