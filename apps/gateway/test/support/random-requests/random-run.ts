import { mountedRoutes } from "../../../src/http/testing/mounted-routes.js";
import { faultsOf, type Answer } from "./answer-faults.js";
import type { Chance } from "./chance.js";
import { CrowdedHouse } from "./crowded-house.js";
import { RequestMaker } from "./request-maker.js";
import { SecretWatch } from "./secret-watch.js";
import { Sender, type MadeRequest } from "./sender.js";

export interface RandomRunOptions {
  readonly chance: Chance;
  readonly requests: number;
  /** Each in a house of its own, so that what requests change, and remove, is there again. */
  readonly rounds: number;
  readonly atOnce: number;
}

/** How many of all are no HTTP as one knows it. */
const RAW = 0.02;
/** Time passes, so that limits let somebody through again; where they are narrow, so little that they are reached. */
const PASSES_MS = { wide: 250, narrow: 25 };
const LONGEST_TOLD = 600;
const LONGEST_PLACE = 200;

/** Sends requests of every kind to every route, and keeps what was wrong with their answers. */
export class RandomRun {
  readonly faults: string[] = [];
  readonly secrets = new SecretWatch();
  readonly statuses = new Set<number>();
  readonly routes = new Set<string>();
  /** Routes that were answered with success. */
  readonly succeeded = new Set<string>();
  sent = 0;

  constructor(private readonly options: RandomRunOptions) {}

  async run(): Promise<void> {
    for (let round = 0; round < this.options.rounds; round += 1) await this.round(round);
  }

  private async round(round: number): Promise<void> {
    const { chance, requests, rounds, atOnce } = this.options;
    const hasNarrowDoors = round % 10 === 9;
    const house = await CrowdedHouse.enter({
      ...{ chance, secrets: this.secrets, hasNarrowDoors },
      onLogLine: (line) => this.judgeLine(line),
    });
    const sender = new Sender(house.port, atOnce);
    try {
      const maker = new RequestMaker(house, chance);
      const routes = mountedRoutes(house.services);
      for (const route of routes) this.routes.add(route);
      let left = requests / rounds;
      const sendOnAndOn = async (): Promise<void> => {
        while (left > 0) {
          left -= 1;
          this.sent += 1;
          house.clock.advance(hasNarrowDoors ? PASSES_MS.narrow : PASSES_MS.wide);
          const route = chance.oneOf(routes);
          if (chance.happens(RAW)) await this.sendRaw(route, house, maker, sender);
          else await this.send(route, house, maker, sender);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, () => sendOnAndOn()));
    } finally {
      sender.close();
      await house.leave();
    }
  }

  private async send(route: string, house: CrowdedHouse, maker: RequestMaker, sender: Sender): Promise<void> {
    const request = maker.make(route);
    try {
      const answer = await sender.send(request);
      this.judge(request, answer, house, () => described(request));
      if (answer.status < 400 && route.startsWith(`${request.method} `)) this.succeeded.add(route);
    } catch (error) {
      this.faults.push(`${String(error)}: ${described(request)}`);
    }
  }

  private async sendRaw(
    route: string,
    house: CrowdedHouse,
    maker: RequestMaker,
    sender: Sender,
  ): Promise<void> {
    const request = maker.makeRaw(route);
    const text = JSON.stringify(request.bytes.toString("latin1").slice(0, LONGEST_TOLD));
    try {
      const answer = await sender.sendRaw(request);
      if (answer !== undefined) this.judge(request, answer, house, () => text);
      // To be connected elsewhere is no request that there could be an answer to.
      else if (!request.leaves && request.method !== "CONNECT") this.faults.push(`no answer: ${text}`);
    } catch (error) {
      this.faults.push(`${String(error)}: ${text}`);
    }
  }

