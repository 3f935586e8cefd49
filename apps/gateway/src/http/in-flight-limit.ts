export interface InFlightLimits {
  readonly requests: number;
  readonly bytes: number;
}

/** Bounds how many webhooks are under way, and the memory of their bodies: past either the gateway says so at once. */
export class InFlightLimit {
  private requests = 0;
  private bytes = 0;

  constructor(private readonly limits: InFlightLimits) {}

  /** Room for one more, to be given back by `leave`; `undefined` where there is none. */
  enter(): InFlightPlace | undefined {
    if (this.requests >= this.limits.requests) return undefined;
    this.requests += 1;
    let held = 0;
    let left = false;
    return {
      grow: (bytes) => {
        if (this.bytes + bytes > this.limits.bytes) return false;
        this.bytes += bytes;
        held += bytes;
        return true;
      },
      leave: () => {
        if (left) return;
        left = true;
        this.requests -= 1;
        this.bytes -= held;
      },
    };
  }

  get inFlight(): number {
    return this.requests;
  }
}

export interface InFlightPlace {
  /** Takes so many more bytes, or answers false where they are not to be had. */
  grow(bytes: number): boolean;
  leave(): void;
}
