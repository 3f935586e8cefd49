import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InMemoryStorage, ManualClock } from "@gateway-router/core/testing";
import { parse } from "yaml";
import { SETTING_NAMES } from "../src/config/settings.js";
import { GatewayMetrics } from "../src/metrics/gateway-metrics.js";
import { SharedNumber } from "../src/shared-number.js";

// No image can be built by a test. What can be held together is: what these files name is there.
const root = fileURLToPath(new URL("../../../", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const json = (path: string) => JSON.parse(read(path)) as Readonly<Record<string, unknown>>;

interface Service {
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: unknown;
  readonly secrets?: readonly string[];
  readonly profiles?: readonly string[];
  readonly image?: string;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
  readonly networks: object;
  readonly secrets: Readonly<Record<string, { readonly environment: string }>>;
}

const compose = parse(read("docker/compose.yml")) as Compose;
const backend = compose.services["backend"]!;
const dockerfile = read("docker/Dockerfile").replaceAll(/\\\n\s*/g, " ");
const instructions = (name: string): string[] =>
  dockerfile
    .split("\n")
    .filter((line) => line.startsWith(`${name} `))
    .map((line) => line.slice(name.length + 1));

describe("docker/Dockerfile", () => {
  it("copies what is there, and what is built there", () => {
    for (const copied of instructions("COPY")) {
      const words = copied.split(" ").filter((word) => !word.startsWith("--"));
      for (const source of words.slice(0, -1)) {
        const path = source.replace(/^\/app\//, "");
        // Made by the build, from the sources beside it.
        const isMade = path === "node_modules" || path.endsWith("/dist");
        expect([source, isMade ? existsSync(join(root, path, "..")) : existsSync(join(root, path))]).toEqual([
          source,
          true,
        ]);
      }
    }
  });

  it("brings along every package of this house that the gateway depends on, and its own folders", () => {
    const house = new Map(
      ["core", "storage-file", "tenant-http", "waha"].map((name) => [
        `@gateway-router/${name}`,
        `packages/${name}`,
      ]),
    );
    const needed = new Set<string>(["apps/gateway"]);
    for (const path of needed) {
      const { dependencies = {} } = json(`${path}/package.json`) as { dependencies?: object };
      for (const name of Object.keys(dependencies)) {
        if (!name.startsWith("@gateway-router/")) continue;
        expect(house.has(name)).toBe(true);
        needed.add(house.get(name)!);
      }
    }
    for (const path of needed) {
      expect(dockerfile).toContain(`/app/${path}/package.json ./${path}/\n`);
      expect(dockerfile).toContain(`/app/${path}/dist ./${path}/dist\n`);
    }
    expect(existsSync(join(root, "apps/gateway/bin/gateway.js"))).toBe(true);
    expect(dockerfile).toContain('ENTRYPOINT ["node", "/app/apps/gateway/bin/gateway.js"]');
  });

  it("sets settings that there are, and runs as nobody special", () => {
    const variables = instructions("ENV").flatMap((line) =>
      line.split(/\s+/).map((each) => each.split("=")[0]!),
    );
    expect(variables.filter((name) => name !== "NODE_ENV" && !isSetting(name))).toEqual([]);
    expect(instructions("USER")).toEqual(["node"]);
  });

  it("builds on a Node.js that the project supports", () => {
    for (const image of instructions("FROM")) expect(image).toMatch(/^node:26-slim( AS build)?$/);
    expect(json("package.json")["engines"]).toEqual({ node: ">=20.19" });
  });
});

describe("docker/compose.yml", () => {
  it("sets settings that there are", () => {
    expect(Object.keys(backend.environment!).filter((name) => !isSetting(name))).toEqual([]);
    expect(backend.env_file).toEqual(["../.env"]);
    for (const { environment } of Object.values(compose.secrets)) expect(isSetting(environment)).toBe(true);
  });

  it("names files, volumes, networks and secrets that there are", () => {
    for (const service of Object.values(compose.services)) {
      for (const volume of service.volumes ?? []) {
        const [source] = volume.split(":");
        if (source!.startsWith("."))
          expect([source, existsSync(join(root, "docker", source!))]).toEqual([source, true]);
        else expect(compose.volumes).toHaveProperty([source!]);
      }
      for (const secret of service.secrets ?? []) expect(compose.secrets).toHaveProperty([secret]);
      const networks = Array.isArray(service.networks)
        ? service.networks
        : Object.keys(service.networks as object);
      for (const network of networks as string[]) expect(compose.networks).toHaveProperty([network]);
    }
    expect(existsSync(join(root, "docker", backend.build!.context, backend.build!.dockerfile))).toBe(true);
  });

  it("has the gateway answer to both of its names, where WAHA and Prometheus look for it", () => {
    const { aliases } = (backend.networks as Record<string, { aliases: string[] }>)["private"]!;
    expect(aliases).toEqual(["gateway"]);
    const { PORT, WEBHOOK_URL, WAHA_URL } = backend.environment as Record<string, string>;
    expect(WEBHOOK_URL).toBe(`http://gateway:${PORT}/api/gateway/waha`);
    expect(WAHA_URL).toBe("http://waha:3000");
    const { scrape_configs } = parse(read("docker/prometheus/prometheus.yml")) as {
      scrape_configs: {
        static_configs: { targets: string[] }[];
        authorization: { credentials_file: string };
      }[];
    };
    expect(scrape_configs[0]!.static_configs[0]!.targets).toEqual([`gateway:${PORT}`]);
    expect(scrape_configs[0]!.authorization.credentials_file).toBe("/run/secrets/admin_api_key");
    expect(instructions("EXPOSE")).toEqual([PORT]);
  });

  it("opens no port to other machines, and pins what it pulls", () => {
    for (const { ports = [], image = "" } of Object.values(compose.services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      if (image !== "gateway-router") expect(image).toMatch(/[:-]v?\d+\.\d+\.\d+$/);
    }
  });
});

describe("what watches the gateway", () => {
  const known = async (): Promise<Set<string>> => {
    const clock = new ManualClock();
    const { mappings, deliveries, replies, mediaJobs: files } = new InMemoryStorage({ clock });
    const number = new SharedNumber(undefined);
    const metrics = new GatewayMetrics({ queues: { deliveries, replies, files }, mappings, number, clock });
    metrics.watchProcess();
    const text = await metrics.text();
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    return new Set(
      types.flatMap(([, name, type]) =>
        type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name!],
      ),
    );
  };
  const namesIn = (text: string): string[] => [
    ...new Set([...text.matchAll(/\b(?:gateway|nodejs|process)_[a-z0-9_]+/g)].map(([name]) => name)),
  ];

  it("asks by the names of metrics that the gateway exports: alerts and dashboard", async () => {
    const exported = await known();
    const { groups } = parse(read("docker/prometheus/alerts.yml")) as {
      groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[];
    };
    const rules = groups.flatMap((group) => group.rules);
    for (const { alert, expr, annotations } of rules) {
      expect([alert, namesIn(expr).filter((name) => !exported.has(name))]).toEqual([alert, []]);
      expect(annotations).toEqual({
        summary: expect.stringMatching(/\.$/) as string,
        action: expect.stringMatching(/[.?]$|gateway deploy$/) as string,
      });
    }
    const { panels } = json("docker/grafana/dashboards/gateway.json") as {
      panels: { title: string; targets: { expr: string }[] }[];
    };
    const asked = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => namesIn(expr)));
    expect(asked.filter((name) => !exported.has(name))).toEqual([]);
    expect(rules.length).toBeGreaterThan(5);
    expect(new Set(asked).size).toBeGreaterThan(10);
  });

  it("is told of by docs/operations.md, each metric of the gateway's own", async () => {
    const told = read("docs/operations.md");
    const own = [...(await known())].filter((name) => name.startsWith("gateway_"));
    const missing = own.filter((name) => !told.includes(name.replace(/_(bucket|sum|count)$/, "")));
    expect(missing).toEqual([]);
  });
});

function isSetting(name: string): boolean {
  return (SETTING_NAMES as readonly string[]).includes(name);
}
