/**
 * The right to do what only one of several instances may do at a time: who has it leads. Its time is measured by the
 * engine's clock.
 */
export interface LeaderLease {
  /**
   * Takes the lease for that long from now on, or renews it where this instance has it. Answers whether this instance
   * has it now. Another one gets it once it was given up or has run out: of any number that ask at once, one.
   */
  take(leaseMs: number): Promise<boolean>;

  /** Gives the lease up, so that another instance need not wait for its end. Nothing where it is another's. Idempotent. */
  giveUp(): Promise<void>;
}

/** For storage that one process has to itself: whoever has opened it leads. */
export const onlyInstance: LeaderLease = {
  take: () => Promise.resolve(true),
  giveUp: () => Promise.resolve(),
};
