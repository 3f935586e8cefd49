import type { Writable } from "node:stream";
import type { Clock, Logger, LogLevel } from "@gateway-router/core";
import winston from "winston";
import { jsonLine, prettyLine } from "./line-formats.js";
import { loggableFields, withTexts } from "./loggable.js";
import { redactor, withMaskedNumbers } from "./redaction.js";
import { currentRequestId } from "./request-context.js";

export interface WinstonLoggerOptions {
  readonly level: LogLevel;
  readonly format: "json" | "pretty";
  readonly output: Writable;
  readonly clock: Pick<Clock, "nowMs">;
  /** Values that must never be written. */
  readonly secrets?: readonly (string | undefined)[];
  /** Whether people's numbers are written with their last digits only. */
  readonly masksNumbers?: boolean;
}

const RANK: Record<LogLevel, number> = { error: 0, warn: 1, info: 2, debug: 3 };
const LINE = Symbol.for("message");

/** The core's `Logger` on winston: one line per call, as JSON for programs or pretty for people. */
export class WinstonLogger implements Logger {
  private readonly winston: winston.Logger;
  private readonly redact: (line: string) => string;

  constructor(private readonly options: WinstonLoggerOptions) {
    this.redact = redactor(options.secrets ?? []);
    this.winston = winston.createLogger({
      levels: RANK,
      // What is below the level is left out before it is put together, in `log`.
      level: "debug",
      format: winston.format((info) => Object.assign(info, { [LINE]: info.message }))(),
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston declares its transports as interfaces.
      transports: [new winston.transports.Stream({ stream: options.output })],
    });
  }

  isEnabled(level: LogLevel): boolean {
    return RANK[level] <= RANK[this.options.level];
  }

  log(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (this.isEnabled(level)) this.write(level, message, fields);
  }

  /** Writes the line whatever the level: for the one that scripts wait for. */
  announce(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.write("info", message, fields);
  }

  private write(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>): void {
    const { format, clock, masksNumbers = false } = this.options;
    const requestId = currentRequestId();
    const whole = {
      message,
      fields: loggableFields(requestId === undefined ? fields : { request_id: requestId, ...fields }),
    };
    const line = {
      ...(masksNumbers ? withTexts(whole, withMaskedNumbers) : whole),
      ...{ atMs: clock.nowMs(), level },
    };
    this.winston.log(level, this.redact(format === "json" ? jsonLine(line) : prettyLine(line)));
  }
}
