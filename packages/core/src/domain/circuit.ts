/** A tenant is paused when this many contacts fail with no success between, or all that wait, if fewer. */
export const FAILING_CONTACTS_TO_PAUSE = 3;

/** The longest time between two probes of a paused tenant. */
export const LONGEST_PROBE_INTERVAL_MS = 20_000;

export interface TenantReading {
  /** Contacts whose last attempt found the tenant unreachable, since it last took a message. */
  readonly failingContacts: number;
  /** Contacts with a delivery that waits or is being attempted. */
  readonly waitingContacts: number;
}

/** Whether a failure just noted pauses its tenant. */
export function shouldPause({ failingContacts, waitingContacts }: TenantReading): boolean {
  return failingContacts >= Math.min(FAILING_CONTACTS_TO_PAUSE, waitingContacts);
}
