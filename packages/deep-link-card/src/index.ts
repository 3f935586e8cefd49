import { defineTenantDeepLink } from "./define-tenant-deep-link.js";

export * from "./element.js";

defineTenantDeepLink();
