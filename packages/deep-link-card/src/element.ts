export * from "./define-tenant-deep-link.js";
export * from "./qr-code.js";
export * from "./qr-svg.js";
export * from "./resolve-deep-link.js";
export * from "./tenant-deep-link-element.js";
export { DEFAULT_TEXTS, type DeepLinkTextName, type DeepLinkTexts } from "./texts.js";