  private judge(asked: Asked, answer: Answer, house: CrowdedHouse, request: () => string): void {
    for (const fault of faultsOf(answer, asked.method)) {
      this.faults.push(`${fault}: ${request()} → ${told(answer)}`);
    }
    this.statuses.add(answer.status);
    const where = () => `the answer to ${asked.method} ${asked.path.slice(0, LONGEST_PLACE)}`;
    // A cookie is a session that is handed out, to who asked for it alone.
    const isSession = asked.path.startsWith("/api/gateway/console/session");
    const headers = isSession ? { ...answer.headers, "set-cookie": undefined } : answer.headers;
    this.secrets.look(JSON.stringify(headers), where);
    this.secrets.look(withoutWhatIsHandedOut(asked, answer, house), where);
  }

  private judgeLine(line: string): void {
    if (line.includes('"level":"error"')) this.faults.push(`an error was logged: ${line}`);
    this.secrets.look(line, () => `the log line ${line.slice(0, LONGEST_PLACE)}`);
  }
}

/** What was asked for, however it was said. */
type Asked = Pick<MadeRequest, "method" | "path">;

interface TenantAnswer {
  readonly id?: number;
  readonly secret?: string;
  readonly token?: string;
  readonly url?: string | null;
  readonly items?: readonly TenantAnswer[];
}

/**
 * The answer's body without what is meant to be in it: a new tenant's secret and token, those of a rotation, and a new
 * admin key, which must not come out anywhere else; and a handler's URL, which the admin reads as it was written.
 */
function withoutWhatIsHandedOut(
  { method, path }: Asked,
  { status, headers, body }: Answer,
  house: CrowdedHouse,
): string {
  const text = body.toString("utf8");
  const isJson = headers["content-type"]?.startsWith("application/json") === true && text !== "";
  if (status >= 400 || !isJson) return text;
  const said = JSON.parse(text) as TenantAnswer & Readonly<Record<string, unknown>>;
  if (typeof said["next_cursor"] === "string") house.note("cursor", said["next_cursor"]);
  if (typeof said["id"] === "string") house.note("id", said["id"]);
  const cookie = /^gateway_console=([^;]+)/.exec(headers["set-cookie"]?.[0] ?? "");
  if (status === 201 && cookie !== null) {
    const { csrf_token: csrfToken, ...known } = said as unknown as { readonly csrf_token: string };
    house.secret("a session of the console", cookie[1]!);
    house.secret("a session's own word", csrfToken);
    house.note("session", `${cookie[0]} ${csrfToken}`);
    return JSON.stringify(known);
  }
  // Whose session it is is told its word again.
  if (path.startsWith("/api/gateway/console/session")) return "";
  if (method === "POST" && status === 201 && /^\/api\/gateway\/keys\b/.test(path)) {
    const { key, ...others } = said;
    if (typeof key === "string") house.secret("a named admin key", key);
    return JSON.stringify(others);
  }
  if (!path.startsWith("/api/gateway/tenants")) return text;
  const isCreated = method === "PUT" && status === 201;
  const isRotated = method === "POST" && /^\/api\/gateway\/tenants\/[^/]+\/rotate/.test(path);
  const { id, secret, token, ...others } = said;
  if ((isCreated || isRotated) && id !== undefined && secret !== undefined && token !== undefined) {
    house.noteCredentials(id, { secret, token });
    return JSON.stringify(withoutUrls(others));
  }
  return JSON.stringify(withoutUrls(said));
}

function withoutUrls(said: TenantAnswer): TenantAnswer {
  const { items } = said;
  return { ...said, url: null, ...(items === undefined ? {} : { items: items.map(withoutUrls) }) };
}

function described({ method, path, headers, body, isChunked }: MadeRequest): string {
  const sent = body?.toString("utf8").slice(0, LONGEST_TOLD) ?? "";
  return `${method} ${path} ${JSON.stringify(headers)} ${isChunked ? "chunked " : ""}${sent}`;
}

function told({ status, headers, body }: Answer): string {
  return `${status} ${JSON.stringify(headers)} ${body.toString("utf8").slice(0, LONGEST_TOLD)}`;
}
