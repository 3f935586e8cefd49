/** Lets the event loop turn. No matter of time, so not of the injected clock. */
export function giveWay(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
