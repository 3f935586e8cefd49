import type { DeploymentState, WahaSessionDeployment } from "@gateway-router/waha";
import type { SessionControl, SessionInspection } from "./waha-session-watch.js";

/** The session as `deploy` sets it up. The deployment is made when it is first needed: the webhook's address is known by then. */
export class WahaSessionControl implements SessionControl {
  private made: WahaSessionDeployment | undefined;

  constructor(private readonly make: () => WahaSessionDeployment) {}

  async inspect(signal: AbortSignal): Promise<SessionInspection> {
    return inspectionOf(await this.deployment.inspect(signal));
  }

  async configure(signal: AbortSignal): Promise<void> {
    await this.deployment.ensure(signal);
  }

  private get deployment(): WahaSessionDeployment {
    return (this.made ??= this.make());
  }
}

/** WAHA has a session of that name, but for one that was deleted. */
const NO_SESSION = "MISSING";

function inspectionOf(state: DeploymentState): SessionInspection {
  if (state.kind === "no_session") {
    return { status: NO_SESSION, webhook: "missing", differences: ["there is no session"] };
  }
  const { status, me } = state.session;
  const differences = state.kind === "differs" ? state.differences : [];
  const webhook = differences.includes("webhook")
    ? "missing"
    : differences.length > 0
      ? "differs"
      : "in_place";
  return { status, me: me?.id, webhook, differences };
}
