import type { ContactId } from "../domain/contact-id.js";
import { laterWish, type OptOuts, type SentWish } from "../ports/opt-outs.js";

export class InMemoryOptOuts implements OptOuts {
  private readonly wishes = new Map<ContactId, SentWish>();

  async note(contact: ContactId, wish: SentWish): Promise<void> {
    this.wishes.set(contact, laterWish(this.wishes.get(contact), wish)!);
  }

  async isOptedOut(...names: readonly ContactId[]): Promise<boolean> {
    return this.wishOf(names)?.wish === "opt_out";
  }

  async spread(names: readonly ContactId[]): Promise<void> {
    const wish = this.wishOf(names);
    if (wish !== undefined) for (const name of names) this.wishes.set(name, wish);
  }

  private wishOf(names: readonly ContactId[]): SentWish | undefined {
    return names.map((name) => this.wishes.get(name)).reduce(laterWish, undefined);
  }
}
