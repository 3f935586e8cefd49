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
export { signedTestEvent, type TestEvent, type TestEventOptions } from "./signed-test-event.js";
export {
  WahaClient,
  type ListPage,
  type MediaToSend,
  type MessagesPage,
  type SentMessage,
  type TextToSend,
  type WahaClientOptions,
  type WahaSession,
  type WahaVersion,
} from "./waha-client.js";
export { type WahaFile } from "./waha-http.js";
export { WahaError, type WahaErrorCode } from "./waha-error.js";
export { WahaContactLookup, type WahaContactLookupOptions } from "./waha-contact-lookup.js";
export { WahaMediaSource, type WahaMediaSourceOptions } from "./waha-media-source.js";
export {
  WahaMessageHistory,
  type HistoryLimits,
  type WahaMessageHistoryOptions,
} from "./waha-message-history.js";
export { type ReplyPacing } from "./reply-pacing.js";
export { WahaReplySender, type WahaReplySenderOptions } from "./waha-reply-sender.js";
export {
  DesiredSessionConfig,
  WEBHOOK_EVENTS,
  WEBHOOKS_RETRIED_SECONDS,
  type DesiredSessionConfigOptions,
} from "./session-config.js";
export {
  WahaSessionDeployment,
  type DeploymentReport,
  type DeploymentState,
  type WahaSessionDeploymentOptions,
} from "./waha-session-deployment.js";
export {
  WahaPairing,
  type PairingStep,
  type WahaPairingOptions,
  type WaitUntilWorkingRequest,
} from "./waha-pairing.js";
