import { isIPv6 } from "node:net";
import { RateLimit, type Clock } from "@gateway-router/core";

export interface AddressLimitsOptions {
  readonly clock: Pick<Clock, "nowMs">;
  readonly perMinute: number;
  /** How many may come at once after a rest. */
  readonly burst: number;
}

/** Addresses remembered at a time; past it those that came first are forgotten, which only lets them begin anew. */
const MOST_ADDRESSES = 10_000;

/** One limit for each address that requests come from. */
export class AddressLimits {
  private readonly limits = new Map<string, RateLimit>();

  constructor(private readonly options: AddressLimitsOptions) {}

  /** Takes a place. Answers how long to wait for the next one where there is none, in ms; else 0. */
  take(address: string | undefined): number {
    const nowMs = this.options.clock.nowMs();
    const limit = this.limitOf(networkOf(address ?? ""));
    const waitMs = limit.take(nowMs) - nowMs;
    if (waitMs > 0) limit.giveBack();
    return waitMs;
  }

  /** As {@link take}, without taking one. */
  waitMs(address: string | undefined): number {
    const nowMs = this.options.clock.nowMs();
    const limit = this.limits.get(networkOf(address ?? ""));
    if (limit === undefined) return 0;
    const waitMs = limit.take(nowMs) - nowMs;
    limit.giveBack();
    return waitMs;
  }

  private limitOf(network: string): RateLimit {
    const known = this.limits.get(network);
    if (known !== undefined) return known;
    const limit = new RateLimit(this.options);
    this.limits.set(network, limit);
    if (this.limits.size > MOST_ADDRESSES) this.limits.delete(this.limits.keys().next().value!);
    return limit;
  }
}

/** Whoever has one IPv6 address has all of its network, of 64 bits. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [bare] = address.split("%") as [string];
  if (!isIPv6(bare)) return address;
  const [head, tail = ""] = bare.toLowerCase().split("::") as [string, string?];
  const groups = head === "" ? [] : head.split(":");
  const behind = tail === "" ? [] : tail.split(":");
  const gap = bare.includes("::") ? 8 - groups.length - behind.length : 0;
  const all = [...groups, ...Array.from({ length: Math.max(0, gap) }, () => "0"), ...behind];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
