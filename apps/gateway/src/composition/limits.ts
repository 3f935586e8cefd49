const HOUR_MS = 3_600_000;

/** Bounds that nobody had a reason to set by hand yet. */
export const LIMITS = {
  /** Webhooks under way, and the memory of their bodies: far above what a burst brings, far below what hurts. */
  webhooks: { requests: 1_000, bytes: 64 * 1024 * 1024 },
  /** Attempts at tenants' handlers: one that takes 15 s an answer fills its own slots and none of the others'. */
  deliveries: { concurrency: 4_000, perTenantConcurrency: 10 },
  /**
   * All replies go through one WhatsApp number, which is in no hurry: who types for some seconds before each needs
   * this many at a time to use up a budget of one a second. The time-out has room for typing, fetching a file and
   * a WAHA that takes its 30 s.
   */
  replies: { concurrency: 16, perTenantConcurrency: 2, attemptTimeoutMs: 60_000 },
  /** About the pace of somebody who types well, and never so long that a contact wonders. */
  typing: { typingMsPerCharacter: 40, shortestTypingMs: 800, longestTypingMs: 6_000 },
  /** Contacts' files on their way here, straight to the disk. */
  media: { concurrency: 32, perTenantConcurrency: 8, attemptTimeoutMs: 180_000 },
  /** One file that a tenant named. Well within an attempt at a reply. */
  tenantFileTimeoutMs: 20_000,
  retry: { firstDelayMs: 1_000, longestDelayMs: 10 * 60_000 },
  /** An inactive tenant's messages wait so long at most. */
  heldMs: 30 * 24 * HOUR_MS,
} as const;
