import type { FailedReply } from "@gateway-router/core";
import { defined } from "./defined.js";

export interface FailedReplyJson {
  readonly id: string;
  /** Stable, snake_case. */
  readonly reason: string;
  /** For people. */
  readonly error?: string;
}

export function failedReplyJson({ replyId, reason, error }: FailedReply): FailedReplyJson {
  return { id: replyId, reason, ...defined({ error }) };
}
