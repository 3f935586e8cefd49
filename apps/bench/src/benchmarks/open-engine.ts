import {
  randomIds,
  systemClock,
  type DeliveryQueue,
  type MappingStore,
  type MediaStore,
  type ReplyContent,
  type ReplyJournal,
} from "@gateway-router/core";
import { openFileStorage } from "@gateway-router/storage-file";
import { silentLogger } from "./silent-logger.js";

/** Which engine, and where. */
export interface EnginePlace {
  readonly engine: "file";
  readonly dataDir: string;
}

/** As much of an engine's storage as deliveries need. */
export interface OpenEngine {
  readonly mappings: MappingStore;
  readonly deliveries: DeliveryQueue;
  readonly replies: DeliveryQueue<ReplyContent>;
  readonly replyJournal: ReplyJournal;
  readonly media: MediaStore;
  close(): Promise<void>;
}

const OPEN: Readonly<Record<EnginePlace["engine"], (place: EnginePlace) => Promise<OpenEngine>>> = {
  file: ({ dataDir }) =>
    openFileStorage({
      ...{ dataDir, clock: systemClock, ids: randomIds, logger: silentLogger },
      ...{ duplicateMemoryDays: 7, backupKeepDays: 14 },
    }),
};

/** As the gateway opens it. To be closed. */
export function openEngine(place: EnginePlace): Promise<OpenEngine> {
  return OPEN[place.engine](place);
}
