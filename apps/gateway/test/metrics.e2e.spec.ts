import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually } from "@gateway-router/core/testing";
import { House } from "./support/house.js";

let house: House;

beforeEach(async () => {
  house = await House.enter();
});

afterEach(() => house.leave(), 30_000);

describe("GET /metrics", () => {
  it("tells what the gateway did, by a message that went through it", async () => {
    const gateway = await house.start();
    const key = (await readFile(join(house.dataDir, "admin-api-key"), "utf8")).trim();
    const read = async (): Promise<string[]> => {
      const response = await fetch(`${gateway.url}/metrics`, { headers: { "X-Api-Key": key } });
      return (await response.text()).split("\n");
    };
    await gateway.say("971501234567", "start_realty_2", "ONE");
    const delivered = 'gateway_attempts_total{queue="deliveries",result="delivered"} 1';
    const session = 'gateway_waha_session{status="UNREACHABLE"} 1';
    await eventually(async () => {
      const lines = await read();
      return lines.includes(delivered) && lines.includes(session);
    });

    const lines = await read();
    expect(lines).toContain('gateway_webhooks_total{outcome="routed"} 1');
    expect(lines).toContain("gateway_intake_duration_seconds_count 1");
    expect(lines).toContain('gateway_handler_duration_seconds_count{result="accepted"} 1');
    expect(lines).toContain('gateway_latency_seconds_count{queue="deliveries"} 1');
    expect(lines).toContain('gateway_waiting{queue="deliveries"} 0');
    expect(lines).toContain("gateway_contacts 1");
    expect(lines.some((line) => line.startsWith("nodejs_eventloop_lag_seconds"))).toBe(true);
    // Each line of a sample is a name, labels and a number, and there is no person in it.
    for (const line of lines) expect(line).not.toContain("971501234567");
  });
});
