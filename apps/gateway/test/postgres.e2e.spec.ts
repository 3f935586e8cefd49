import { startPostgres } from "@gateway-router/storage-postgres/testing";
import { gatewayOnSharedEngine } from "./support/gateway-on-shared-engine.js";

const server = await startPostgres();
const describeOnPostgres = server === undefined ? describe.skip : describe;
let databases = 0;

describeOnPostgres("the gateway on PostgreSQL", () => {
  const engine = server!;
  gatewayOnSharedEngine({
    ...{ storage: "postgres", urlSetting: "DATABASE_URL" },
    newDatabase: () => engine.createDatabase(`gateway_${(databases += 1)}`),
    crash: () => engine.stop("immediate"),
    start: () => engine.start(),
    remove: () => engine.remove(),
    away: {
      url: "postgres://gateway:hush-hush@127.0.0.1:9/gateway",
      said: /PostgreSQL gave no answer: .*ECONNREFUSED/,
    },
    left: [
      [["backup"], "pg_dump"],
      [["restore", "file.json"], "pg_restore"],
    ],
  });
});
