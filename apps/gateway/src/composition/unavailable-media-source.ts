import type { MediaSource } from "@gateway-router/core";

/** For a source of messages that hands out no files: their messages go without. */
export const unavailableMediaSource: MediaSource = {
  fetch: async () => ({ kind: "unavailable", error: "files can't be fetched from this source" }),
};
