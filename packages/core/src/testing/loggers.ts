import type { Logger, LogLevel } from "../ports/runtime.js";

export const silentLogger: Logger = {
  isEnabled: () => false,
  log: () => undefined,
};

export interface LoggedLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Keeps every line for a test to look at. */
export class RecordingLogger implements Logger {
  readonly lines: LoggedLine[] = [];

  isEnabled(): boolean {
    return true;
  }

  log(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level, message, fields });
  }

  /** The messages of a level, or of all. */
  messages(level?: LogLevel): string[] {
    return this.lines
      .filter((line) => level === undefined || line.level === level)
      .map((line) => line.message);
  }
}
