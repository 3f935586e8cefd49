import { lookup as systemLookup, type LookupAddress, type LookupOptions } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { GatewayError } from "@gateway-router/core";
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = ReturnType<Address["range"]>;

export interface AddressGuardOptions {
  /** Whether addresses of private networks and of this machine are refused too. */
  readonly publicOnly?: boolean;
  /** Looks up all addresses of a host; the system's way where not given. */
  readonly resolve?: Resolve;
}

export type Resolve = (
  hostname: string,
  options: LookupOptions & { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A connection was not made, because of where it would have led. */
export class AddressRefusedError extends GatewayError {
  constructor(message: string) {
    super("address_refused", message, { retryable: false });
  }
}

/** Nothing that a tenant has a reason to be at; what answers there answers to the machine it runs on. */
const NEVER: Partial<Record<Range, string>> = {
  linkLocal: "a link-local address",
  unspecified: "no address of a host",
  multicast: "a multicast address",
  broadcast: "the broadcast address",
};
/** Where clouds tell a machine its own secrets, beyond 169.254.169.254, which is link-local. */
const METADATA: ReadonlySet<string> = new Set([
  "100.100.100.200", // Alibaba Cloud
  "168.63.129.16", // Azure
  "192.0.0.192", // Oracle Cloud
  "fd00:ec2::254", // AWS
  "fd20:ce::254", // Google Cloud
]);

const IPV4_AT_THE_END: ReadonlySet<Range> = new Set(["ipv4Mapped", "rfc6145", "rfc6052"]);

/**
 * Decides where the gateway connects to on a tenant's word. Addresses are judged where a connection is made, not
 * where a URL is read: a name may lead to one address when it is checked and to another a moment later.
 */
export class AddressGuard {
  private readonly isPublicOnly: boolean;
  private readonly resolve: Resolve;

  constructor({ publicOnly = false, resolve = systemLookup }: AddressGuardOptions = {}) {
    this.isPublicOnly = publicOnly;
    this.resolve = resolve;
  }

  /** What speaks against the address, in words for people; `undefined` where nothing does. */
  refusalOf(text: string): string | undefined {
    // Stricter than the package, which reads shortened forms too.
    if (isIP(text) === 0) return "no address that can be judged";
    // A zone says by which interface, and nothing about where.
    const address = destinationOf(ipaddr.parse(text.replace(/%.*$/, "")));
    const range = address.range();
    if (METADATA.has(address.toString())) return "the address of a cloud's metadata";
    if (NEVER[range] !== undefined) return NEVER[range];
    return this.isPublicOnly && range !== "unicast" ? "no public address" : undefined;
  }

  /** Refuses a host that is written as an address; a name is judged by {@link lookup}. Answers nothing where all is well. */
  refuseLiteral(host: string): AddressRefusedError | undefined {
    if (isIP(host) === 0) return undefined;
    const refusal = this.refusalOf(host);
    return refusal === undefined ? undefined : new AddressRefusedError(`${host} is ${refusal}: not allowed`);
  }

  /** Looks a name up for a connection, which then goes to one of these very addresses: those refused are left out. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const allowed = found.filter(({ address }) => this.refusalOf(address) === undefined);
      const [first] = allowed;
      if (first === undefined) callback(this.refusalOfName(hostname, found), []);
      else if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };

  private refusalOfName(hostname: string, [first]: readonly LookupAddress[]): Error {
    if (first === undefined) return Object.assign(new Error("No address"), { code: "ENOTFOUND" });
    const { address } = first;
    return new AddressRefusedError(
      `${hostname} leads to ${address}, ${this.refusalOf(address)}: not allowed`,
    );
  }
}

/** An IPv6 address that stands for an IPv4 one is judged as what it leads to. */
function destinationOf(address: Address): Address {
  if (address instanceof ipaddr.IPv4) return address;
  const { parts } = address;
  const range = address.range();
  if (range === "6to4") return ipv4Of(parts[1]!, parts[2]!);
  // The last is the old IPv4-compatible form, ::a.b.c.d.
  const endsInIpv4 =
    IPV4_AT_THE_END.has(range) || (range === "unicast" && parts.slice(0, 6).every((part) => part === 0));
  return endsInIpv4 ? ipv4Of(parts[6]!, parts[7]!) : address;
}

function ipv4Of(high: number, low: number): ipaddr.IPv4 {
  return new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff]);
}
