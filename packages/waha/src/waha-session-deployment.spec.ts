import { inspect } from "node:util";
import { RecordingLogger } from "@gateway-router/core/testing";
import { ScriptedSession } from "./testing/scripted-session.js";
import { TEST_API_KEY, WahaUnderTest } from "./testing/waha-under-test.js";
import type { WahaClientOptions } from "./waha-client.js";
import { WahaError } from "./waha-error.js";
import { WahaSessionDeployment } from "./waha-session-deployment.js";

const hmacKey = "very-secret-hmac-key";
const webhookUrl = "http://gateway.example:8000/api/gateway/waha";

let waha: WahaUnderTest;
let session: ScriptedSession;
let logger: RecordingLogger;

beforeEach(async () => {
  waha = await WahaUnderTest.open();
  session = new ScriptedSession(waha.server, TEST_API_KEY);
  logger = new RecordingLogger();
});

afterEach(() => waha.close());

function aDeployment(overrides: Partial<WahaClientOptions> = {}): WahaSessionDeployment {
  return new WahaSessionDeployment({ client: waha.client(overrides), logger, webhookUrl, hmacKey });
}

/** What was done since the last time, questions left out. */
function changes(): string[] {
  const log = waha.server.log.filter((line) => !line.startsWith("GET "));
  waha.server.requests.length = 0;
  return log;
}

async function faultOf(promise: Promise<unknown>): Promise<WahaError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof WahaError)) throw new TypeError(`No WahaError but ${inspect(error)}`);
  return error;
}

const PUT = "PUT /api/sessions/default";
const START = "POST /api/sessions/default/start";
const RESTART = "POST /api/sessions/default/restart";
const version = { version: "2026.7.1", engine: "NOWEB" };
const ALL = ["webhook", "noweb.store.enabled", "noweb.store.fullSync"];

