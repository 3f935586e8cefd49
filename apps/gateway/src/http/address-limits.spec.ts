import { ManualClock } from "@gateway-router/core/testing";
import { AddressLimits, networkOf } from "./address-limits.js";

describe("AddressLimits", () => {
  it("gives each address its places, and says how long to wait for the next", () => {
    const clock = new ManualClock();
    const limits = new AddressLimits({ clock, perMinute: 20, burst: 3 });
    for (let count = 0; count < 3; count += 1) expect(limits.take("192.0.2.1")).toBe(0);
    expect(limits.waitMs("192.0.2.1")).toBe(3_000);
    expect(limits.take("192.0.2.1")).toBe(3_000);
    expect(limits.take("192.0.2.2")).toBe(0);
    clock.advance(3_000);
    expect(limits.waitMs("192.0.2.1")).toBe(0);
    expect(limits.take("192.0.2.1")).toBe(0);
    expect(limits.take("192.0.2.1")).toBe(3_000);
    expect(limits.waitMs("192.0.2.3")).toBe(0);
  });

  it("remembers so many addresses and no more", () => {
    const limits = new AddressLimits({ clock: new ManualClock(), perMinute: 1, burst: 1 });
    limits.take("first");
    for (let count = 0; count < 10_000; count += 1) limits.take(`address ${count}`);
    expect(limits.waitMs("first")).toBe(0);
    expect(limits.waitMs("address 9999")).toBe(60_000);
  });
});

describe("networkOf", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::6", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["", ""],
  ])("%s is of %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
