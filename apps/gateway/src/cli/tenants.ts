import { parseTenantId, type TenantId } from "@gateway-router/core";
import { InvalidArgumentError, type Command } from "commander";
import { loadConfig } from "../config/load-config.js";
import { inOneLine } from "./in-one-line.js";
import { administerTenants, type Answer } from "./tenant-administration.js";

interface AddOptions {
  readonly name?: string;
  readonly url?: string;
  readonly inactive?: boolean;
  readonly json?: boolean;
}

interface RotateOptions {
  readonly overlapHours?: number;
  readonly json?: boolean;
}

interface RemoveOptions {
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `gateway tenants …`: who the tenants are, while a gateway runs on the data and while none does. */
export function addTenantsCommand(program: Command, out: (text: string) => void): void {
  const tenants = program
    .command("tenants")
    .description("who the tenants are; through the gateway while it runs, on its files while it does not");
  const say = (answer: object, json: boolean | undefined, text: string): void =>
    out(json === true ? `${JSON.stringify(answer)}\n` : text);

  tenants
    .command("list")
    .description("list the tenants in the directory")
    .option("--json", "answer as JSON")
    .action(async ({ json }: { readonly json?: boolean }) => {
      const items = await administerTenants(loadConfig(), (administration) => administration.list());
      say({ items }, json, listText(items));
    });

  tenants
    .command("add")
    .description("add a tenant, and show its secret and token, once")
    .argument("<id>", "a positive integer, never used before", tenantId)
    .option("--name <text>", "what people call it")
    .option("--url <url>", "where its handler listens; left out: by TENANT_URL_TEMPLATE")
    .option("--inactive", "takes no contacts yet")
    .option("--json", "answer as JSON")
    .action(async (id: TenantId, { name, url, inactive = false, json }: AddOptions) => {
      const tenant = {
        ...(name === undefined ? {} : { name }),
        ...(url === undefined ? {} : { url }),
        active: !inactive,
      };
      const answer = await administerTenants(loadConfig(), (each) => each.add(id, tenant), { isFirst: true });
      say(answer, json, `Added tenant ${id}${inactive ? ", inactive" : ""}.\n${credentialsText(answer)}`);
    });

  tenants
    .command("rotate")
    .description("give a tenant a new secret and token, and show them, once")
    .argument("<id>", "the tenant", tenantId)
    .option("--overlap-hours <hours>", "how long the old ones stay good: 0 to 168 (default: 24)", wholeNumber)
    .option("--json", "answer as JSON")
    .action(async (id: TenantId, { overlapHours, json }: RotateOptions) => {
      const answer = await administerTenants(loadConfig(), (each) => each.rotate(id, overlapHours));
      const until = answer["overlap_until"];
      const end = typeof until === "string" ? `are good until ${until}` : "ended";
      say(
        answer,
        json,
        `Tenant ${id} has a new secret and token; the old ones ${end}.\n${credentialsText(answer)}`,
      );
    });

  tenants
    .command("remove")
    .description("remove a tenant for good: its id is never given again")
    .argument("<id>", "the tenant", tenantId)
    .option("--force", "also where it has contacts: they go free, and what waits for it becomes dead letters")
    .option("--json", "answer as JSON")
    .action(async (id: TenantId, { force = false, json }: RemoveOptions) => {
      const answer = await administerTenants(loadConfig(), (each) => each.remove(id, force));
      const freed = Number(answer["unlocked_users"]);
      const text = freed === 0 ? "" : ` ${freed} ${freed === 1 ? "contact" : "contacts"} went free.`;
      say(answer, json, `Removed tenant ${id}.${text}\n`);
    });
}

function tenantId(text: string): TenantId {
  const id = parseTenantId(text);
  if (id === undefined) throw new InvalidArgumentError("It must be a positive integer.");
  return id;
}

function wholeNumber(text: string): number {
  if (!/^[0-9]{1,4}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

function credentialsText({ secret, token }: Answer): string {
  return `Secret: ${String(secret)}\nToken:  ${String(token)}\nNobody can show the token again; a rotation makes new ones.\n`;
}

function listText(items: readonly Answer[]): string {
  if (items.length === 0) return "There are no tenants in the directory.\n";
  const rows = [
    ["ID", "ACTIVE", "NAME", "URL"],
    ...items.map(({ id, active, name, url }) => [
      id,
      active === true ? "yes" : "no",
      name ?? "-",
      url ?? "-",
    ]),
  ].map((row) => row.map(inOneLine));
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  "));
  return `${lines.join("\n")}\n`;
}
