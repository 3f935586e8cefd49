import { randomBytes } from "node:crypto";
import { ChildProgram } from "./child-program.js";
import type { ClosingStack } from "./closing-stack.js";

export interface ExampleTenantOptions {
  readonly id: number;
  readonly name: string;
  readonly command: string;
  readonly program: string;
  readonly closing: ClosingStack;
}

/** An example tenant's backend as a process, which can go down and come back at the same address. */
export class ExampleTenant {
  readonly secret = `whsec_${randomBytes(32).toString("base64")}`;
  private process: ChildProgram | undefined;
  private port = 0;

  constructor(private readonly options: ExampleTenantOptions) {
    options.closing.add(() => this.stop());
  }

  get id(): number {
    return this.options.id;
  }

  get name(): string {
    return this.options.name;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/messages`;
  }

  async start(): Promise<void> {
    const { name, command, program, closing } = this.options;
    if (closing.isClosing) return;
    this.process = new ChildProgram({
      name,
      command,
      commandLine: [program, String(this.port)],
      environment: { WEBHOOK_SECRET: this.secret },
    });
    const [, port] = await this.process.ready(/^listening http:\/\/127\.0\.0\.1:([0-9]+)$/);
    this.port = Number(port);
  }

  async stop(): Promise<void> {
    await this.process?.stop();
  }
}
