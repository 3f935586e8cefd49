import type { MediaFetch, MediaSource, SourceFile } from "../ports/media-source.js";

export type ScriptedFetch = (sourceUrl: string, signal: AbortSignal) => MediaFetch | Promise<MediaFetch>;

/** A source of files that behaves as a test says. Keeps what it was asked for. */
export class ScriptedMediaSource implements MediaSource {
  readonly asked: string[] = [];

  constructor(public answer: ScriptedFetch = () => aFetchedFile("content")) {}

  async fetch({ sourceUrl = "" }: SourceFile, signal: AbortSignal): Promise<MediaFetch> {
    this.asked.push(sourceUrl);
    return this.answer(sourceUrl, signal);
  }
}

/** The text as a file that comes in one piece. */
export function aFetchedFile(text: string, mimetype?: string): MediaFetch {
  return {
    kind: "fetched",
    content: contentOf(text),
    ...(mimetype === undefined ? {} : { mimetype }),
  };
}

export async function* contentOf(...pieces: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield bytesOf(piece);
}

export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
