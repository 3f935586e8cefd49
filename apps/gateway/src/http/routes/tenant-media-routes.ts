import { pipeline } from "node:stream/promises";
import type { MediaStore, OpenedFile, Tenant } from "@gateway-router/core";
import type { Request, Response, Router } from "express";
import { setAttachmentHead } from "../attachment.js";
import { notFound, unavailable } from "../http-error.js";
import { pathParameter } from "../parameters.js";
import { mount } from "../route-table.js";
import { MEDIA } from "./tenant-media-operations.js";

export interface TenantMediaServices {
  readonly media: Pick<MediaStore, "open">;
  /** Whose request it is; it has been authenticated. */
  readonly tenantOf: (request: Request) => Tenant;
  readonly limits?: DownloadLimits;
}

export interface DownloadLimits {
  /** Files open for download. */
  readonly atATime: number;
  /** A tenant that takes nothing for so long gets no more. */
  readonly idleMs: number;
}

const LIMITS: DownloadLimits = { atATime: 64, idleMs: 30_000 };

/** `GET /media/{id}`: a contact's file, for the tenant its message went to. For any other there is none. */
export function tenantMediaRoutes(router: Router, services: TenantMediaServices): void {
  const { media, tenantOf, limits = LIMITS } = services;
  let underWay = 0;
  mount(router, "/media/:id", MEDIA, {
    get: async (request, response) => {
      const { id: tenantId } = tenantOf(request);
      if (underWay >= limits.atATime) throw unavailable("overloaded", "As many files as can be are fetched.");
      underWay += 1;
      try {
        const file = await media.open(pathParameter(request, "id"), tenantId);
        if (file === undefined) throw notFound();
        await send(file, { request, response, idleMs: limits.idleMs });
      } finally {
        underWay -= 1;
      }
    },
  });
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
