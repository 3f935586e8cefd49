export interface AgedFile {
  readonly name: string;
  readonly keptAtMs: number;
  readonly sizeBytes: number;
}

/** Which files there are, the oldest first, and how much room they take. */
export class MediaAges {
  private readonly files = new Map<string, AgedFile>();
  private total = 0;

  get totalBytes(): number {
    return this.total;
  }

  /** To be told of files in the order of their ages. */
  add(file: AgedFile): void {
    this.files.set(file.name, file);
    this.total += file.sizeBytes;
  }

  delete(name: string): void {
    const file = this.files.get(name);
    if (file === undefined) return;
    this.files.delete(name);
    this.total -= file.sizeBytes;
  }

  /** May be walked through while files come and go. */
  oldestFirst(): Iterable<AgedFile> {
    return this.files.values();
  }
}
