import type { Config } from "jest";

// Specs run from the TypeScript sources: no build before a test, no stale build under one.
const shared: Config = {
  rootDir: ".",
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  setupFiles: ["<rootDir>/scripts/quiet-lmdb.mjs"],
  setupFilesAfterEnv: ["<rootDir>/scripts/patient.mjs"],
  transform: {
    // Types are checked once, by `tsc -b` in `npm run validate`; here they are only stripped.
    "^.+\\.ts$": ["ts-jest", { useESM: true, tsconfig: "tsconfig.jest.json" }],
  },
  moduleNameMapper: {
    "^@gateway-router/(core|opentelemetry)/testing$": "<rootDir>/packages/$1/src/testing/index.ts",
    "^@gateway-router/storage-postgres/testing$":
      "<rootDir>/packages/storage-postgres/src/testing/postgres-server.ts",
    "^@gateway-router/storage-redis/testing$": "<rootDir>/packages/storage-redis/src/testing/redis-server.ts",
    "^@gateway-router/(core|opentelemetry|storage-file|storage-postgres|storage-redis|tenant-http|waha)$":
      "<rootDir>/packages/$1/src/index.ts",
    "^@gateway-router/(gateway|demo|bench)$": "<rootDir>/apps/$1/src/index.ts",
    "^(\\.{1,2}/.*)\\.js$": "$1",
  },
  modulePathIgnorePatterns: ["<rootDir>/.*/dist/"],
};

const sources = ["<rootDir>/packages/*", "<rootDir>/apps/*"];

const config: Config = {
  projects: [
    {
      ...shared,
      displayName: "unit",
      testMatch: sources.map((folder) => `${folder}/src/**/*.spec.ts`),
      testPathIgnorePatterns: ["\\.(int|e2e)\\.spec\\.ts$"],
    },
    {
      ...shared,
      displayName: "int",
      // Specs that start processes start what is built.
      globalSetup: "<rootDir>/scripts/build.mjs",
      testMatch: sources.map((folder) => `${folder}/{src,test}/**/*.int.spec.ts`),
    },
    {
      ...shared,
      displayName: "e2e",
      globalSetup: "<rootDir>/scripts/build.mjs",
      testMatch: sources.map((folder) => `${folder}/test/**/*.e2e.spec.ts`),
    },
  ],
};

export default config;
