import type { CancelTimer } from "@gateway-router/core";
import type { KeptSession } from "./kept-session.js";
import { readSessionConfig, type SessionConfig } from "./session-config.js";
import type { Timers } from "./timers.js";
import type { MeInfo } from "./waha-event.js";
import type { WahaIds } from "./waha-ids.js";
import type { WahaTimings } from "./waha-timings.js";
import { chatKindOf } from "./whatsapp/chat-address.js";
import type { SimulatedWhatsApp } from "./whatsapp/simulated-whatsapp.js";

export type SessionStatus = "STOPPED" | "STARTING" | "SCAN_QR_CODE" | "WORKING" | "FAILED";

export interface StatusRecord {
  readonly status: SessionStatus;
  readonly timestamp: number;
}

export interface SimulatedSessionOptions {
  readonly timers: Timers;
  readonly timings: WahaTimings;
  readonly ids: WahaIds;
  /** Knows the paired account, which outlives the session's server. */
  readonly whatsApp: Pick<SimulatedWhatsApp, "account" | "pair" | "unpair">;
  readonly onStatus: () => void;
  /** Called with what a server that keeps its sessions keeps of it, whenever that changes. */
  readonly keep: (session: KeptSession) => void;
}

const MOST_STATUSES_KEPT = 20;
const NO_CONFIG: SessionConfig = { webhooks: [], ignore: {}, hasStore: false, hasLidStore: false };

/** The one session `default`: its states, and how one leads to the next. */
export class SimulatedSession {
  readonly name = "default";
  private status: SessionStatus = "STOPPED";
  private history: StatusRecord[] = [];
  private given: object = {};
  private read = NO_CONFIG;
  private qr = "";
  private isDeleted = false;
  private cancelNext: CancelTimer = () => undefined;
  private lastChange: Promise<unknown> = Promise.resolve();
  private readonly watchers = new Set<() => void>();

  constructor(private readonly options: SimulatedSessionOptions) {}

  get currentStatus(): SessionStatus {
    return this.status;
  }

  /** Since the last start. */
  get statuses(): readonly StatusRecord[] {
    return this.history;
  }

  get exists(): boolean {
    return !this.isDeleted;
  }

  get isRunning(): boolean {
    return this.status !== "STOPPED";
  }

  /** The paired account; known only while the session runs. */
  get me(): MeInfo | null {
    return this.isRunning ? (this.options.whatsApp.account ?? null) : null;
  }

  /** As it was given. */
  get config(): object {
    return this.given;
  }

  get settings(): SessionConfig {
    return this.read;
  }

  /** Whether its configuration leaves a chat out. */
  ignores(chatId: string): boolean {
    const { status, groups, channels, broadcast } = this.read.ignore;
    switch (chatKindOf(chatId)) {
      case "direct":
        return false;
      case "group":
        return groups === true;
      case "channel":
        return channels === true;
      case "status":
        return status === true || broadcast === true;
      case "broadcast":
        return broadcast === true;
    }
  }

  /** What the present QR code says. */
  get qrText(): string {
    return this.qr;
  }

  /** Answers false where it runs already. */
  start(): Promise<boolean> {
    return this.change(async () => {
      if (this.isRunning) return false;
      this.bringUp();
      return true;
    });
  }

  stop(): Promise<void> {
    return this.change(() => this.bringDown());
  }

  restart(): Promise<void> {
    return this.change(async () => {
      await this.bringDown();
      this.bringUp();
    });
  }

  /** A running session is restarted. Answers what is wrong with a configuration that can't be taken. */
  configure(config: object): Promise<readonly string[]> {
    const reading = readSessionConfig(config);
    if (reading.kind === "invalid") return Promise.resolve(reading.faults);
    return this.change(async () => {
      const { isRunning } = this;
      if (isRunning) await this.bringDown();
      this.given = config;
      this.read = reading.config;
      this.keep();
      if (isRunning) this.bringUp();
      return [];
    });
  }

  /** Goes on as a session does that its server has kept: with its configuration, and started if it ran. */
  async resume({ config, isRunning }: KeptSession): Promise<void> {
    await this.configure(config);
    if (isRunning) await this.start();
  }

  /** Forgets the phone, so that the next start shows a QR code. */
  logout(): Promise<void> {
    return this.change(async () => {
      const { isRunning } = this;
      if (isRunning) await this.bringDown();
      this.options.whatsApp.unpair();
      if (isRunning) this.bringUp();
    });
  }

