export type { EditedPayload, ReactionPayload, RevokedPayload } from "./simulated-waha/change-payload.js";
export type { LidLookupBehaviour } from "./simulated-waha/lid-lookup.js";
export type { FileRequest } from "./simulated-waha/media-files.js";
export type { MediaPayload, MessagePayload } from "./simulated-waha/message-payload.js";
export type { ChatSummary } from "./simulated-waha/noweb-store.js";
export type { ChatSign } from "./simulated-waha/rest/waha-parts.js";
export type { HeldSend } from "./simulated-waha/send-faults.js";
export type { SimulatedWahaOptions } from "./simulated-waha/simulated-waha-options.js";
export { SimulatedWaha, type ReceivedMessage } from "./simulated-waha/simulated-waha.js";
export type { SessionStatus } from "./simulated-waha/simulated-session.js";
export type { Ack, MeInfo, WahaEvent } from "./simulated-waha/waha-event.js";
export { QUICK_TIMINGS, REAL_TIMINGS, type WahaTimings } from "./simulated-waha/waha-timings.js";
export type { EmittedEvent } from "./simulated-waha/webhook-broadcast.js";
export type { WebhookAttempt } from "./simulated-waha/webhook-sender.js";
export type {
  ContactChange,
  ContactFile,
  ContactMessage,
  ContactPlace,
} from "./simulated-waha/whatsapp/contact-message.js";
export type { PhoneAccount } from "./simulated-waha/whatsapp/phone-account.js";
export type { SentMessage } from "./simulated-waha/whatsapp/sent-messages.js";
export {
  SimulatedWhatsApp,
  type SimulatedWhatsAppOptions,
} from "./simulated-waha/whatsapp/simulated-whatsapp.js";
export type { WhatsAppChat } from "./simulated-waha/whatsapp/whatsapp-chats.js";
export type {
  MessageContent,
  ReceivedFile,
  WhatsAppMessage,
} from "./simulated-waha/whatsapp/whatsapp-message.js";
