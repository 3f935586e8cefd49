/** Who speaks, which decides the colour on a terminal. */
export type Role = "contact" | "tenant" | "gateway";

export interface TranscriptOptions {
  readonly write: (text: string) => void;
  readonly isColoured: boolean;
}

const COLOURS: Readonly<Record<Role, string>> = { contact: "36", tenant: "32", gateway: "90" };
/** From which side of the number it comes. */
const MARKS: Readonly<Record<Role, string>> = { contact: "▸", tenant: "◂", gateway: " " };
const BOLD = "1";
const NAME_COLUMN = 10;

/** Prints what happens, with a column for who says what. */
export class Transcript {
  private scenes = 0;

  constructor(private readonly options: TranscriptOptions) {}

  scene(title: string): void {
    this.scenes += 1;
    this.line(`\n${this.coloured(`${this.scenes}. ${title}`, BOLD)}`);
  }

  says(role: Role, name: string, text: string): void {
    // What others wrote must not move the cursor of whoever reads it.
    const visible = text.replace(/\p{Cc}+/gu, " ");
    const words = role === "gateway" ? this.coloured(visible, COLOURS.gateway) : visible;
    this.line(`   ${this.coloured(`${name.padEnd(NAME_COLUMN)} ${MARKS[role]}`, COLOURS[role])} ${words}`);
  }

  /** Something that is no speech. */
  note(text: string): void {
    this.line(`   ${text}`);
  }

  block(text: string): void {
    for (const line of text.trimEnd().split("\n")) this.line(`     ${line}`);
  }

  line(text = ""): void {
    this.options.write(`${text}\n`);
  }

  private coloured(text: string, colour: string): string {
    return this.options.isColoured ? `\u001b[${colour}m${text}\u001b[0m` : text;
  }
}
