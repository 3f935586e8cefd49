/** What a system-call trace (`strace -f`) shows of one webhook. */
export interface TracedAnswer {
  /** Whether a flush to disk ended between the arrival of the webhook and its answer. */
  readonly flushedBefore: boolean;
}

const FLUSHED = /(?:\b(?:fdatasync|fsync|msync)\(|<\.\.\. (?:fdatasync|fsync|msync) resumed>).*= 0$/;
const WEBHOOK_READ = /\bread\(|<\.\.\. read resumed>/;
const ANSWER_WRITTEN = /\bwrite(?:v|to)?\(.*HTTP\/1\.1 200/;

/**
 * Reads from a trace, for webhooks sent one after the other, whether each was on disk before it was answered.
 * A killed process keeps what the system has not written yet, so that no `kill -9` shows a missing flush.
 */
export function tracedAnswers(trace: string): TracedAnswer[] {
  const answers: TracedAnswer[] = [];
  let flushedSinceArrival: boolean | undefined;
  for (const line of trace.split("\n")) {
    if (WEBHOOK_READ.test(line) && line.includes("POST /api/gateway/waha")) {
      flushedSinceArrival = false;
    } else if (flushedSinceArrival !== undefined && FLUSHED.test(line)) {
      flushedSinceArrival = true;
    } else if (flushedSinceArrival !== undefined && ANSWER_WRITTEN.test(line)) {
      answers.push({ flushedBefore: flushedSinceArrival });
      flushedSinceArrival = undefined;
    }
  }
  return answers;
}
