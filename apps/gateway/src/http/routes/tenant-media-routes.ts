import type { MediaStore, Tenant } from "@gateway-router/core";
import type { Request, Router } from "express";
import { FileDownloads, type DownloadLimits } from "../file-downloads.js";
import { pathParameter } from "../parameters.js";
import { mount } from "../route-table.js";
import { MEDIA } from "./tenant-media-operations.js";

export interface TenantMediaServices {
  readonly media: Pick<MediaStore, "open">;
  /** Whose request it is; it has been authenticated. */
  readonly tenantOf: (request: Request) => Tenant;
  readonly limits?: DownloadLimits;
}

/** `GET /media/{id}`: a contact's file, for the tenant its message went to. For any other there is none. */
export function tenantMediaRoutes(router: Router, services: TenantMediaServices): void {
  const { media, tenantOf, limits } = services;
  const downloads = new FileDownloads(limits);
  mount(router, "/media/:id", MEDIA, {
    get: (request, response) => {
      const { id: tenantId } = tenantOf(request);
      return downloads.send(() => media.open(pathParameter(request, "id"), tenantId), { request, response });
    },
  });
}
