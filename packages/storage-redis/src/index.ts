export * from "./redis-database.js";
export * from "./redis-delivery-queue.js";
