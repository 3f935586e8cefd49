/** Does all the work, so many pieces at a time. Answers the milliseconds it took. */
export async function atATime(
  { pieces, width }: { readonly pieces: number; readonly width: number },
  work: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const startedAtMs = performance.now();
  const worker = async (): Promise<void> => {
    for (let index = next++; index < pieces; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return performance.now() - startedAtMs;
}
