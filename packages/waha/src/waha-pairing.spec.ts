import { eventually, ManualClock } from "@gateway-router/core/testing";
import { ScriptedSession } from "./testing/scripted-session.js";
import { TEST_API_KEY, WahaUnderTest } from "./testing/waha-under-test.js";
import { WahaPairing, type PairingStep, type WaitUntilWorkingRequest } from "./waha-pairing.js";

let waha: WahaUnderTest;
let session: ScriptedSession;
let clock: ManualClock;
let qr: string;
let codes: number;

beforeEach(async () => {
  waha = await WahaUnderTest.open();
  session = new ScriptedSession(waha.server, TEST_API_KEY);
  session.status = "STARTING";
  clock = new ManualClock();
  qr = "2@first";
  codes = 0;
  session.instead = ({ path }) => {
    if (path.startsWith("/api/default/auth/qr")) return { status: 200, json: { value: qr } };
    if (path === "/api/default/auth/request-code")
      return { status: 201, json: { code: `CODE-${(codes += 1)}` } };
    return undefined;
  };
});

afterEach(() => waha.close());

/** Follows the pairing, its steps as they come. */
function following(request: Partial<WaitUntilWorkingRequest> = {}) {
  const controller = new AbortController();
  const steps: PairingStep[] = [];
  const pairing = new WahaPairing({ client: waha.client(), clock, pollMs: 1_000 });
  const ended = (async () => {
    for await (const step of pairing.waitUntilWorking({ signal: controller.signal, ...request }))
      steps.push(step);
  })();
  return { controller, steps, ended };
}

/** Lets WAHA be asked once more, and waits until that is answered. */
async function poll(afterMs = 1_000): Promise<void> {
  await eventually(() => clock.waiting === 1);
  clock.advance(afterMs);
  await eventually(() => clock.waiting === 1);
}

describe("WahaPairing", () => {
  it("shows each status and each QR code once, until the session works", async () => {
    const { steps, ended } = following();
    await poll();
    session.status = "SCAN_QR_CODE";
    await poll();
    await poll();
    qr = "2@second";
    await poll();
    session.status = "WORKING";
    session.me = { id: "971557357753@c.us", pushName: "Gateway" };
    clock.advance(1_000);
    await ended;
    expect(steps).toEqual([
      { kind: "status", status: "STARTING" },
      { kind: "status", status: "SCAN_QR_CODE" },
      { kind: "qr", value: "2@first" },
      { kind: "qr", value: "2@second" },
      {
        kind: "working",
        session: { status: "WORKING", me: { id: "971557357753@c.us", pushName: "Gateway" } },
      },
    ]);
    expect(clock.waiting).toBe(0);
  });

  it("ends at once where the session works already", async () => {
    session.status = "WORKING";
    const { steps, ended } = following();
    await ended;
    expect(steps).toEqual([{ kind: "working", session: { status: "WORKING" } }]);
  });

  it("shows pairing codes instead, a new one when the last is no good any more or the session began anew", async () => {
    session.status = "SCAN_QR_CODE";
    const { controller, steps, ended } = following({ phoneNumber: "971557357753" });
    await poll();
    expect(codes).toBe(1);
    await poll(170_000);
    expect(codes).toBe(2);
    session.status = "FAILED";
    await poll();
    session.status = "SCAN_QR_CODE";
    await poll();
    controller.abort();
    await ended;
    expect(steps).toEqual([
      { kind: "status", status: "SCAN_QR_CODE" },
      { kind: "pairing_code", code: "CODE-1" },
      { kind: "pairing_code", code: "CODE-2" },
      { kind: "status", status: "FAILED" },
      { kind: "status", status: "SCAN_QR_CODE" },
      { kind: "pairing_code", code: "CODE-3" },
    ]);
    expect(waha.server.log.filter((line) => line.includes("/qr"))).toEqual([]);
    expect(waha.server.requests.at(1)!.body).toEqual({ phoneNumber: "971557357753" });
  });

  it("does not press for a pairing code where none is given out", async () => {
    session.status = "SCAN_QR_CODE";
    const { instead } = session;
    session.instead = ({ path }) => (path.endsWith("request-code") ? { status: 500 } : undefined);
    const { controller, steps, ended } = following({ phoneNumber: "971557357753" });
    for (let polls = 0; polls < 19; polls += 1) await poll();
    expect(waha.server.log.filter((line) => line.endsWith("request-code"))).toHaveLength(1);
    session.instead = instead;
    await poll();
    controller.abort();
    await ended;
    expect(steps.map(({ kind }) => kind)).toEqual(["status", "unavailable", "pairing_code"]);
  });

  it("goes on while WAHA is away, and says so once", async () => {
    const { instead } = session;
    session.instead = () => ({ status: 502 });
    const { controller, steps, ended } = following();
    await poll();
    await poll();
    session.instead = instead;
    await poll();
    session.instead = () => ({ status: 502 });
    await poll();
    controller.abort();
    await ended;
    const away = { kind: "unavailable", error: "WAHA answered 502" };
    expect(steps).toEqual([away, { kind: "status", status: "STARTING" }, away]);
  });

  it("goes on where the session went on before its QR code was asked for", async () => {
    session.status = "SCAN_QR_CODE";
    session.instead = ({ path }) =>
      path.includes("/qr") ? { status: 422, json: { message: "not now" } } : undefined;
    const { steps, ended } = following();
    await poll();
    session.status = "WORKING";
    clock.advance(1_000);
    await ended;
    expect(steps.map(({ kind }) => kind)).toEqual(["status", "unavailable", "working"]);
  });

  it("ends where its caller gives up, in the midst of a question too", async () => {
    session.instead = () => "hang";
    const arrival = waha.server.nextRequest();
    const { controller, steps, ended } = following();
    await arrival;
    controller.abort();
    await ended;
    expect(steps).toEqual([]);
    expect(clock.waiting).toBe(0);
    const { steps: none, ended: atOnce } = following({ signal: AbortSignal.abort() });
    await atOnce;
    expect(none).toEqual([]);
  });

  it.each<[string, number, string]>([
    ["a wrong key", 401, "waha_unauthorized"],
    ["no such session", 404, "waha_not_found"],
  ])("rejects for %s, which waiting does not help", async (_, status, code) => {
    session.instead = () => ({ status });
    const { ended } = following();
    await expect(ended).rejects.toMatchObject({ code });
  });
});
