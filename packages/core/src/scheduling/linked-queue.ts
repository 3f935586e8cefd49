interface Node<Item> {
  readonly item: Item;
  previous: Node<Item> | undefined;
  next: Node<Item> | undefined;
}

/**
 * First in, first out, and any item can leave, all in constant time. A `Set` keeps order too, but finding its first
 * item walks over what left before, which adds up where many leave from the front.
 */
export class LinkedQueue<Item> implements Iterable<Item> {
  private readonly nodes = new Map<Item, Node<Item>>();
  private head: Node<Item> | undefined;
  private tail: Node<Item> | undefined;

  get size(): number {
    return this.nodes.size;
  }

  get first(): Item | undefined {
    return this.head?.item;
  }

  /** Puts the item at the end; where it stood before, it keeps its place. */
  add(item: Item): void {
    if (this.nodes.has(item)) return;
    const node: Node<Item> = { item, previous: this.tail, next: undefined };
    this.nodes.set(item, node);
    if (this.tail === undefined) this.head = node;
    else this.tail.next = node;
    this.tail = node;
  }

  /** Answers whether it was there. */
  delete(item: Item): boolean {
    const node = this.nodes.get(item);
    if (node === undefined) return false;
    this.nodes.delete(item);
    const { previous, next } = node;
    if (previous === undefined) this.head = next;
    else previous.next = next;
    if (next === undefined) this.tail = previous;
    else next.previous = previous;
    return true;
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (let node = this.head; node !== undefined; node = node.next) yield node.item;
  }
}
