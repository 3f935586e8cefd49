import type { AwaitableLog } from "../awaitable-log.js";
import type { MediaFiles } from "../media-files.js";
import type { OutgoingMessages } from "../outgoing-messages.js";
import type { SimulatedSession, SessionStatus } from "../simulated-session.js";
import type { Timers } from "../timers.js";
import type { WahaIds } from "../waha-ids.js";
import { refusal, WahaHttpError } from "./waha-http-error.js";

/** A sign of life that a chat shows. */
export interface ChatSign {
  readonly kind: "seen" | "typing" | "typing_stopped";
  readonly chatId: string;
  readonly messageIds: readonly string[];
  readonly atMs: number;
}

/** What the routes work on. */
export interface WahaParts {
  readonly apiKey: string;
  /** Whether files can be sent; CORE could not before 2026.6.1. */
  readonly sendsFiles: boolean;
  readonly session: SimulatedSession;
  readonly outgoing: OutgoingMessages;
  readonly files: MediaFiles;
  readonly signs: AwaitableLog<ChatSign>;
  /** Phone numbers behind LIDs, both as chat ids. */
  readonly phoneOfLid: ReadonlyMap<string, string>;
  readonly timers: Timers;
  readonly ids: WahaIds;
  readonly startedAtMs: number;
}

/** The session of that name, or a 404. */
export function sessionNamed({ session }: WahaParts, name: unknown): SimulatedSession {
  if (name !== session.name || !session.exists) throw refusal(404, "Session not found");
  return session;
}

/** The same once it is in the status, for which the request waits a while; a 422 if it is not in time. */
export async function sessionIn(
  status: SessionStatus,
  parts: WahaParts,
  name: unknown,
): Promise<SimulatedSession> {
  const session = sessionNamed(parts, name);
  if (await session.waitFor(status)) return session;
  throw new WahaHttpError(422, {
    error: "Session status is not as expected. Try again later or restart the session",
    session: session.name,
    status: session.currentStatus,
    expected: [status],
  });
}

/** The body's fields; none where there is no object. */
export function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
}
