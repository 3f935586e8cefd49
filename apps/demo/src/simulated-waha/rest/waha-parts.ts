import type { AwaitableLog } from "../awaitable-log.js";
import type { LidLookup } from "../lid-lookup.js";
import type { FileRequest, MediaFiles } from "../media-files.js";
import type { NowebStore } from "../noweb-store.js";
import type { OutgoingMessages } from "../outgoing-messages.js";
import type { SendFaults } from "../send-faults.js";
import type { SimulatedSession, SessionStatus } from "../simulated-session.js";
import type { Timers } from "../timers.js";
import type { WahaEnvironment } from "../waha-event.js";
import type { WahaIds } from "../waha-ids.js";
import type { SimulatedWhatsApp } from "../whatsapp/simulated-whatsapp.js";
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
  /** Whether it is a version whose callers may choose a message's id, and that merges a LID's chat with its phone's. */
  readonly isNewer: boolean;
  readonly environment: WahaEnvironment;
  readonly whatsApp: SimulatedWhatsApp;
  readonly session: SimulatedSession;
  readonly store: NowebStore;
  readonly outgoing: OutgoingMessages;
  readonly sendFaults: SendFaults;
  readonly files: MediaFiles;
  readonly fileRequests: AwaitableLog<FileRequest>;
  readonly lidLookup: LidLookup;
  readonly signs: AwaitableLog<ChatSign>;
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
