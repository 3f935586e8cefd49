/** The content, or the signal, ended it before its end: no fault of whoever reads. */
export class BrokenContentError extends Error {
  constructor(cause: unknown) {
    super("the file broke off on its way", { cause });
    this.name = "BrokenContentError";
  }
}

/** The content as it comes, ended by the signal even while nothing comes; then, or when it breaks off, throws `BrokenContentError`. */
export async function* untilAborted(
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const iterator = content[Symbol.asyncIterator]();
  let onAbort!: () => void;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(new Error("It took too long"));
  });
  // Nobody may be waiting for it just then.
  aborted.catch(() => undefined);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort);
  let isDone = false;
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted]).catch((error: unknown) => {
        throw new BrokenContentError(error);
      });
      isDone = next.done === true;
      if (isDone) return;
      yield next.value as Uint8Array;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    // Not waited for: content that stands still ends only when it likes.
    if (!isDone) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}
