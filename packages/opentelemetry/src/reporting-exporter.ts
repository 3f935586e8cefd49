import type { Logger } from "@gateway-router/core";
import { ExportResultCode, type ExportResult } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";

/** An exporter whose failures are told: once when they begin, and once when they are over. */
export class ReportingExporter implements SpanExporter {
  private lostSpans = 0;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly logger: Logger,
  ) {}

  export(spans: ReadableSpan[], onResult: (result: ExportResult) => void): void {
    this.exporter.export(spans, (result) => {
      if (result.code === ExportResultCode.SUCCESS) this.reportSuccess();
      else this.reportFailure(spans.length, result.error);
      onResult(result);
    });
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.exporter.forceFlush?.();
  }

  private reportFailure(spans: number, error: Error | undefined): void {
    const isFirst = this.lostSpans === 0;
    this.lostSpans += spans;
    this.logger.log(
      isFirst ? "warn" : "debug",
      `Traces can't be exported, and these are lost: ${error?.message ?? "no reason given"}`,
      { event: "traces.export_failed", spans },
    );
  }

  private reportSuccess(): void {
    if (this.lostSpans === 0) return;
    this.logger.log("info", "Traces are exported again", {
      event: "traces.export_resumed",
      lost_spans: this.lostSpans,
    });
    this.lostSpans = 0;
  }
}