describe("WahaSessionDeployment.ensure", () => {
  it("configures and starts the session that is there at boot", async () => {
    session.config = { metadata: { a: "b" } };
    expect(await aDeployment().ensure()).toMatchObject({
      kind: "changed",
      version,
      session: { status: "STARTING" },
      wasCreated: false,
      wasStarted: true,
      differences: ALL,
    });
    expect(changes()).toEqual([PUT, START]);
    expect(session.config).toMatchObject({
      metadata: { a: "b" },
      webhooks: [{ url: webhookUrl, hmac: { key: hmacKey } }],
    });
    expect(logger.messages("info")).toEqual([
      "📱 The WAHA session was configured (webhook, noweb.store.enabled, noweb.store.fullSync), started",
    ]);
  });

  it("does nothing the second time", async () => {
    const deployment = aDeployment();
    await deployment.ensure();
    session.status = "WORKING";
    session.me = { id: "971557357753@c.us" };
    changes();
    expect(await deployment.ensure()).toMatchObject({
      kind: "unchanged",
      version,
      session: { status: "WORKING", me: { id: "971557357753@c.us" } },
    });
    expect(changes()).toEqual([]);
    expect(logger.lines).toHaveLength(1);
  });

  it("makes the session where there is none", async () => {
    session.exists = false;
    expect(await aDeployment().ensure()).toMatchObject({
      kind: "changed",
      wasCreated: true,
      wasStarted: true,
      differences: [],
    });
    expect(changes()).toEqual(["POST /api/sessions", START]);
  });

  it("configures one that it made where WAHA took no configuration with that", async () => {
    session.exists = false;
    session.keeps = () => {
      session.keeps = (config) => config;
      return undefined;
    };
    expect(await aDeployment().ensure()).toMatchObject({ wasCreated: true, differences: ALL });
    expect(changes()).toEqual(["POST /api/sessions", PUT, START]);
  });

  it("goes on with one that somebody else made in the meantime", async () => {
    let asked = 0;
    session.instead = ({ method, path }) =>
      method === "GET" && path === "/api/sessions/default" && (asked += 1) === 1
        ? { status: 404 }
        : undefined;
    expect(await aDeployment().ensure()).toMatchObject({
      kind: "changed",
      wasCreated: false,
      wasStarted: true,
    });
    expect(changes()).toEqual(["POST /api/sessions", PUT, START]);
  });

  it("leaves starting to WAHA where the session runs while it is configured", async () => {
    session.status = "WORKING";
    expect(await aDeployment().ensure()).toMatchObject({
      wasStarted: false,
      session: { status: "STARTING" },
    });
    expect(changes()).toEqual([PUT]);
  });

  it("only starts one that is stopped and otherwise in order", async () => {
    const deployment = aDeployment();
    await deployment.ensure();
    session.status = "STOPPED";
    changes();
    expect(await deployment.ensure()).toMatchObject({ kind: "changed", differences: [], wasStarted: true });
    expect(changes()).toEqual([START]);
  });

  it("goes on where somebody else started it in the meantime", async () => {
    session.instead = ({ method }) => {
      if (method === "PUT") setImmediate(() => (session.status = "STARTING"));
      return undefined;
    };
    const report = await aDeployment().ensure();
    expect(report).toMatchObject({ kind: "changed", session: { status: "STARTING" } });
  });

  it.each(["SCAN_QR_CODE", "PASSKEY_REQUIRED", "OF_THE_FUTURE"])(
    "does not start one that is %s",
    async (status) => {
      const deployment = aDeployment();
      await deployment.ensure();
      session.status = status;
      changes();
      expect(await deployment.ensure()).toMatchObject({ kind: "unchanged", session: { status } });
      expect(changes()).toEqual([]);
    },
  );

  it("restarts one that has failed and is otherwise in order", async () => {
    const deployment = aDeployment();
    await deployment.ensure();
    session.status = "FAILED";
    changes();
    expect(await deployment.ensure()).toMatchObject({
      ...{ kind: "changed", differences: [], wasStarted: false, wasRestarted: true },
      session: { status: "STARTING" },
    });
    expect(changes()).toEqual([RESTART]);
    expect(logger.messages("info").at(-1)).toBe("📱 The WAHA session was restarted");
  });

  it.each([
    ["restarts a failed one that stays so when it is configured", "FAILED", [PUT, RESTART]],
    ["leaves a failed one alone that WAHA restarts when it is configured", "STARTING", [PUT]],
  ])("%s", async (_name, afterwards, expected) => {
    session.status = "FAILED";
    session.keeps = (config) => {
      session.status = afterwards;
      return config;
    };
    expect(await aDeployment().ensure()).toMatchObject({ wasRestarted: true, differences: ALL });
    expect(changes()).toEqual(expected);
  });

  it("puts right what WAHA lost by a restart", async () => {
    const deployment = aDeployment();
    await deployment.ensure();
    session.config = undefined;
    session.status = "WORKING";
    changes();
    expect(await deployment.ensure()).toMatchObject({ kind: "changed", differences: ALL });
    expect(changes()).toEqual([PUT]);
  });

  it("fails where the configuration is not there after it was put", async () => {
    session.keeps = ({ ...config }) => ({ ...config, webhooks: [] });
    expect(await faultOf(aDeployment().ensure())).toMatchObject({
      code: "waha_config_not_kept",
      retryable: false,
      message: "WAHA took the configuration of the session and does not have it: webhook",
    });
  });

  it("fails where nobody answers, and changes nothing", async () => {
    session.instead = () => "reset";
    expect(await faultOf(aDeployment().ensure())).toMatchObject({
      code: "waha_unreachable",
      retryable: true,
    });
    expect(changes()).toEqual([]);
  });

  it("fails where somebody else answers, who does not get the key's worth", async () => {
    session.instead = () => ({ status: 200, text: "<html>" });
    expect(await faultOf(aDeployment().ensure())).toMatchObject({ code: "waha_unreadable_answer" });
    expect(waha.server.log).toEqual(["GET /ping"]);
  });

  it("fails for a wrong key, and changes nothing", async () => {
    expect(await faultOf(aDeployment({ apiKey: "wrong" }).ensure())).toMatchObject({
      code: "waha_unauthorized",
    });
    expect(changes()).toEqual([]);
  });

  it("fails where WAHA allows no such session", async () => {
    session.exists = false;
    session.instead = ({ method }) =>
      method === "POST" ? { status: 422, json: { message: "only 'default'" } } : undefined;
    expect(await faultOf(aDeployment().ensure())).toMatchObject({ code: "waha_not_found" });
  });

  it.each(["PUT", "POST"])("fails as WAHA does (%s)", async (method) => {
    session.instead = (request) => (request.method === method ? { status: 500 } : undefined);
    expect(await faultOf(aDeployment().ensure())).toMatchObject({ code: "waha_failed" });
  });

  it("tells no secret, whatever happens", async () => {
    const told: string[] = [];
    for (const status of [200, 400, 401, 404, 422, 500]) {
      session.instead = ({ method, body }) =>
        method === "GET"
          ? undefined
          : { status, json: { message: `${hmacKey.length} ${TEST_API_KEY}`, body } };
      session.config = undefined;
      const outcome: unknown = await aDeployment()
        .ensure()
        .catch((reason: unknown) => reason);
      told.push(inspect(outcome, { depth: 20, showHidden: true, getters: true }));
    }
    told.push(JSON.stringify(logger.lines));
    expect(told.join("\n")).not.toMatch(new RegExp(`${TEST_API_KEY}|${hmacKey}`));
  });
});

describe("WahaSessionDeployment.inspect", () => {
  it("says how it is, and changes nothing", async () => {
    const deployment = aDeployment();
    session.exists = false;
    expect(await deployment.inspect()).toEqual({ kind: "no_session", version });
    session.exists = true;
    expect(await deployment.inspect()).toMatchObject({
      kind: "differs",
      differences: ALL,
      session: { status: "STOPPED" },
    });
    expect(changes()).toEqual([]);
    await deployment.ensure();
    changes();
    expect(await deployment.inspect()).toMatchObject({ kind: "in_order", session: { status: "STARTING" } });
    session.status = "STOPPED";
    expect(await deployment.inspect()).toMatchObject({ kind: "differs", differences: [] });
    expect(changes()).toEqual([]);
  });
});
