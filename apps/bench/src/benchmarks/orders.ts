/** What a process of a benchmark does when it is told to. Arguments and answers are plain data. */
export type Orders = Record<string, (argument: never) => unknown>;

export interface Order {
  readonly name: string;
  readonly argument: unknown;
}

export type OrderAnswer = { readonly value: unknown } | { readonly fault: string };

/** For the process that carries out orders: one at a time, as they come from the process that started it. */
export function carryOut(orders: Orders): void {
  process.on("message", ({ name, argument }: Order) => {
    void answer(async () => (orders[name] as (argument: unknown) => unknown)(argument));
  });
  // Whoever gives the orders is gone.
  process.on("disconnect", () => process.exit(0));
}

async function answer(work: () => Promise<unknown>): Promise<void> {
  let answered: OrderAnswer;
  try {
    answered = { value: await work() };
  } catch (error) {
    answered = { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  process.send?.(answered);
}
