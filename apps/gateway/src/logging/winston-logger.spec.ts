import { PassThrough } from "node:stream";
import { ManualClock } from "@gateway-router/core/testing";
import { withRequestId } from "./request-context.js";
import { WinstonLogger, type WinstonLoggerOptions } from "./winston-logger.js";

function aLogger(options: Partial<WinstonLoggerOptions> = {}) {
  const output = new PassThrough();
  const logger = new WinstonLogger({
    level: "info",
    format: "json",
    output,
    clock: new ManualClock(),
    ...options,
  });
  const text = () => String(output.read() ?? "");
  const lines = () =>
    text()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { logger, text, lines };
}

describe("WinstonLogger", () => {
  it("writes one JSON object a line, the phrase as it came, the event's fields beside it", () => {
    const { logger, lines } = aLogger();
    logger.log("info", "🔒 Locked user 971501234567 to tenant 2", { event: "message.routed", tenant_id: 2 });
    expect(lines()).toEqual([
      {
        timestamp: "2026-11-23T16:46:00.000Z",
        level: "info",
        service: "gateway",
        message: "🔒 Locked user 971501234567 to tenant 2",
        event: "message.routed",
        tenant_id: 2,
      },
    ]);
  });

  it("keeps a text with line breaks in one line", () => {
    const { logger, lines } = aLogger();
    logger.log("warn", "one\ntwo", { text: "three\nfour" });
    expect(lines()).toHaveLength(1);
  });

  it("leaves out what is below its level, and says so beforehand", () => {
    const { logger, text } = aLogger({ level: "warn" });
    expect(["debug", "info", "warn", "error"].map((level) => logger.isEnabled(level as "info"))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    logger.log("info", "not written");
    expect(text()).toBe("");
  });

  it("announces at any level", () => {
    const { logger, lines } = aLogger({ level: "error" });
    logger.announce("listening on http://127.0.0.1:8000");
    expect(lines()[0]).toMatchObject({ level: "info", message: "listening on http://127.0.0.1:8000" });
  });

  it("carries the request's id through whatever the request awaits", async () => {
    const { logger, lines } = aLogger();
    await withRequestId("req-1", async () => {
      await Promise.resolve();
      logger.log("info", "inside");
    });
    logger.log("info", "outside");
    expect(lines().map((line) => line["request_id"])).toEqual(["req-1", undefined]);
  });

  it("writes an error with its code and causes, and none of its other properties", () => {
    const { logger, lines } = aLogger();
    const cause = Object.assign(new Error("no space"), { code: "ENOSPC" });
    const error = Object.assign(new Error("not stored", { cause }), { config: { headers: { a: "b" } } });
    logger.log("error", "failed", { error });
    const written = lines()[0]!["error"] as Record<string, unknown>;
    expect(written).toMatchObject({ message: "not stored", cause: { code: "ENOSPC", message: "no space" } });
    expect(written).not.toHaveProperty("config");
  });

  it("masks people's numbers where it is to, and nothing that only looks like one", () => {
    const { logger, text } = aLogger({ masksNumbers: true });
    logger.log("info", "🔒 Locked user 971501234567 to tenant 1000002", {
      phone_number: "4242424242424@lid",
      names: ["+971501234567"],
      error: new Error("971507654321 has it"),
      message_id: "3EB0A0000000000000000001",
      delivery_id: "msg_0123456789",
      duration_ms: 12345678,
      at: "2026-11-23T16:46:00.000Z",
    });
    const line = text();
    const written = JSON.parse(line) as Record<string, unknown>;
    expect(written).toMatchObject({
      message: "🔒 Locked user *********567 to tenant 1000002",
      phone_number: "**********424@lid",
      names: ["*********567"],
      message_id: "3EB0A0000000000000000001",
      delivery_id: "msg_0123456789",
      duration_ms: 12345678,
      at: "2026-11-23T16:46:00.000Z",
    });
    expect(line).not.toMatch(/97150/);
  });

  it("never writes a secret: known by value, by its field's name, or by its looks", () => {
    const { logger, text } = aLogger({ secrets: ['zebra"secret', undefined] });
    logger.log("error", 'key is zebra"secret', {
      error: new Error('sent zebra"secret'),
      api_key: "hush-1",
      authorization: "Bearer hush-2",
      detail: "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
      path: "/api/tenant?gwt_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
      sent: "Bearer gwk_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
      key_hash: "hush-3",
    });
    expect(text()).not.toMatch(/zebra|hush|whsec_|gwt_|gwk_/);
  });

  it("writes the line without its fields where they are no JSON", () => {
    const { logger, lines } = aLogger();
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    logger.log("info", "round", { circle });
    expect(lines()[0]).toMatchObject({ message: "round", unloggable: expect.stringContaining("circular") });
  });

  it("keeps the line's own fields from being hidden", () => {
    const { logger, lines } = aLogger();
    logger.log("info", "mine", { message: "theirs", level: "theirs", service: "theirs" });
    expect(lines()[0]).toMatchObject({ message: "mine", level: "info", service: "gateway" });
  });

  it("writes for people on a terminal", () => {
    const { logger, text } = aLogger({ format: "pretty" });
    logger.log("info", "🎯 NEW SESSION: User 971501234567 → Tenant 2", { tenant_id: 2, message_id: "3EB0" });
    // eslint-disable-next-line no-control-regex -- the colours are what is taken out.
    expect(text().replace(/\u001b\[\d+m/g, "")).toBe(
      "16:46:00.000 info  🎯 NEW SESSION: User 971501234567 → Tenant 2 message_id=3EB0\n",
    );
  });
});
