import fc from "fast-check";
import { DesiredSessionConfig, WEBHOOK_EVENTS, WEBHOOKS_RETRIED_SECONDS } from "./session-config.js";
import { coveredSeconds, retriesCovering } from "./webhook-retries.js";

const webhookUrl = "http://gateway.example:8000/api/gateway/waha";
const hmacKey = "very-secret-hmac-key";
const desired = new DesiredSessionConfig({ webhookUrl, hmacKey });

const ours = {
  url: webhookUrl,
  events: [...WEBHOOK_EVENTS],
  hmac: { key: hmacKey },
  retries: { policy: "exponential", delaySeconds: 2, attempts: 9 },
};
const inOrder = { webhooks: [ours], noweb: { store: { enabled: true, fullSync: true } } };

describe("the desired configuration", () => {
  it("is what is made of none", () => {
    expect(desired.merge(undefined)).toEqual(inOrder);
    expect(desired.compare(inOrder)).toEqual([]);
  });

  it("has retries that outlast a restart of the gateway", () => {
    expect(coveredSeconds(ours.retries.delaySeconds, ours.retries.attempts)).toBeGreaterThanOrEqual(
      WEBHOOKS_RETRIED_SECONDS,
    );
    expect(coveredSeconds(2, 8)).toBeLessThan(WEBHOOKS_RETRIED_SECONDS);
    expect(retriesCovering(1)).toEqual({ policy: "exponential", delaySeconds: 2, attempts: 1 });
  });

  it("knows what looks like its own webhook under another address, and tells no login", () => {
    const urls = [
      webhookUrl,
      "http://me:secret@old.example:8000/api/gateway/waha?key=secret",
      "http://other.example/hook",
      "no URL",
    ];
    expect(desired.lookalikes({ webhooks: [...urls.map((url) => ({ url })), null] })).toEqual([
      "http://old.example:8000/api/gateway/waha",
    ]);
    expect(desired.lookalikes(undefined)).toEqual([]);
  });

  it.each<[string, object | undefined, string[]]>([
    ["nothing", undefined, ["webhook", "noweb.store.enabled", "noweb.store.fullSync"]],
    ["another's webhook", { ...inOrder, webhooks: [{ ...ours, url: "http://other.example/" }] }, ["webhook"]],
    ["webhooks that are none", { ...inOrder, webhooks: { url: webhookUrl } }, ["webhook"]],
    ["too few events", { ...inOrder, webhooks: [{ ...ours, events: ["message.any"] }] }, ["webhook.events"]],
    ["no events", { ...inOrder, webhooks: [{ ...ours, events: null }] }, ["webhook.events"]],
    ["another key", { ...inOrder, webhooks: [{ ...ours, hmac: { key: "old" } }] }, ["webhook.hmac"]],
    ["no key", { ...inOrder, webhooks: [{ ...ours, hmac: null }] }, ["webhook.hmac"]],
    [
      "other retries",
      { ...inOrder, webhooks: [{ ...ours, retries: { ...ours.retries, attempts: 3 } }] },
      ["webhook.retries"],
    ],
    ["no retries", { ...inOrder, webhooks: [{ ...ours, retries: null }] }, ["webhook.retries"]],
    ["it twice", { ...inOrder, webhooks: [ours, ours] }, ["webhook (more than one)"]],
    [
      "a store that is off",
      { ...inOrder, noweb: { store: { enabled: false, fullSync: true } } },
      ["noweb.store.enabled"],
    ],
    [
      "a store that is not filled",
      { ...inOrder, noweb: { store: { enabled: true } } },
      ["noweb.store.fullSync"],
    ],
  ])("differs from %s, and says in what but not by which value", (_, current, differences) => {
    expect(desired.compare(current as Record<string, unknown> | undefined)).toEqual(differences);
  });

  it.each<[string, object]>([
    [
      "what others set",
      { ...inOrder, metadata: { a: "b" }, proxy: { server: "p" }, ignore: { groups: true }, debug: true },
    ],
    [
      "the rest of NOWEB's",
      { ...inOrder, noweb: { markOnline: false, store: { enabled: true, fullSync: true, x: 1 } } },
    ],
    ["other webhooks", { ...inOrder, webhooks: [{ url: "http://other.example/" }, ours, "nonsense", null] }],
    ["more events", { ...inOrder, webhooks: [{ ...ours, events: ["presence.update", ...WEBHOOK_EVENTS] }] }],
    ["all events", { ...inOrder, webhooks: [{ ...ours, events: ["*"] }] }],
    [
      "more of its webhook",
      { ...inOrder, webhooks: [{ ...ours, customHeaders: [{ name: "A", value: "b" }] }] },
    ],
    [
      "its URL written otherwise",
      { ...inOrder, webhooks: [{ ...ours, url: "HTTP://gateway.example:8000/api/gateway/waha" }] },
    ],
  ])("does not mind %s, and keeps it", (_, current) => {
    expect(desired.compare(current as Record<string, unknown>)).toEqual([]);
    const merged = desired.merge(current as Record<string, unknown>);
    const normal = { ...current, webhooks: expect.any(Array) };
    expect(merged).toEqual(normal);
  });

  it("changes its own webhook where it stands, and leaves the others as they are", () => {
    const other = { url: "http://other.example/", events: ["*"], retries: { attempts: 1 } };
    const old = {
      url: webhookUrl,
      events: ["message", "presence.update"],
      customHeaders: [{ name: "A", value: "b" }],
    };
    const webhooks = desired.merge({ webhooks: [other, old, { url: "not a URL" }, old] })["webhooks"];
    expect(webhooks).toEqual([
      other,
      {
        ...ours,
        events: ["message", "presence.update", ...WEBHOOK_EVENTS],
        customHeaders: [{ name: "A", value: "b" }],
      },
      { url: "not a URL" },
    ]);
  });

  it("leaves signing alone where the gateway has no key", () => {
    const unsigned = new DesiredSessionConfig({ webhookUrl });
    expect(unsigned.merge(undefined)).not.toHaveProperty("webhooks.0.hmac");
    expect(unsigned.compare(inOrder)).toEqual([]);
    expect(unsigned.merge(inOrder)).toEqual(inOrder);
  });

  it("is reached by one merge from anything, and keeps what it does not know", () => {
    const known = fc.record(
      {
        webhooks: fc.oneof(
          fc.array(
            fc.oneof(
              fc.jsonValue(),
              fc.record(
                {
                  url: fc.constantFrom(webhookUrl, "http://other.example/", ""),
                  events: fc.oneof(fc.jsonValue(), fc.array(fc.constantFrom("*", "message", "message.any"))),
                  hmac: fc.oneof(fc.jsonValue(), fc.constant({ key: hmacKey })),
                  retries: fc.jsonValue(),
                },
                { requiredKeys: [] },
              ),
            ),
            { maxLength: 4 },
          ),
          fc.jsonValue(),
        ),
        noweb: fc.oneof(fc.jsonValue(), fc.record({ store: fc.jsonValue(), markOnline: fc.boolean() })),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), known, (rest, config) => {
        const current = JSON.parse(JSON.stringify({ ...rest, ...config })) as Record<string, unknown>;
        const before = JSON.stringify(current);
        const merged = desired.merge(current);
        expect(desired.compare(merged)).toEqual([]);
        expect(desired.merge(merged)).toEqual(merged);
        expect(JSON.stringify(current)).toBe(before);
        for (const name of Object.keys(current)) {
          if (name !== "webhooks" && name !== "noweb") expect(merged[name]).toEqual(current[name]);
        }
        expect(JSON.stringify(desired.compare(current))).not.toContain(hmacKey);
      }),
      { numRuns: 1_000 },
    );
  });
});
