/** A few small texts the gateway remembers across restarts, each under its name. */
export interface StateStore {
  read(name: string): Promise<string | undefined>;
  /** Durable when its promise resolves. */
  write(name: string, value: string): Promise<void>;
}
