import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock, type Clock, type DispatchResult, type TenantEvent } from "@gateway-router/core";
import { aDelivery, aMapping, aMessage, aTenant } from "@gateway-router/core/testing";
import ts from "typescript";
import { HttpTenantDispatcher } from "./http-tenant-dispatcher.js";
import { claimOf, HandlerServer } from "./testing/handler-server.js";

const secretOf = (text: string) => `whsec_${Buffer.from(text).toString("base64")}`;
const [secret, otherSecret] = [
  secretOf("the secret of tenant number 2"),
  secretOf("the secret of somebody else"),
];
const guide = readFileSync(join(import.meta.dirname, "../../../docs/tenant-guide.md"), "utf8");
const mediaUrl = (id: string) => `https://gateway.example/api/tenant/media/${id}`;
const taken = (text: string): DispatchResult => ({ kind: "accepted", replies: [{ kind: "text", text }] });

function codeBlock(language: string): string {
  return new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(guide)![1]!;
}

function javaScriptOf(typeScript: string): string {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  return ts.transpileModule(typeScript, { compilerOptions }).outputText;
}

interface Language {
  readonly name: string;
  readonly command: string;
  readonly runArguments: (where: { readonly port: number; readonly folder: string }) => readonly string[];
}

const languages: readonly Language[] = [
  {
    name: "TypeScript",
    command: process.execPath,
    runArguments: () => ["--input-type=module", "--eval", javaScriptOf(codeBlock("ts"))],
  },
  { name: "Python", command: "python3", runArguments: () => ["-c", codeBlock("python")] },
  {
    name: "PHP",
    command: "php",
    runArguments: ({ port, folder }) => {
      const file = join(folder, "handler.php");
      writeFileSync(file, codeBlock("php"));
      return ["-S", `127.0.0.1:${port}`, file];
    },
  },
];
/** Where CI runs, nothing is left out. */
const canRun = ({ command }: Language): boolean =>
  process.env["CI"] === "true" || spawnSync(command, ["--version"]).status === 0;

/** A port that was free just now. */
async function freePort(): Promise<number> {
  const server = await HandlerServer.start();
  const { port } = server;
  await server.close();
  return port;
}

const [left, run] = [languages.filter((each) => !canRun(each)), languages.filter(canRun)];
if (left.length > 0) {
  describe.skip.each([...left])("the tenant guide's handler in $name, which is not installed", () => {
    it("is tried", () => undefined);
  });
}

describe.each([...run])("the tenant guide's handler in $name", ({ command, runArguments }) => {
  let handler: ChildProcess;
  let folder: string;
  let url: string;
  const opened: HttpTenantDispatcher[] = [];

  beforeAll(async () => {
    const port = await freePort();
    folder = mkdtempSync(join(tmpdir(), "tenant-guide-"));
    url = `http://127.0.0.1:${port}/messages`;
    handler = spawn(command, runArguments({ port, folder }), {
      // Packages are looked for from here.
      cwd: import.meta.dirname,
      env: { ...process.env, PORT: String(port), TENANT_SECRET: secret, ANSWERS_FOLDER: folder },
      stdio: "ignore",
    });
    while (handler.exitCode === null) {
      const result = await dispatch(aMessage(), { secrets: [otherSecret] });
      if (result.kind !== "unreachable" || result.error !== "connection refused") break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }, 30_000);

  afterAll(async () => {
    for (const dispatcher of opened) await dispatcher.close();
    if (handler.exitCode === null) {
      handler.kill();
      await once(handler, "exit");
    }
    rmSync(folder, { recursive: true });
  });

  function dispatch(
    body: TenantEvent,
    {
      secrets = [secret],
      isFirst = false,
      id = `msg_${body.identity}`,
      clock = systemClock,
    }: { secrets?: string[]; isFirst?: boolean; id?: string; clock?: Clock } = {},
  ): Promise<DispatchResult> {
    const dispatcher = new HttpTenantDispatcher({ clock, timeoutMs: 20_000, version: "1.2.3", mediaUrl });
    opened.push(dispatcher);
    const claim = claimOf(aDelivery(aMapping(), { id }), { isFirst });
    return dispatcher.dispatch(
      aTenant({ url, signingSecrets: secrets }),
      { ...claim, body },
      new AbortController().signal,
    );
  }

  it("answers a first message, and a repeat alike", async () => {
    const message = aMessage({ contactName: "محمد" });
    expect(await dispatch(message, { isFirst: true })).toEqual(taken("Welcome, محمد!"));
    expect(await dispatch(message, { isFirst: true })).toEqual(taken("Welcome, محمد!"));
    // The id decides, not what else the request says.
    expect(await dispatch({ ...aMessage(), identity: message.identity })).toEqual(taken("Welcome, محمد!"));
  });

  it("answers later messages, in any script", async () => {
    expect(await dispatch(aMessage({ text: "مرحبا 👋" }))).toEqual(taken("You said: مرحبا 👋"));
  });

  it("takes edits, reactions, messages taken back and failed replies, without a reply", async () => {
    const { contact, sentAtMs } = aMessage();
    const about = { contact, sentAtMs, messageId: "3EB0" };
    for (const kind of ["edited", "revoked", "reaction"] as const) {
      const change = { ...about, kind, identity: `change/${kind}`, text: "👍" };
      expect(await dispatch(change)).toEqual({ kind: "accepted", replies: [] });
    }
    const failed = { contact, sentAtMs, replyId: "msg_1_0", reason: "expired" };
    expect(await dispatch({ ...failed, kind: "reply_failed", identity: "reply_failed/msg_1_0" })).toEqual({
      kind: "accepted",
      replies: [],
    });
  });

  it("takes a message signed with its secret among others", async () => {
    expect(await dispatch(aMessage(), { secrets: [otherSecret, secret] })).toEqual(taken("You said: Hello"));
  });

  it("takes none signed by somebody else", async () => {
    expect(await dispatch(aMessage(), { secrets: [otherSecret] })).toEqual({
      kind: "unreachable",
      error: "HTTP 401",
    });
  });

  it.each([-600_000, 600_000])("takes none whose time is %d ms off", async (offMs) => {
    const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + offMs };
    expect(await dispatch(aMessage(), { clock })).toEqual({ kind: "unreachable", error: "HTTP 401" });
  });
});
