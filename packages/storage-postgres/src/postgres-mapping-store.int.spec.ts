import { mappingStoreContract } from "@gateway-router/core/testing";
import { PostgresMappingStore } from "./postgres-mapping-store.js";
import { describeOnPostgres } from "./testing/postgres-spec.js";

await describeOnPostgres("PostgresMappingStore", (_server, openTables) => {
  mappingStoreContract({
    test: it,
    async openStores(instances) {
      const tables = await openTables();
      const databases = await Promise.all(Array.from({ length: instances }, () => tables.open()));
      return { ...tables, stores: databases.map((database) => new PostgresMappingStore(database)) };
    },
  });
});
