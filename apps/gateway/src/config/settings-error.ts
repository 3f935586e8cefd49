import { GatewayError } from "@gateway-router/core";

export interface SettingFault {
  /** The variable's name. */
  readonly variable: string;
  /** What is wrong with it, without a secret's value. */
  readonly fault: string;
}

/** The settings can't be used; the message lists every fault. */
export class SettingsError extends GatewayError {
  readonly faults: readonly SettingFault[];

  constructor(faults: readonly SettingFault[]) {
    const lines = faults.map(({ variable, fault }) => `  ${variable} ${fault}`);
    const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
    super("bad_settings", `The settings have ${count}:\n${lines.join("\n")}`, { retryable: false });
    this.faults = faults;
  }
}
