export { type IgnoredReason, type WebhookOutcome } from "./webhook-outcome.js";
export { WahaMessageSource, type WahaMessageSourceOptions } from "./waha-message-source.js";
export {
  signWebhook,
  verifyWebhookSignature,
  type ReceivedSignature,
  type SignatureFault,
  type SignatureVerdict,
  type SignedWebhook,
  type WebhookSignature,
} from "./webhook-signature.js";
export {
  WahaClient,
  type MediaToSend,
  type SentMessage,
  type TextToSend,
  type WahaClientOptions,
  type WahaSession,
} from "./waha-client.js";
export { WahaError, type WahaErrorCode } from "./waha-error.js";
export { WahaReplySender, type WahaReplySenderOptions } from "./waha-reply-sender.js";
