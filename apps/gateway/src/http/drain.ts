/** Whether the gateway is going down: it then answers what it has taken and takes nothing new. */
export class Drain {
  private begun = false;

  get isDraining(): boolean {
    return this.begun;
  }

  begin(): void {
    this.begun = true;
  }
}
