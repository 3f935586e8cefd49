/** A step of the demo did not come to what it should. The message says so to people. */
export class StepFailed extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = "StepFailed";
  }
}
