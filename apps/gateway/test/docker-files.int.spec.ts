import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InMemoryStorage, ManualClock } from "@gateway-router/core/testing";
import { parse } from "yaml";
import { parseSettings } from "../src/config/parse-settings.js";
import { SETTING_NAMES } from "../src/config/settings.js";
import { KEEP_ALIVE_MS } from "../src/http/http-server.js";
import { WEBHOOK_BODY_LIMIT_BYTES } from "../src/http/routes/webhook-route.js";
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
  readonly command?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
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
      readdirSync(join(root, "packages")).map((name) => [`@gateway-router/${name}`, `packages/${name}`]),
    ).set("@gateway-router/console", "apps/console");
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
    expect(dockerfile).toContain(
      'ENTRYPOINT ["node", "--max-semi-space-size=64", "/app/apps/gateway/bin/gateway.js"]',
    );
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
  });

  it("gives secrets of their own to those beside the gateway, and to nobody the first admin key", () => {
    const variables = Object.values(compose.secrets).map(({ environment }) => environment);
    expect(variables).toEqual(["PROMETHEUS_KEY", "POSTGRES_PASSWORD"]);
    expect(variables.filter(isSetting)).toEqual([]);
    expect(compose.services["prometheus"]!.secrets).toEqual(["prometheus_key"]);
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
    expect(scrape_configs[0]!.authorization.credentials_file).toBe("/run/secrets/prometheus_key");
    expect(instructions("EXPOSE")).toEqual([PORT]);
  });

  it("opens no port to other machines, and pins what it pulls", () => {
    for (const { ports = [], image = "" } of Object.values(compose.services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      // PostgreSQL's versions have two numbers.
      if (image !== "gateway-router") expect(image).toMatch(/[:-]v?\d+\.\d+\.\d+$|^postgres:\d+\.\d+$/);
    }
  });

  it("starts the gateway and WAHA alone, unless a profile is asked for", () => {
    const profiles = Object.entries(compose.services).map(([name, { profiles: own = [] }]) => [name, own]);
    expect(Object.fromEntries(profiles)).toEqual({
      ...{ backend: [], waha: [], redis: ["redis"], postgres: ["postgres"] },
      ...{ prometheus: ["monitoring"], grafana: ["monitoring"], jaeger: ["tracing"] },
    });
    const told = read("docs/operations.md");
    for (const profile of ["redis", "postgres", "monitoring", "tracing"])
      expect(told).toContain(`--profile ${profile}`);
  });

  it("names the engines in URLs that the gateway takes, by the names they have here", () => {
    const text = read("docker/compose.yml");
    const redisUrl = /REDIS_URL is (\S+?),/.exec(text)![1]!;
    const databaseUrl = /DATABASE_URL is\n# (\S+?),/.exec(text)![1]!;
    const variables = { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl };
    expect(() => parseSettings(variables, "/")).not.toThrow();
    expect(new URL(redisUrl)).toMatchObject({ hostname: "redis", port: "6379" });
    const { POSTGRES_USER, POSTGRES_DB } = compose.services["postgres"]!.environment!;
    expect(new URL(databaseUrl)).toMatchObject({
      ...{ hostname: "postgres", port: "5432", username: POSTGRES_USER, pathname: `/${POSTGRES_DB}` },
      password: compose.secrets["postgres_password"]!.environment,
    });
    expect(compose.services["postgres"]!.healthcheck!.test).toEqual([
      ...["CMD", "pg_isready", `--username=${POSTGRES_USER}`, `--dbname=${POSTGRES_DB}`],
    ]);
  });

  it("has Jaeger listen where the gateway is told to send its traces", () => {
    const [, name, value] = /(OTEL_[A-Z_]+)=(\S+) in \.env/.exec(read("docker/compose.yml"))!;
    expect(parseSettings({ [name!]: value }, "/").tracing?.endpoint).toBe(value);
    expect(read("docs/operations.md")).toContain(`${name}=${value}`);
    const { hostname, port } = new URL(value!);
    const { command = [] } = compose.services[hostname]!;
    expect(command).toEqual([`--set=receivers.otlp.protocols.http.endpoint=0.0.0.0:${port}`]);
  });

  it("has Redis confirm nothing that the power could take, and drop nothing when it is full", () => {
    const { command = [], volumes } = compose.services["redis"]!;
    const [program, ...words] = command;
    expect(program).toBe("redis-server");
    const options = Object.fromEntries(
      Array.from({ length: words.length / 2 }, (_, pair) => [words[2 * pair], words[2 * pair + 1]]),
    );
    expect(options).toEqual({
      ...{ "--appendonly": "yes", "--appendfsync": "always", "--no-appendfsync-on-rewrite": "no" },
      ...{ "--save": "", "--maxmemory-policy": "noeviction" },
    });
    // Where the image has Redis keep its log.
    expect(volumes).toEqual(["redis-data:/data"]);
  });

  it("has PostgreSQL confirm what is flushed, and take its password by file", () => {
    const { command, environment, secrets, volumes, image } = compose.services["postgres"]!;
    expect(command).toEqual(
      expect.arrayContaining(["fsync=on", "synchronous_commit=on", "full_page_writes=on"]),
    );
    expect(Object.keys(environment!)).not.toContain("POSTGRES_PASSWORD");
    expect(environment!["POSTGRES_PASSWORD_FILE"]).toBe(`/run/secrets/${secrets![0]!}`);
    // The image of version 18 moved its data; before, a volume there would have stayed empty.
    expect(image).toMatch(/^postgres:(1[89]|[2-9]\d)\./);
    expect(volumes).toEqual(["postgres-data:/var/lib/postgresql"]);
  });
});

