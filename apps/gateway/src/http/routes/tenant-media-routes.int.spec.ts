import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, get, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MediaStore } from "@gateway-router/core";
import {
  aContact,
  aTenant,
  aTenantId,
  eventually,
  ManualClock,
  silentLogger,
} from "@gateway-router/core/testing";
import { FolderMediaStore } from "@gateway-router/storage-file";
import express from "express";
import { tenantMediaRoutes } from "./tenant-media-routes.js";

const SIZE = 20 * 2 ** 20;
const PIECE = Buffer.alloc(2 ** 20, "x");

let folder: string;
let store: FolderMediaStore;
let server: Server;
let url: string;
let closed: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gateway-download-"));
  store = await FolderMediaStore.open({ folder, clock: new ManualClock(), logger: silentLogger });
  await store.keep({ id: "m_1", contact: aContact() }, pieces());
  await store.handTo("m_1", aTenantId(2));
  closed = 0;
  const app = express();
  tenantMediaRoutes(app, { media: countingCloses(store), tenantOf: () => aTenant({ id: 2 }) });
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/media/m_1`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await store.close();
  rmSync(folder, { recursive: true });
});

async function* pieces(): AsyncGenerator<Uint8Array> {
  for (let size = 0; size < SIZE; size += PIECE.length) yield PIECE;
}

/** Counts files that are really closed, not only told to close. */
function countingCloses(media: MediaStore): Pick<MediaStore, "open"> {
  return {
    async open(id, tenantId) {
      const file = await media.open(id, tenantId);
      if (file === undefined) return undefined;
      const close = async (): Promise<void> => {
        await file.close();
        closed += 1;
      };
      return { ...file, close };
    },
  };
}

describe("a contact's file from the folder", () => {
  it("comes whole, and is closed then", async () => {
    const response = await fetch(url);
    expect(response.headers.get("content-length")).toBe(String(SIZE));
    expect((await response.arrayBuffer()).byteLength).toBe(SIZE);
    await eventually(() => closed === 1);
  });

  it("is closed without having been read for HEAD", async () => {
    expect((await fetch(url, { method: "HEAD" })).headers.get("content-length")).toBe(String(SIZE));
    await eventually(() => closed === 1);
  });

  it("is closed when its client goes away in the middle", async () => {
    const [response] = (await once(get(url), "response")) as [IncomingMessage];
    await once(response, "readable");
    response.destroy();
    await eventually(() => closed === 1);
  });
});