  delete(): Promise<void> {
    return this.change(async () => {
      if (this.isRunning) await this.bringDown();
      this.options.whatsApp.unpair();
      this.given = {};
      this.read = NO_CONFIG;
      this.isDeleted = true;
      this.keep();
    });
  }

  create(): void {
    this.isDeleted = false;
  }

  /** Pairs the phone by the QR code, waiting for the code where the session only starts. */
  async scan(me: MeInfo): Promise<void> {
    if (this.status !== "SCAN_QR_CODE") await this.untilPairing("SCAN_QR_CODE");
    this.follow(this.options.timings.pairingMs, () => {
      this.options.whatsApp.pair(me);
      this.enter("WORKING");
    });
    await this.untilPairing("WORKING");
  }

  /** As after a start and a scan, but at once and without telling anybody. */
  beWorking(me: MeInfo): void {
    this.options.whatsApp.pair(me);
    this.status = "WORKING";
    this.history = [{ status: "WORKING", timestamp: this.options.timers.nowMs() }];
    this.keep();
    for (const watch of [...this.watchers]) watch();
  }

  /** Breaks the session, which stays so until it is restarted. */
  fail(): void {
    if (!this.isRunning) throw new Error("A session that is STOPPED can't fail");
    this.cancelNext();
    this.enter("FAILED");
  }

  /** Resolves as soon as it has the status, however long that takes. */
  until(status: SessionStatus): Promise<void> {
    if (this.status === status) return Promise.resolve();
    return new Promise((resolve) => {
      const watch = (): void => {
        if (this.status !== status) return;
        this.watchers.delete(watch);
        resolve();
      };
      this.watchers.add(watch);
    });
  }

  /** Waits for the status as long as WAHA's requests do. */
  async waitFor(status: SessionStatus): Promise<boolean> {
    if (this.status === status) return true;
    const { timers, timings } = this.options;
    return new Promise((resolve) => {
      const finish = (reached: boolean): void => {
        cancel();
        this.watchers.delete(watch);
        resolve(reached);
      };
      const watch = (): void => {
        if (this.status === status) finish(true);
      };
      this.watchers.add(watch);
      const cancel = timers.after(
        timings.statusWaitMs,
        () => finish(false),
        () => {
          this.watchers.delete(watch);
          resolve(false);
        },
      );
    });
  }

  private async untilPairing(status: SessionStatus): Promise<void> {
    while (this.status !== status) {
      if (this.status === "STOPPED" || this.status === "FAILED") {
        throw new Error(`A phone can't be paired while the session is ${this.status}`);
      }
      await this.nextChange();
    }
  }

  private nextChange(): Promise<void> {
    return new Promise((resolve) => {
      const watch = (): void => {
        this.watchers.delete(watch);
        resolve();
      };
      this.watchers.add(watch);
    });
  }

  private keep(): void {
    this.options.keep({ config: this.given, isRunning: this.isRunning });
  }

  private bringUp(): void {
    const { timings } = this.options;
    this.history = [];
    this.enter("STARTING");
    this.follow(timings.startingMs, () =>
      this.options.whatsApp.account === undefined ? this.showQr() : this.enter("WORKING"),
    );
  }

  private async bringDown(): Promise<void> {
    const { timers, timings } = this.options;
    this.cancelNext();
    // A server that crashed meanwhile does not get to whatever was to follow.
    if (!(await timers.elapse(timings.stoppingMs))) throw new Error("The server has stopped");
    if (this.isRunning) this.enter("STOPPED");
  }

  private showQr(): void {
    this.qr = this.options.ids.qrText();
    this.enter("SCAN_QR_CODE");
    this.follow(this.options.timings.qrRefreshMs, () => this.showQr());
  }

  private follow(delayMs: number, step: () => void): void {
    this.cancelNext();
    this.cancelNext = this.options.timers.after(delayMs, step);
  }

  private enter(status: SessionStatus): void {
    this.status = status;
    this.history = [...this.history, { status, timestamp: this.options.timers.nowMs() }].slice(
      -MOST_STATUSES_KEPT,
    );
    this.keep();
    this.options.onStatus();
    for (const watch of [...this.watchers]) watch();
  }

  /** One after the other, as WAHA does by a lock per session. */
  private change<Result>(run: () => Promise<Result>): Promise<Result> {
    const result = this.lastChange.then(run);
    this.lastChange = result.catch(() => undefined);
    return result;
  }
}
