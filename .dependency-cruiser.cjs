// The rules between the rooms of the house; docs/architecture.md has the picture.
const anywhere = "^(packages|apps)/[^/]+/(src|test)/";
const specs = "\\.spec\\.ts$";

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "core-imports-only-itself",
      comment: "The core runs anywhere: no package, no Node built-in. Its test tools may use node:assert.",
      severity: "error",
      from: { path: "^packages/core/src/", pathNot: ["^packages/core/src/testing/", specs] },
      to: { pathNot: "^packages/core/src/" },
    },
    {
      name: "core-testing-uses-assert-only",
      severity: "error",
      from: { path: "^packages/core/src/testing/", pathNot: specs },
      to: { pathNot: ["^packages/core/src/", "^(node:)?assert(/strict)?$"] },
    },
    {
      name: "domain-knows-no-ports",
      severity: "error",
      from: { path: "^packages/core/src/domain/" },
      to: { path: "^packages/core/src/(ports|use-cases|testing)/", pathNot: specs },
    },
    {
      name: "ports-know-no-adapters",
      severity: "error",
      from: { path: "^packages/core/src/(ports|use-cases)/", pathNot: specs },
      to: { path: "^packages/core/src/testing/" },
    },
    {
      name: "adapters-see-only-core",
      severity: "error",
      from: { path: "^packages/(?!core/)([^/]+)/" },
      to: { path: "^(packages|apps)/", pathNot: ["^packages/core/", "^packages/$1/"] },
    },
    {
      name: "packages-see-no-app",
      severity: "error",
      from: { path: "^packages/" },
      to: { path: "^apps/" },
    },
    {
      name: "core-testing-from-specs-only",
      severity: "error",
      from: {
        path: anywhere,
        // What specs share stands in folders named for it.
        pathNot: [
          specs,
          "^packages/core/src/testing/",
          "/src/[a-z/-]*testing/",
          "^(packages|apps)/[^/]+/test/",
          // Measures the core by itself, on its adapters in memory.
          "^apps/bench/src/benchmarks/processes/core-in-memory\\.ts$",
        ],
      },
      to: { path: "^packages/core/(src|dist)/testing/" },
    },
    {
      name: "container-in-composition-only",
      severity: "error",
      from: {
        path: anywhere,
        pathNot: ["^apps/gateway/src/composition/", "^apps/gateway/src/main\\.ts$", specs],
      },
      to: { path: "node_modules/inversify/" },
    },
    {
      name: "metadata-in-composition-or-at-the-edge",
      comment: "reflect-metadata wires the container; class-transformer needs it where DTOs are decorated.",
      severity: "error",
      from: {
        path: anywhere,
        pathNot: [
          "^apps/gateway/src/(composition|config)/",
          "^apps/gateway/src/main\\.ts$",
          "\\.dto\\.ts$",
          specs,
        ],
      },
      to: { path: "node_modules/(reflect-metadata|class-validator)/" },
    },
    {
      name: "express-in-http-only",
      severity: "error",
      from: { path: "^(packages/[^/]+|apps/gateway)/src/", pathNot: ["^apps/gateway/src/http/", specs] },
      to: { path: "node_modules/(@types/)?express/" },
    },
    {
      name: "tracing-in-its-package-only",
      comment:
        "Off, it costs nothing, so that nothing of it is loaded: whoever wants it imports it when it is on.",
      severity: "error",
      from: { path: anywhere, pathNot: ["^packages/opentelemetry/"] },
      to: { path: "node_modules/@opentelemetry/" },
    },
    {
      name: "tracing-is-loaded-when-it-is-on",
      severity: "error",
      from: { path: "^apps/", pathNot: ["^apps/[^/]+/test/", specs] },
      to: { path: "^packages/opentelemetry/", dependencyTypesNot: ["dynamic-import"] },
    },
    {
      name: "no-dev-dependency-in-sources",
      severity: "error",
      // The console is served as a bundle, which has in it what it imports.
      from: {
        path: "^(packages|apps)/[^/]+/src/",
        pathNot: [specs, "^packages/core/src/testing/", "^apps/console/src/"],
      },
      // A peer dependency is told twice: as what it is, and as missing from the package.
      to: {
        dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"],
        dependencyTypesNot: ["type-only", "npm-peer"],
      },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.depcruise.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
