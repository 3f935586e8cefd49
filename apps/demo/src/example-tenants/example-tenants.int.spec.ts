import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { Webhook } from "standardwebhooks";
import { ClosingStack } from "../journey/closing-stack.js";
import { ExampleTenant } from "../journey/example-tenant.js";
import { buildDemo } from "../testing/build-demo.js";

const hasPython = spawnSync("python3", ["--version"]).status === 0;

const TENANTS = [
  {
    name: "Agent 2",
    command: process.execPath,
    program: resolve("apps/demo/dist/example-tenants/agent-2.js"),
    isHere: true,
    welcome: "Welcome Mohamed! I am Agent 2's assistant. Are you looking to buy or to rent?",
    second: ["I want to rent", "How many bedrooms"],
  },
  {
    name: "Agent 55",
    command: "python3",
    program: resolve("apps/demo/example-tenants/agent-55.py"),
    isHere: hasPython,
    welcome: "Hello Mohamed, this is Agent 55: offices and shops. What kind of space do you need?",
    second: ["an office please", "For how many people"],
  },
] as const;

function messageReceived(text: string, isNewSession = false): string {
  const timestamp = "2026-11-23T15:32:41.000Z";
  return JSON.stringify({
    type: "message.received",
    timestamp,
    data: {
      tenant_id: 2,
      phone_number: "971501234567",
      is_new_session: isNewSession,
      contact: { id: "ct_1", name: "Mohamed" },
      message: { id: "3EB0A0000000000000000001", type: "text", text, timestamp },
    },
  });
}

function repliesIn(answer: string): string[] {
  const { reply, replies } = JSON.parse(answer) as {
    readonly reply?: string;
    readonly replies?: readonly { readonly text: string }[];
  };
  return reply === undefined ? replies!.map(({ text }) => text) : [reply];
}

beforeAll(buildDemo, 120_000);

describe.each(TENANTS)("the example tenant $name", ({ name, command, program, isHere, welcome, second }) => {
  const test = isHere ? it : it.skip;
  const closing = new ClosingStack();
  const tenant = new ExampleTenant({ id: 2, name, command, program, closing });
  beforeAll(async () => {
    if (isHere) await tenant.start();
  }, 30_000);
  afterAll(() => closing.close());

  function signatures(
    id: string,
    body: string,
    secret = tenant.secret,
    at = new Date(),
  ): Record<string, string> {
    return {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": new Webhook(secret).sign(id, at, body),
    };
  }

  async function post(
    body: string,
    headers: Record<string, string>,
  ): Promise<{ status: number; text: string }> {
    const response = await fetch(tenant.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body,
    });
    return { status: response.status, text: await response.text() };
  }

  test("answers a signed message with what the gateway sends on", async () => {
    const first = messageReceived("start_realty_2", true);
    const greeted = await post(first, signatures("msg_1", first));
    expect(greeted.status).toBe(200);
    expect(repliesIn(greeted.text)).toEqual([welcome]);
    const next = messageReceived(second[0]);
    const [reply] = repliesIn((await post(next, signatures("msg_2", next))).text);
    expect(reply).toContain(second[1]);
  });

  test("takes one good signature of several, as while a secret is being replaced", async () => {
    const body = messageReceived("start_realty_2", true);
    const headers = signatures("msg_3", body);
    const other = signatures("msg_3", body, `whsec_${Buffer.alloc(32, 7).toString("base64")}`);
    const both = `${other["webhook-signature"]!} ${headers["webhook-signature"]!}`;
    expect((await post(body, { ...headers, "webhook-signature": both })).status).toBe(200);
  });

  test("answers a webhook-id that comes again with the same replies, whatever else it would say by now", async () => {
    const first = messageReceived("start_realty_2", true);
    const before = await post(first, signatures("msg_4", first));
    const again = messageReceived("start_realty_2", false);
    const after = await post(again, signatures("msg_4", again));
    expect(after).toEqual(before);
    expect(repliesIn(after.text)).toEqual([welcome]);
  });

  test("refuses what is not signed, or not by the gateway, or not just now", async () => {
    const body = messageReceived("start_realty_2", true);
    const good = signatures("msg_5", body);
    const hourAgo = new Date(Date.now() - 3_600_000);
    const stranger = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    const bad: Record<string, Record<string, string>> = {
      unsigned: {},
      "another secret": signatures("msg_5", body, stranger),
      "another id": { ...good, "webhook-id": "msg_6" },
      "another body": signatures("msg_5", `${body} `),
      "an old signature": signatures("msg_5", body, tenant.secret, hourAgo),
      "no number for a time": { ...good, "webhook-timestamp": "now" },
    };
    const statuses = await Promise.all(
      Object.entries(bad).map(async ([what, headers]) => [what, (await post(body, headers)).status]),
    );
    expect(statuses).toEqual(Object.keys(bad).map((what) => [what, 401]));
  });

  test("takes events it does not know, and says nothing to them", async () => {
    const body = JSON.stringify({ type: "gateway.test", timestamp: "2026-11-23T15:32:41.000Z", data: {} });
    const { status, text } = await post(body, signatures("msg_7", body));
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual(name === "Agent 2" ? { replies: [] } : { reply: null });
  });

  test("refuses a body that is too large", async () => {
    const response = fetch(tenant.url, { method: "POST", body: "x".repeat(1024 * 1024 + 1) });
    // It may hang up instead of reading it all.
    await expect(response.then(({ status }) => status).catch(() => 413)).resolves.toBe(413);
  });

  test("does not start without a secret", () => {
    const { status, stderr } = spawnSync(command, [program], {
      env: { PATH: process.env["PATH"] ?? "" },
      encoding: "utf8",
    });
    expect(status).toBe(2);
    expect(stderr.trim()).toBe("WEBHOOK_SECRET is not set");
  });
});
