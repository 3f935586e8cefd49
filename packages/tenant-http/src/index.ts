export { gatewayTestEvent, type GatewayTestEvent } from "./gateway-test-event.js";
export { readHandlerAnswer, type HandlerAnswer } from "./handler-answer.js";
export { HttpTenantDispatcher, type HttpTenantDispatcherOptions } from "./http-tenant-dispatcher.js";
export {
  messageReceivedEvent,
  type MessageReceivedData,
  type MessageReceivedEvent,
  type ReceivedMessage,
} from "./message-received-event.js";
