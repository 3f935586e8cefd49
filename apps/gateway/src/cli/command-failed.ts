/** The command ends with exit code 1, and has said why. */
export class CommandFailed extends Error {
  constructor() {
    super("The command failed");
    this.name = "CommandFailed";
  }
}
