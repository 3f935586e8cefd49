export * from "./migrate.js";
export * from "./postgres-database.js";
export * from "./postgres-delivery-queue.js";
export * from "./postgres-mapping-store.js";