describe("docker/nginx.conf", () => {
  const conf = read("docker/nginx.conf");
  const main = parseNginx(conf);
  const http = blockOf(main, "http");
  const upstream = blockOf(http, "upstream", "gateways");
  const server = blockOf(http, "server");
  const webhook = blockOf(server, "location", "=", "/api/gateway/waha");
  const seconds = (text: string): number => Number(/^(\d+)s$/.exec(text)![1]);

  it("has several gateways, each at the port of the image, over connections that the gateway keeps for longer", () => {
    const servers = wordsOf(upstream, "server").map(([address]) => address!);
    expect(servers.length).toBeGreaterThan(1);
    for (const address of servers) expect(address.split(":")[1]).toBe(backend.environment!["PORT"]);
    expect(wordsOf(upstream, "keepalive")).toHaveLength(1);
    expect(seconds(wordsOf(upstream, "keepalive_timeout")[0]![0]!) * 1_000).toBeLessThan(KEEP_ALIVE_MS);
    expect(wordsOf(server, "proxy_http_version")).toEqual([["1.1"]]);
    expect(wordsOf(server, "proxy_set_header")).toContainEqual(["Connection", ""]);
    expect(conf).toContain("docs/contract.md");
  });

  it("tells the gateway who asks, and how many proxies to trust", () => {
    expect(wordsOf(server, "proxy_set_header")).toContainEqual([
      ...["X-Forwarded-For", "$proxy_add_x_forwarded_for"],
    ]);
    const named = [...conf.matchAll(/^#? +([A-Z_]+)=(\S+)/gm)].map(([, name, value]) => [name!, value!]);
    expect(named.map(([name]) => name)).toEqual(["TRUST_PROXY", "PUBLIC_URL", "WEBHOOK_URL"]);
    expect(named.filter(([name]) => !isSetting(name!))).toEqual([]);
    const { TRUST_PROXY, WEBHOOK_URL } = Object.fromEntries(named) as Record<string, string>;
    expect(parseSettings({ TRUST_PROXY }, "/").trustedProxies).toBe(1);
    const { port, pathname } = new URL(WEBHOOK_URL!);
    expect([[port], pathname]).toEqual([wordsOf(server, "listen")[0], webhook.words.at(-1)]);
    // A location that sets one header of its own would lose all that are set above it.
    for (const { children = [] } of server.children!.filter(({ name }) => name === "location"))
      expect(children.map(({ name }) => name)).not.toContain("proxy_set_header");
  });

  it("takes the bodies that the gateway takes, in memory", () => {
    expect(wordsOf(server, "client_max_body_size")).toEqual([[`${WEBHOOK_BODY_LIMIT_BYTES / 2 ** 20}m`]]);
    expect(wordsOf(server, "client_body_buffer_size")).toEqual(wordsOf(server, "client_max_body_size"));
  });

  it("repeats what a gateway has had for webhooks alone", () => {
    expect(wordsOf(server, "proxy_next_upstream")).toEqual([["error", "timeout"]]);
    expect(wordsOf(webhook, "proxy_next_upstream")).toEqual([
      ["error", "timeout", "http_503", "non_idempotent"],
    ]);
    const others = server.children!.filter((each) => each.name === "location" && each !== webhook);
    expect(others.flatMap((each) => wordsOf(each, "proxy_next_upstream"))).toEqual([]);
    for (const block of [server, webhook])
      expect(wordsOf(block, "proxy_next_upstream_tries")).toEqual([["2"]]);
  });

  it("waits for as long as the gateway may take", () => {
    // `tenants remove` waits for 280 s.
    expect(seconds(wordsOf(server, "proxy_read_timeout")[0]![0]!)).toBeGreaterThan(280);
    expect(seconds(wordsOf(webhook, "proxy_read_timeout")[0]![0]!)).toBeLessThanOrEqual(15);
  });

  it("answers in the format of the gateway's errors where it answers by itself", () => {
    const codes = server
      .children!.filter(({ name }) => name === "location")
      .flatMap((location) => wordsOf(location, "return"))
      .map(([status, body]) => [status, (JSON.parse(body!) as Record<string, unknown>)["code"]]);
    expect(codes).toEqual([
      ["404", "not_found"],
      ["413", "payload_too_large"],
      ["503", "unavailable"],
    ]);
    const pages = wordsOf(server, "error_page").map((words) => words.at(-1)!);
    for (const page of pages) blockOf(server, "location", page);
    expect(pages).toEqual(["@too_large", "@unavailable"]);
  });

  it("sends every request to the gateways that there are", () => {
    const passed = server.children!.flatMap((each) => wordsOf(each, "proxy_pass"));
    expect(new Set(passed.flat())).toEqual(new Set([`http://${upstream.words[0]!}`]));
    expect(passed).toHaveLength(3);
  });
});

interface Directive {
  readonly name: string;
  readonly words: readonly string[];
  /** Of a block. */
  readonly children?: readonly Directive[];
}

/** What nginx reads: words, in quotes or not, each directive ended by `;` or by a block. */
function parseNginx(text: string): Directive {
  const tokens = [...text.matchAll(/#.*|"([^"]*)"|'([^']*)'|([{};])|[^\s{};"'#]+/g)].filter(
    ([token]) => !token.startsWith("#"),
  );
  let at = 0;
  const block = (isRoot: boolean): Directive[] => {
    const directives: Directive[] = [];
    let words: string[] = [];
    for (;;) {
      const token = tokens[at++];
      if (token === undefined) {
        expect([isRoot, words]).toEqual([true, []]);
        return directives;
      }
      const [raw, double, single, sign] = token;
      if (sign === undefined) {
        words.push(double ?? single ?? raw);
        continue;
      }
      if (sign === "}") {
        expect([isRoot, words]).toEqual([false, []]);
        return directives;
      }
      const [name = "", ...rest] = words;
      words = [];
      directives.push({ name, words: rest, ...(sign === "{" ? { children: block(false) } : {}) });
    }
  };
  return { name: "main", words: [], children: block(true) };
}

function blockOf({ children = [] }: Directive, name: string, ...words: readonly string[]): Directive {
  const found = children.filter(
    (each) => each.name === name && each.children !== undefined && words.join(" ") === each.words.join(" "),
  );
  expect([name, words, found.length]).toEqual([name, words, 1]);
  return found[0]!;
}

function wordsOf({ children = [] }: Directive, name: string): readonly (readonly string[])[] {
  return children.filter((each) => each.name === name).map(({ words }) => words);
}

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
