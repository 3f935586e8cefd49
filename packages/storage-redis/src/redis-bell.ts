import { randomUUID } from "node:crypto";
import type { CancelTimer, Clock } from "@gateway-router/core";

export interface RedisBellOptions {
  readonly clock: Clock;
  /** Publishes to all instances. */
  readonly publish: (message: string) => Promise<unknown>;
}

/** How long an instance may sleep without having heard anything: what nobody was told of is found then. */
const LONGEST_SILENCE_MS = 5_000;

/**
 * Tells every instance on the same data that there is something new in a queue, by the engine's publish and subscribe.
 *
 * It rings after what it tells of is stored. What is rung while a ring is on its way goes out with the next one, so that
 * it costs the same under any load. A ring that is lost, with its process or connection, is made up for by listeners
 * being called every `LONGEST_SILENCE_MS` all the same.
 */
export class RedisBell {
  private readonly id = randomUUID();
  private readonly listeners = new Map<string, Set<() => void>>();
  private toRing = new Set<string>();
  private ringing: Promise<void> | undefined;
  private cancelTimer: CancelTimer | undefined;

  constructor(private readonly options: RedisBellOptions) {}

  start(): void {
    this.callAllLater();
  }

  /** Calls the listeners here at once, and those of the other instances soon. */
  ring(topic: string): void {
    this.call(topic);
    this.toRing.add(topic);
    this.ringing ??= this.ringOthers().finally(() => (this.ringing = undefined));
  }

  /** What another instance, or this one, published. */
  heard(message: string): void {
    const [from, ...topics] = message.split(" ");
    if (from !== this.id) for (const topic of topics) this.call(topic);
  }

  /** After a time in which rings may have been missed. */
  callAll(): void {
    for (const topic of this.listeners.keys()) this.call(topic);
  }

  /** Answers how to stop that. */
  on(topic: string, listener: () => void): () => void {
    const listeners = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, listeners);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** Rings what is still to be rung, and hears no more. */
  async close(): Promise<void> {
    this.cancelTimer?.();
    await this.ringing;
    this.listeners.clear();
  }

  private async ringOthers(): Promise<void> {
    while (this.toRing.size > 0) {
      const topics = [...this.toRing];
      this.toRing = new Set();
      // Where it can't be published, the others look by themselves before long.
      await this.options.publish([this.id, ...topics].join(" ")).catch(() => undefined);
    }
  }

  private callAllLater(): void {
    this.cancelTimer = this.options.clock.setTimer(LONGEST_SILENCE_MS, () => {
      this.callAll();
      this.callAllLater();
    });
  }

  private call(topic: string): void {
    for (const listener of this.listeners.get(topic) ?? []) listener();
  }
}
