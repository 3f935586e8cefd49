import type { Logger } from "@gateway-router/core";
import { DesiredSessionConfig, type DesiredSessionConfigOptions } from "./session-config.js";
import type { WahaClient, WahaSession, WahaVersion } from "./waha-client.js";
import { WahaError, type WahaErrorCode } from "./waha-error.js";

export interface WahaSessionDeploymentOptions extends DesiredSessionConfigOptions {
  readonly client: Pick<
    WahaClient,
    "ping" | "version" | "session" | "createSession" | "putSessionConfig" | "startSession" | "restartSession"
  >;
  readonly logger: Logger;
}

/** How the session is, against how it should be. */
export type DeploymentState =
  | { readonly kind: "no_session"; readonly version: WahaVersion }
  | {
      readonly kind: "differs";
      readonly version: WahaVersion;
      readonly session: WahaSession;
      /** The names of what differs in the configuration; none where the session only stands still. */
      readonly differences: readonly string[];
    }
  | { readonly kind: "in_order"; readonly version: WahaVersion; readonly session: WahaSession };

/** What {@link WahaSessionDeployment.ensure} found and did. Afterwards the configuration is as it should be. */
export type DeploymentReport =
  | { readonly kind: "unchanged"; readonly version: WahaVersion; readonly session: WahaSession }
  | {
      readonly kind: "changed";
      readonly version: WahaVersion;
      /** As it is now. */
      readonly session: WahaSession;
      readonly wasCreated: boolean;
      /** The names of what was changed in the configuration. */
      readonly differences: readonly string[];
      readonly wasStarted: boolean;
      /** It had failed, and goes on only when it is started anew. */
      readonly wasRestarted: boolean;
    };

const STOPPED = "STOPPED";
const FAILED = "FAILED";

/**
 * Sets WAHA's session up for the gateway. WAHA ignores a configuration that comes with a start, and may lose the one it
 * has, so it is put, the session started, and both read back. All of it can be done again at any time.
 *
 * Rejects with {@link WahaError}: `waha_unreachable` or `waha_timeout` where nobody answers, `waha_unreadable_answer`
 * where somebody else does, `waha_unauthorized` for a wrong API key, `waha_config_not_kept` where the configuration is
 * not there after it was put.
 */
export class WahaSessionDeployment {
  readonly desired: DesiredSessionConfig;

  constructor(private readonly options: WahaSessionDeploymentOptions) {
    this.desired = new DesiredSessionConfig(options);
  }

  /** Looks, and changes nothing. */
  async inspect(signal?: AbortSignal): Promise<DeploymentState> {
    const version = await this.reach(signal);
    const session = await this.find(signal);
    if (session === undefined) return { kind: "no_session", version };
    const differences = this.desired.compare(session.config);
    return differences.length > 0 || session.status === STOPPED || session.status === FAILED
      ? { kind: "differs", version, session, differences }
      : { kind: "in_order", version, session };
  }

  /**
   * Makes, configures and starts the session, as far as that is not so already, and verifies it. One that has failed is
   * restarted: by itself it stays so.
   */
  async ensure(signal?: AbortSignal): Promise<DeploymentReport> {
    const state = await this.inspect(signal);
    const { version } = state;
    if (state.kind === "in_order") return { kind: "unchanged", version, session: state.session };
    const wasCreated = state.kind === "no_session" && (await this.create(signal));
    const before = state.kind === "no_session" ? await this.options.client.session(signal) : state.session;
    const differences = this.desired.compare(before.config);
    if (differences.length > 0) {
      await this.options.client.putSessionConfig(this.desired.merge(before.config), signal);
    }
    // One that runs is started anew by WAHA itself when its configuration changes.
    const wasStarted = before.status === STOPPED && (await this.start(signal));
    const wasRestarted = before.status === FAILED && (await this.restartIfFailed(signal));
    const session = await this.verify(signal);
    this.report({ differences, wasCreated, wasStarted, wasRestarted });
    return { kind: "changed", version, session, wasCreated, differences, wasStarted, wasRestarted };
  }

  /** Webhooks that look like this gateway's under another address, secrets left out: WAHA sends each event there too. */
  lookalikes(session: WahaSession): readonly string[] {
    return this.desired.lookalikes(session.config);
  }

  /** The session, if its configuration is as it should be. */
  async verify(signal?: AbortSignal): Promise<WahaSession> {
    const session = await this.options.client.session(signal);
    const missing = this.desired.compare(session.config);
    if (missing.length === 0) return session;
    throw new WahaError(
      "waha_config_not_kept",
      `WAHA took the configuration of the session and does not have it: ${missing.join(", ")}`,
    );
  }

  /** Whether WAHA is there and takes the API key. */
  private async reach(signal: AbortSignal | undefined): Promise<WahaVersion> {
    await this.options.client.ping(signal);
    return this.options.client.version(signal);
  }

  private async find(signal: AbortSignal | undefined): Promise<WahaSession | undefined> {
    try {
      return await this.options.client.session(signal);
    } catch (error) {
      if (hasCode(error, "waha_not_found")) return undefined;
      throw error;
    }
  }

  private async create(signal: AbortSignal | undefined): Promise<boolean> {
    return unlessDoneAlready(this.options.client.createSession(this.desired.merge(undefined), signal));
  }

  private async start(signal: AbortSignal | undefined): Promise<boolean> {
    return unlessDoneAlready(this.options.client.startSession(signal));
  }

  /** A new configuration may have restarted it already. */
  private async restartIfFailed(signal: AbortSignal | undefined): Promise<boolean> {
    const { client } = this.options;
    const { status } = await client.session(signal);
    if (status === FAILED) await unlessDoneAlready(client.restartSession(signal));
    return true;
  }

  private report(did: {
    readonly differences: readonly string[];
    readonly wasCreated: boolean;
    readonly wasStarted: boolean;
    readonly wasRestarted: boolean;
  }): void {
    const { differences, wasCreated, wasStarted, wasRestarted } = did;
    const steps = [
      ...(wasCreated ? ["made"] : []),
      ...(differences.length === 0 ? [] : [`configured (${differences.join(", ")})`]),
      ...(wasStarted ? ["started"] : []),
      ...(wasRestarted ? ["restarted"] : []),
    ];
    if (steps.length === 0) return;
    this.options.logger.log("info", `📱 The WAHA session was ${steps.join(", ")}`, {
      event: "waha.session_deployed",
      differences,
      created: wasCreated,
      started: wasStarted,
      restarted: wasRestarted,
    });
  }
}

/** What somebody else did in the meantime is done as well: WAHA calls it unprocessable. */
async function unlessDoneAlready(doing: Promise<void>): Promise<boolean> {
  try {
    await doing;
    return true;
  } catch (error) {
    if (hasCode(error, "waha_unprocessable") || hasCode(error, "waha_session_not_working")) return false;
    throw error;
  }
}

function hasCode(error: unknown, code: WahaErrorCode): boolean {
  return error instanceof WahaError && error.code === code;
}
