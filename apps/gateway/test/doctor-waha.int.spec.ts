import { systemClock } from "@gateway-router/core";
import { ManualClock } from "@gateway-router/core/testing";
import { QUICK_TIMINGS, SimulatedWaha } from "@gateway-router/demo";
import { DesiredSessionConfig } from "@gateway-router/waha";
import { checkWaha, type WahaToCheck } from "../src/cli/doctor/check-waha.js";
import { parseSettings } from "../src/config/parse-settings.js";

const API_KEY = "waha-key-of-a-test";
const HMAC_KEY = "hmac-key-of-a-test";
const WEBHOOK_URL = "http://127.0.0.1:8000/api/gateway/waha";
const ACCOUNT = { phone: "+971 55 735 7753" };

let waha: SimulatedWaha;

beforeEach(async () => {
  waha = await SimulatedWaha.start({ apiKey: API_KEY, timings: QUICK_TIMINGS });
});

afterEach(() => waha.stop());

const configOf = (webhookUrl: string, hmacKey: string | undefined = HMAC_KEY): object =>
  new DesiredSessionConfig({ webhookUrl, hmacKey }).merge(undefined);

async function check(settings: Record<string, string> = {}, options: Partial<WahaToCheck> = {}) {
  const variables = { WAHA_URL: waha.url, WAHA_API_KEY: API_KEY, WAHA_HMAC_KEY: HMAC_KEY, ...settings };
  const config = parseSettings(variables, "/");
  const findings = await checkWaha({ config, webhookUrl: WEBHOOK_URL, clock: systemClock, ...options });
  expect(JSON.stringify(findings)).not.toMatch(/key-of-a-test/);
  return findings;
}

const verdicts = (findings: Awaited<ReturnType<typeof check>>) =>
  findings.map(({ check: name, verdict }) => `${name} ${verdict}`);
const UP_TO_THE_KEY = ["waha fine", "waha_clock fine", "waha_key fine"];

describe("checkWaha", () => {
  it("is content with a session that works and sends its events here", async () => {
    await waha.pairAtOnce(ACCOUNT, configOf(WEBHOOK_URL));
    const findings = await check();
    expect(verdicts(findings)).toEqual([...UP_TO_THE_KEY, "session fine", "webhook fine"]);
    expect(findings.find(({ check: name }) => name === "session")!.finding).toContain("971557357753");
  });

  it("finds nobody, and asks no further", async () => {
    const findings = await check({ WAHA_URL: "http://127.0.0.1:9" });
    expect(verdicts(findings)).toEqual(["waha broken"]);
    expect(findings[0]!.mend).toContain("WAHA_URL");
  });

  it.each([
    ["wrong", "another-key"],
    ["missing", ""],
  ])("finds that the API key is %s", async (_name, key) => {
    const findings = await check({ WAHA_API_KEY: key });
    expect(verdicts(findings)).toEqual(["waha fine", "waha_clock fine", "waha_key broken"]);
    expect(findings.at(-1)!.mend).toContain("WAHA_API_KEY");
  });

  it("finds that there is no such session", async () => {
    const findings = await check({ WAHA_SESSION: "other" });
    expect(verdicts(findings)).toEqual([...UP_TO_THE_KEY, "session broken"]);
    expect(findings.at(-1)).toMatchObject({
      finding: "WAHA has no session other",
      mend: "npx gateway deploy",
    });
  });

  it("finds a session that stands still and was never set up", async () => {
    expect(verdicts(await check())).toEqual([...UP_TO_THE_KEY, "session broken", "webhook broken"]);
  });

  it("finds a session that has failed", async () => {
    await waha.pairAtOnce(ACCOUNT, configOf(WEBHOOK_URL));
    waha.failSession();
    await waha.untilStatus("FAILED");
    const session = (await check()).find(({ check: name }) => name === "session");
    expect(session).toMatchObject({ verdict: "broken", mend: "npx gateway deploy" });
  });

  it("finds that the webhook is missing, and that it is signed with another key", async () => {
    await waha.pairAtOnce(ACCOUNT, {});
    expect(await check()).toContainEqual(
      expect.objectContaining({ check: "webhook", verdict: "broken", mend: "npx gateway deploy" }),
    );
    await waha.pairAtOnce(ACCOUNT, configOf(WEBHOOK_URL, "another key"));
    const webhook = (await check()).find(({ check: name }) => name === "webhook")!;
    expect(webhook).toMatchObject({ verdict: "broken" });
    expect(webhook.finding).toContain("webhook.hmac");
  });

  it("warns of unsigned webhooks, and of events that go to an earlier address as well", async () => {
    await waha.pairAtOnce(ACCOUNT, configOf(WEBHOOK_URL));
    expect(verdicts(await check({ WAHA_HMAC_KEY: "" })).at(-1)).toBe("webhook warning");
    const earlier = configOf("http://127.0.0.1:7000/api/gateway/waha");
    await waha.pairAtOnce(
      ACCOUNT,
      new DesiredSessionConfig({ webhookUrl: WEBHOOK_URL, hmacKey: HMAC_KEY }).merge({ ...earlier }),
    );
    expect((await check()).at(-1)).toMatchObject({
      ...{ verdict: "warning", finding: expect.stringContaining("http://127.0.0.1:7000/") as string },
    });
  });

  it("warns that nobody knows the webhook's address", async () => {
    await waha.pairAtOnce(ACCOUNT, configOf(WEBHOOK_URL));
    expect(verdicts(await check({}, { webhookUrl: undefined })).at(-1)).toBe("webhook warning");
  });

  it("finds that WAHA's clock is an hour off", async () => {
    const clock = new ManualClock(Date.now() - 3_600_000);
    expect(verdicts(await check({}, { clock }))).toContain("waha_clock broken");
  });
});
