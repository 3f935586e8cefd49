import type { LookupAddress } from "node:dns";
import { AddressGuard, AddressRefusedError, type Resolve } from "./address-guard.js";

const NOWHERE = ["0.0.0.0", "0.1.2.3", "::", "224.0.0.1", "239.255.255.255", "ff02::1", "255.255.255.255"];
const LINK_LOCAL = ["169.254.0.1", "169.254.169.254", "169.254.170.2", "fe80::1", "fe80::1%eth0", "febf::1"];
const METADATA = [
  "100.100.100.200",
  "168.63.129.16",
  "192.0.0.192",
  "fd00:ec2::254",
  "fd20:ce::254",
  "fd00:ec2::254%eth0",
];
/** Other ways to write an IPv4 address into an IPv6 one, with 169.254.169.254 and 100.100.100.200 as examples. */
const DISGUISED = [
  ...["::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "::ffff:0:169.254.169.254", "::169.254.169.254"],
  ...["64:ff9b::169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "2002:a9fe:a9fe::1"],
  ...["::ffff:100.100.100.200", "64:ff9b::6464:64c8", "::ffff:0.0.0.0", "::ffff:224.0.0.1"],
  "0:0:0:0:0:ffff:a9fe:a9fe",
];
const PRIVATE = [
  ...["127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1"],
  ...["fc00::1", "fd12:3456::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "2002:7f00:1::", "::7f00:1"],
  ...["192.0.2.1", "198.18.0.1", "240.0.0.1", "2001:db8::1"],
];
const PUBLIC = ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"];

describe("AddressGuard", () => {
  const guard = new AddressGuard();
  const publicOnly = new AddressGuard({ publicOnly: true });

  it.each([...NOWHERE, ...LINK_LOCAL, ...METADATA, ...DISGUISED])("refuses %s, always", (address) => {
    expect(guard.refusalOf(address)).toEqual(expect.any(String));
    expect(publicOnly.refusalOf(address)).toEqual(expect.any(String));
  });

  it.each(PRIVATE)("allows %s, unless only public addresses are", (address) => {
    expect(guard.refusalOf(address)).toBeUndefined();
    expect(publicOnly.refusalOf(address)).toBe("no public address");
  });

  it.each(PUBLIC)("allows %s", (address) => {
    expect(guard.refusalOf(address)).toBeUndefined();
    expect(publicOnly.refusalOf(address)).toBeUndefined();
  });

  it.each(["", "agent.example", "1.2.3", "1.2.3.4.5", "::g"])("refuses %j, which it can't judge", (text) => {
    expect(guard.refusalOf(text)).toBeDefined();
  });

  it("says of a host written as an address what is wrong, and leaves names to the look-up", () => {
    expect(guard.refuseLiteral("169.254.169.254")?.message).toBe(
      "169.254.169.254 is a link-local address: not allowed",
    );
    expect(guard.refuseLiteral("127.0.0.1")).toBeUndefined();
    expect(guard.refuseLiteral("metadata.google.internal")).toBeUndefined();
  });

  it.each([
    ...["http://2852039166/", "http://0xa9fea9fe/", "http://0251.0376.0251.0376/", "http://0xa9.254.43518/"],
    ...["http://169.254.43518/", "http://[::ffff:169.254.169.254]/", "http://１６９.254.169.254/"],
  ])("sees through %s, as a URL reads it", (url) => {
    const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
    expect(guard.refuseLiteral(host)).toBeInstanceOf(AddressRefusedError);
  });

  describe("looks names up", () => {
    const resolvingTo =
      (...addresses: string[]): Resolve =>
      (_hostname, _options, callback) =>
        callback(
          null,
          addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
        );
    const lookup = (resolve: Resolve, options: { all?: boolean } = { all: true }) =>
      new Promise<string | LookupAddress[] | Error>((done) =>
        new AddressGuard({ resolve }).lookup("agent.example", options, (error, address) =>
          done(error ?? address),
        ),
      );

    it("and answers as it was asked, with all or with the first", async () => {
      const resolve = resolvingTo("10.0.0.1", "::1");
      expect(await lookup(resolve)).toEqual([
        { address: "10.0.0.1", family: 4 },
        { address: "::1", family: 6 },
      ]);
      expect(await lookup(resolve, {})).toBe("10.0.0.1");
    });

    it("and leaves out what is refused", async () => {
      const resolve = resolvingTo("169.254.169.254", "fe80::1", "10.0.0.1");
      expect(await lookup(resolve)).toEqual([{ address: "10.0.0.1", family: 4 }]);
      expect(await lookup(resolve, { all: false })).toBe("10.0.0.1");
    });

    it("and says so where nothing is left", async () => {
      const refused = await lookup(resolvingTo("169.254.169.254"));
      expect(refused).toBeInstanceOf(AddressRefusedError);
      expect((refused as Error).message).toBe(
        "agent.example leads to 169.254.169.254, a link-local address: not allowed",
      );
    });

    it("and passes on that there is no such name", async () => {
      const missing = Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
      expect(await lookup((_hostname, _options, callback) => callback(missing, []))).toBe(missing);
      expect(await lookup(resolvingTo())).toMatchObject({ code: "ENOTFOUND" });
    });
  });
});
