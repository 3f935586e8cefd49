import type { HttpServices } from "../http-services.js";

/** For specs that count nothing. */
export const noMetrics: HttpServices["metrics"] = {
  webhookAnswered: () => undefined,
  text: async () => "",
  contentType: "text/plain",
};
