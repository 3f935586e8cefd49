/** Waits until the condition holds, giving way to whatever is under way. Rejects after `withinMs` of real time. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const untilMs = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > untilMs) throw new Error(`Not within ${withinMs} ms: ${condition.toString()}`);
    await new Promise<void>((resolve) => setTimeout(resolve, 1));
  }
}
