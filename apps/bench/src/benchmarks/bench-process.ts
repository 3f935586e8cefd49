import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Order, OrderAnswer, Orders } from "./orders.js";

/** As built: a spec runs from the sources, what it starts does not. */
const PROGRAMS = new URL("../../dist/benchmarks/processes/", import.meta.url);

/** A part of a benchmark in a process of its own, so that what is measured shares no event loop with what measures. */
export class BenchProcess<Known extends Orders> {
  private constructor(private readonly child: ChildProcess) {}

  /** Starts a program of the folder `processes`. */
  static start<Known extends Orders>(program: string, execArgv: readonly string[] = []): BenchProcess<Known> {
    const child = fork(fileURLToPath(new URL(`${program}.js`, PROGRAMS)), {
      execArgv: [...execArgv],
      env: { PATH: process.env["PATH"] },
      // What a part logs is no part of the table; what it complains about is shown.
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    return new BenchProcess(child);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Has one order carried out. Rejects with what went wrong there, also where the process ended over it. */
  async ask<Name extends keyof Known & string>(
    name: Name,
    argument: Parameters<Known[Name]>[0],
  ): Promise<Awaited<ReturnType<Known[Name]>>> {
    const ended = new AbortController();
    const answered = once(this.child, "message", { signal: ended.signal });
    const onExit = (code: number | null): void => ended.abort(new Error(`ended with ${code}`));
    this.child.once("exit", onExit);
    this.child.send({ name, argument } satisfies Order);
    try {
      const [answer] = (await answered) as [OrderAnswer];
      if ("fault" in answer) throw new Error(`"${name}" failed: ${answer.fault}`);
      return answer.value as Awaited<ReturnType<Known[Name]>>;
    } finally {
      this.child.off("exit", onExit);
    }
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await exited;
  }
}
