export type { ContactMessage } from "./simulated-waha/contact-message.js";
export type { ReceivedFile } from "./simulated-waha/media-files.js";
export type { MessagePayload } from "./simulated-waha/message-payload.js";
export type { SentMessage } from "./simulated-waha/outgoing-messages.js";
export type { ChatSign } from "./simulated-waha/rest/waha-parts.js";
export {
  SimulatedWaha,
  type PhoneAccount,
  type ReceivedMessage,
  type SimulatedWahaOptions,
} from "./simulated-waha/simulated-waha.js";
export type { SessionStatus } from "./simulated-waha/simulated-session.js";
export type { Ack, MeInfo, WahaEvent } from "./simulated-waha/waha-event.js";
export { QUICK_TIMINGS, REAL_TIMINGS, type WahaTimings } from "./simulated-waha/waha-timings.js";
export type { EmittedEvent } from "./simulated-waha/webhook-broadcast.js";
export type { WebhookAttempt } from "./simulated-waha/webhook-sender.js";
