import type { ScriptedWahaServer, WahaServerAnswer, WahaServerRequest } from "./scripted-waha-server.js";

/** One session of a scripted WAHA: it has the configuration that was put last, and starts and stops. */
export class ScriptedSession {
  status = "STOPPED";
  exists = true;
  config: object | undefined;
  me: object | null = null;
  /** What happens to a configuration on its way in. */
  keeps: (config: object) => object | undefined = (config) => config;
  /** Answers that come first. */
  instead: (request: WahaServerRequest) => WahaServerAnswer | undefined = () => undefined;

  constructor(
    server: ScriptedWahaServer,
    private readonly apiKey: string,
  ) {
    server.answer = (request) => this.instead(request) ?? this.answer(request);
  }

  private answer({ method, path, headers, body }: WahaServerRequest): WahaServerAnswer {
    if (path === "/ping") return { status: 200, json: { message: "pong" } };
    if (headers["x-api-key"] !== this.apiKey) return { status: 401, json: { message: "Unauthorized" } };
    if (path === "/api/version") return { status: 200, json: { version: "2026.7.1", engine: "NOWEB" } };
    const { config } = (body ?? {}) as { config?: object };
    switch (`${method} ${path}`) {
      case "POST /api/sessions":
        if (this.exists) return { status: 422, json: { message: "Session 'default' already exists." } };
        this.exists = true;
        this.config = this.keeps(config ?? {});
        return { status: 201, json: this.info() };
      case "GET /api/sessions/default":
        return this.exists ? { status: 200, json: this.info() } : { status: 404 };
      case "PUT /api/sessions/default":
        this.config = this.keeps(config ?? {});
        if (this.status === "WORKING") this.status = "STARTING";
        return { status: 200, json: this.info() };
      case "POST /api/sessions/default/start":
        if (this.status !== "STOPPED") {
          return { status: 422, json: { message: "Session 'default' is already started." } };
        }
        this.status = "STARTING";
        return { status: 201, json: this.info() };
      case "POST /api/sessions/default/restart":
        this.status = "STARTING";
        return { status: 201, json: this.info() };
      default:
        return { status: 404, json: { message: `Cannot ${method} ${path}` } };
    }
  }

  private info(): object {
    return { name: "default", status: this.status, config: this.config ?? null, me: this.me };
  }
}
