/** How long WAHA and WhatsApp take for things. */
export interface WahaTimings {
  /** From `STARTING` to the QR code, or to `WORKING` where the phone is paired already. */
  readonly startingMs: number;
  readonly stoppingMs: number;
  /** After this a QR code is void and the next one is shown. */
  readonly qrRefreshMs: number;
  /** From the scan to `WORKING`. */
  readonly pairingMs: number;
  /** How long a request that needs a session in another state waits for it. */
  readonly statusWaitMs: number;
  /** Between two acknowledgements of a message that was sent. */
  readonly ackMs: number;
  /** After this a received file is gone. */
  readonly fileLifetimeMs: number;
}

export const REAL_TIMINGS: WahaTimings = {
  startingMs: 2_000,
  stoppingMs: 3_000,
  qrRefreshMs: 20_000,
  pairingMs: 1_000,
  statusWaitMs: 10_000,
  ackMs: 50,
  fileLifetimeMs: 180_000,
};

/** For tests and demonstrations: everything WAHA makes one wait for takes no time; what it keeps, it keeps as long. */
export const QUICK_TIMINGS: WahaTimings = {
  ...REAL_TIMINGS,
  startingMs: 0,
  stoppingMs: 0,
  pairingMs: 0,
  statusWaitMs: 0,
  ackMs: 0,
};
