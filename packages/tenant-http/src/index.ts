export { gatewayTestEvent, type GatewayTestEvent } from "./gateway-test-event.js";
export {
  AddressGuard,
  AddressRefusedError,
  type AddressGuardOptions,
  type Resolve,
} from "./address-guard.js";
export { readHandlerAnswer, type HandlerAnswer } from "./handler-answer.js";
export { HttpMediaFetcher, type HttpMediaFetcherOptions } from "./http-media-fetcher.js";
export { HttpTenantDispatcher, type HttpTenantDispatcherOptions } from "./http-tenant-dispatcher.js";
export type { ChangedMessageJson } from "./changed-message-json.js";
export type { FailedReplyJson } from "./failed-reply-json.js";
export {
  receivedMessageJson,
  type ReceivedMediaJson,
  type ReceivedMessageJson,
} from "./received-message-json.js";
export { tenantEventJson, type TenantEventJson } from "./tenant-event-json.js";
