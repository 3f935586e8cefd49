import { pipeline } from "node:stream/promises";
import type { OpenedFile } from "@gateway-router/core";
import type { Request, Response } from "express";
import { setAttachmentHead } from "./attachment.js";
import { notFound, unavailable } from "./http-error.js";

export interface DownloadLimits {
  /** Files open for download. */
  readonly atATime: number;
  /** Whoever takes nothing for so long gets no more. */
  readonly idleMs: number;
}

const LIMITS: DownloadLimits = { atATime: 64, idleMs: 30_000 };

/** Sends contacts' files as attachments, a bounded number at a time. */
export class FileDownloads {
  private underWay = 0;

  constructor(private readonly limits: DownloadLimits = LIMITS) {}

  /** Sends what is opened, and closes it; answers 404 where that is nothing. */
  async send(
    open: () => Promise<OpenedFile | undefined>,
    { request, response }: { readonly request: Request; readonly response: Response },
  ): Promise<void> {
    const { atATime, idleMs } = this.limits;
    if (this.underWay >= atATime) throw unavailable("overloaded", "As many files as can be are fetched.");
    this.underWay += 1;
    try {
      const file = await open();
      if (file === undefined) throw notFound();
      await send(file, { request, response, idleMs });
    } finally {
      this.underWay -= 1;
    }
  }
}

interface Download {
  readonly request: Request;
  readonly response: Response;
  readonly idleMs: number;
}

async function send(file: OpenedFile, { request, response, idleMs }: Download): Promise<void> {
  try {
    setAttachmentHead(response, file);
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    response.setTimeout(idleMs, () => response.destroy());
    await pipeline(file.content(), response);
  } catch (error) {
    if (!isClientGone(error)) throw error;
  } finally {
    await file.close();
  }
}

const GONE: ReadonlySet<unknown> = new Set(["ERR_STREAM_PREMATURE_CLOSE", "ECONNRESET", "EPIPE"]);

/** What a client breaks off is its own affair. */
function isClientGone(error: unknown): boolean {
  return GONE.has((error as NodeJS.ErrnoException).code);
}
