import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { isMissing } from "./error-code.js";

/*
 * Where things are in a data file of LMDB's version 2, as `mdb.c` of lmdb-js lays it out: the first two pages
 * are meta pages, written in turns, and each says where its state of the records begins.
 */
const META_PAGES = 2;
const HEADER_BYTES = 24;
const META_BYTES = 0xa0;
const PAGE_NUMBER_AT = 0x00;
const PAGE_FLAGS_AT = 0x12;
const MAGIC_AT = 0x18;
const VERSION_AT = 0x1c;
const PAGE_SIZE_AT = 0x30;
const FREE_ROOT_AT = 0x58;
const MAIN_ROOT_AT = 0x88;
const TRANSACTION_AT = 0x98;

const MAGIC = 0xbeefc0de;
const VERSION = 2;
const IS_BRANCH = 0x01;
const IS_LEAF = 0x02;
const IS_META = 0x08;
const NO_ROOT = 2n ** 64n - 1n;
const LEAST_PAGE_BYTES = 512;
const MOST_PAGE_BYTES = 65_536;
/** Looks at a file that another process changes meanwhile. */
const LOOKS = 100;

interface Meta {
  readonly pageBytes: number;
  readonly transaction: bigint;
  readonly roots: readonly bigint[];
}

/**
 * What keeps LMDB from opening the file, to be told to people; nothing where all is well, or where there is no
 * file yet. LMDB itself does not say: lmdb-js takes the process down where it can't open a file, and a page that
 * is not there, or not what it should be, does the same when it is read.
 *
 * Seen is what a lost beginning, a lost end or another file in its place leave; not damage deep inside.
 */
export function faultOfLmdbFile(path: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return lastingFault(new LmdbFile(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

/** While the meta pages stay, so does what they refer to; a fault seen while they changed is none. */
function lastingFault(file: LmdbFile): string | undefined {
  for (let look = 0; look < LOOKS; look += 1) {
    const before = file.metaBytes();
    const fault = file.fault();
    if (fault === undefined || before.equals(file.metaBytes())) return fault;
  }
  return undefined;
}

class LmdbFile {
  constructor(private readonly descriptor: number) {}

  metaBytes(): Buffer {
    const pageBytes = this.meta(0)?.pageBytes ?? 0;
    const pages = Array.from({ length: META_PAGES }, (_, page) => this.read(page * pageBytes, META_BYTES));
    return Buffer.concat(pages.map((bytes) => bytes ?? Buffer.alloc(0)));
  }

  fault(): string | undefined {
    if (this.size === 0) return undefined;
    const first = this.meta(0);
    if (first === undefined) return "it does not begin as a file of LMDB does";
    const metas = [first];
    // LMDB looks at all of them and at their order of age, so that it needs each.
    for (let page = 1; page < META_PAGES; page += 1) {
      const meta = this.meta(page * first.pageBytes);
      if (meta?.pageBytes !== first.pageBytes) return `its page ${page} is not as LMDB writes it`;
      metas.push(meta);
    }
    const { roots, pageBytes } = metas.reduce((a, b) => (b.transaction > a.transaction ? b : a));
    return roots.every((root) => root === NO_ROOT || this.isRoot(root, pageBytes))
      ? undefined
      : "it was cut off, or its records are overwritten";
  }

  private meta(at: number): Meta | undefined {
    const bytes = this.read(at, META_BYTES);
    if (bytes === undefined || (bytes.readUInt16LE(PAGE_FLAGS_AT) & IS_META) === 0) return undefined;
    if (bytes.readUInt32LE(MAGIC_AT) !== MAGIC || bytes.readUInt16LE(VERSION_AT) !== VERSION)
      return undefined;
    const pageBytes = bytes.readUInt32LE(PAGE_SIZE_AT);
    if (pageBytes < LEAST_PAGE_BYTES || pageBytes > MOST_PAGE_BYTES) return undefined;
    const roots = [bytes.readBigUInt64LE(FREE_ROOT_AT), bytes.readBigUInt64LE(MAIN_ROOT_AT)];
    return { pageBytes, transaction: bytes.readBigUInt64LE(TRANSACTION_AT), roots };
  }

  private isRoot(page: bigint, pageBytes: number): boolean {
    const at = Number(page) * pageBytes;
    if (at + pageBytes > this.size) return false;
    const header = this.read(at, HEADER_BYTES);
    const flags = header?.readUInt16LE(PAGE_FLAGS_AT) ?? 0;
    return (flags & (IS_BRANCH | IS_LEAF)) !== 0 && header?.readBigUInt64LE(PAGE_NUMBER_AT) === page;
  }

  private get size(): number {
    return fstatSync(this.descriptor).size;
  }

  private read(at: number, length: number): Buffer | undefined {
    if (at + length > this.size) return undefined;
    const bytes = Buffer.alloc(length);
    return readSync(this.descriptor, bytes, 0, length, at) === length ? bytes : undefined;
  }
}
