import { Agent as HttpAgent, type AgentOptions } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { AddressGuard } from "./address-guard.js";

export interface Agents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/** Agents whose every new connection the guard has allowed. A kept one leads where it led when it was made. */
export function guardedAgents(guard: AddressGuard, options: AgentOptions): Agents {
  const guarded = { ...options, lookup: guard.lookup };
  return {
    httpAgent: refusingLiterals(new HttpAgent(guarded), guard),
    httpsAgent: refusingLiterals(new HttpsAgent(guarded), guard),
  };
}

export function destroyAgents({ httpAgent, httpsAgent }: Agents): void {
  httpAgent.destroy();
  httpsAgent.destroy();
}

/** A host that is an address already is never looked up. */
function refusingLiterals<Agent extends HttpAgent>(agent: Agent, guard: AddressGuard): Agent {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const refused = guard.refuseLiteral(options.host ?? "localhost");
    if (refused === undefined) return connect(options, callback);
    // With an error there is no connection, whatever the callback's type says.
    (callback as ((error: Error) => void) | undefined)?.(refused);
    return undefined;
  };
  return agent;
}
