import { readFile } from "node:fs/promises";
import { deepLinkUrl, parsePhoneNumber, parseTenantId } from "@gateway-router/core";
import { Conversation, type Contact } from "./conversation.js";
import { eventually, STEP_MS, within } from "./deadline.js";
import type { DemoHouse } from "./demo-house.js";
import { StepFailed } from "./step-failed.js";
import type { Transcript } from "./transcript.js";

const NUMBER = "971557357753";
const MOHAMED: Contact = { name: "Mohamed", phone: "971501234567" };
const SARA: Contact = { name: "Sara", phone: "971509876543" };
const STRANGER: Contact = { name: "Stranger", phone: "971509999999" };

interface Stage extends DemoHouse {
  readonly transcript: Transcript;
  readonly talk: Conversation;
}

/** The whole journey. Rejects with the first step that does not come to what it should. */
export async function playJourney(house: DemoHouse, transcript: Transcript): Promise<void> {
  const stage: Stage = {
    ...house,
    transcript,
    talk: new Conversation({ waha: house.waha, transcript }),
  };
  tellWhoRuns(stage);
  await connectTheNumber(stage);
  await mohamedMeetsAgent2(stage);
  await saraMeetsAgent55(stage);
  await mohamedStaysWithAgent2(stage);
  await strangerIsIgnored(stage);
  await agent2GoesDownAndComesBack(stage);
  await showTheBooks(stage);
}

function tellWhoRuns({ transcript, waha, gateway, agent2, agent55 }: Stage): void {
  transcript.line("One WhatsApp number, two businesses, and the gateway between them. All of it runs here:");
  transcript.note(`WAHA       ${waha.url} (simulated: no WhatsApp behind it)`);
  transcript.note(`gateway    ${gateway.url}`);
  transcript.note(`Agent 2    ${agent2.url} (TypeScript)`);
  transcript.note(
    agent55 === undefined
      ? "Agent 55   is not there: it is written in Python, and there is no python3 on this machine"
      : `Agent 55   ${agent55.url} (Python)`,
  );
}

async function connectTheNumber({ transcript, waha, wahaApiKey, hmacKey, gateway }: Stage): Promise<void> {
  transcript.scene("The number is connected");
  const webhook = {
    url: `${gateway.url}/api/gateway/waha`,
    events: ["message.any", "session.status"],
    hmac: { key: hmacKey },
  };
  const call = async (method: string, path: string, body: object): Promise<void> => {
    const response = await fetch(`${waha.url}${path}`, {
      method,
      headers: { "X-Api-Key": wahaApiKey, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok)
      throw new StepFailed(`WAHA answered ${method} ${path} with ${response.status}: ${text}`);
  };
  transcript.note("PUT /api/sessions/default tells WAHA to send its webhooks, signed, to the gateway");
  await call("PUT", "/api/sessions/default", { config: { webhooks: [webhook] } });
  transcript.note("POST /api/sessions/default/start makes it show a QR code, which the phone scans");
  await call("POST", "/api/sessions/default/start", {});
  await within(STEP_MS, "The session works", waha.scanQrCode({ phone: NUMBER }));
  transcript.note(`The session is ${waha.status} as +${NUMBER}`);
}

async function mohamedMeetsAgent2({ transcript, talk, agent2 }: Stage): Promise<void> {
  transcript.scene("Mohamed opens agent 2's link");
  await talk.saysAndIsRouted(MOHAMED, openLink(2, MOHAMED, transcript), {
    status: "routed",
    tenant_id: 2,
    is_new_session: true,
  });
  await talk.hears(MOHAMED, agent2.name, /^Welcome Mohamed! I am Agent 2's assistant\./);
  await talk.saysAndIsRouted(MOHAMED, "I want to rent an apartment", toTenant(2));
  await talk.hears(MOHAMED, agent2.name, /How many bedrooms/);
  await talk.saysAndIsRouted(MOHAMED, "Two bedrooms, in Dubai Marina please", toTenant(2));
  await talk.hears(MOHAMED, agent2.name, /^Two flats fit/);
  await talk.hears(MOHAMED, agent2.name, /see one of them/);
}

async function saraMeetsAgent55({ transcript, talk, agent55 }: Stage): Promise<void> {
  if (agent55 === undefined) return;
  transcript.scene("Sara opens agent 55's link, at the same number");
  await talk.saysAndIsRouted(SARA, openLink(55, SARA, transcript), {
    status: "routed",
    tenant_id: 55,
    is_new_session: true,
  });
  await talk.hears(SARA, agent55.name, /^Hello Sara, this is Agent 55/);
  await talk.saysAndIsRouted(SARA, "I need an office in Dubai", toTenant(55));
  await talk.hears(SARA, agent55.name, /For how many people/);
}

async function mohamedStaysWithAgent2({ transcript, talk, agent2 }: Stage): Promise<void> {
  transcript.scene("Mohamed tries agent 55's link, and stays with agent 2: the first contact wins");
  await talk.saysAndIsRouted(MOHAMED, openLink(55, MOHAMED, transcript), toTenant(2));
  await talk.hears(MOHAMED, agent2.name, /help you find a home/);
}

async function strangerIsIgnored({ transcript, talk }: Stage): Promise<void> {
  transcript.scene("Somebody without a link writes, and gets no answer");
  await talk.saysAndIsRouted(STRANGER, "Hello, who is this?", { status: "unmapped" });
}

async function agent2GoesDownAndComesBack(stage: Stage): Promise<void> {
  const { transcript, talk, agent2, agent55, gateway } = stage;
  transcript.scene("Agent 2's backend goes down and comes back: nothing is lost, nothing overtakes");
  await agent2.stop();
  transcript.note("Agent 2's backend is down");
  await talk.saysAndIsRouted(MOHAMED, "Can I see the first one?", toTenant(2));
  await talk.saysAndIsRouted(MOHAMED, "Tomorrow at 4 pm would be good", toTenant(2));
  const waiting = await eventually(
    STEP_MS,
    "The gateway keeps both messages and tries to deliver",
    async () => {
      const messages = await gateway.admin.pendingMessages(2);
      return messages.length === 2 && messages[0]!.attempts > 0 ? messages : undefined;
    },
  );
  transcript.says(
    "gateway",
    "gateway",
    `keeps ${waiting.length} messages for tenant 2: ${waiting[0]!.last_error ?? ""}`,
  );
  if (agent55 !== undefined) {
    transcript.note("Agent 55 and Sara notice nothing of it");
    await talk.saysAndIsRouted(SARA, "For 12 people", toTenant(55));
    await talk.hears(SARA, agent55.name, /Business Bay fits best/);
  }
  await agent2.start();
  transcript.note("Agent 2's backend is back");
  await talk.hears(MOHAMED, agent2.name, /Which day and time/);
  await talk.hears(MOHAMED, agent2.name, /That is arranged/);
}

async function showTheBooks({ transcript, waha, gateway, agent55 }: Stage): Promise<void> {
  transcript.scene("What the gateway knows by now");
  transcript.note("GET /api/gateway/stats");
  transcript.block(JSON.stringify(await gateway.admin.stats(), null, 2));
  const mapping = { [MOHAMED.phone]: 2, ...(agent55 === undefined ? {} : { [SARA.phone]: 55 }) };
  const text = await eventually(STEP_MS, "The mapping file names every contact", async () => {
    const json = await readFile(gateway.mappingFile, "utf8").catch(() => "{}");
    return isSameMapping(JSON.parse(json) as object, mapping) ? json : undefined;
  });
  transcript.note(gateway.mappingFile);
  transcript.block(text);
  const toStranger = waha.sent.filter(({ chatId }) => chatId === `${STRANGER.phone}@c.us`);
  if (toStranger.length > 0) throw new StepFailed("The stranger got a message");
}

function openLink(tenantId: number, contact: Contact, transcript: Transcript): string {
  const url = deepLinkUrl({
    phoneNumber: parsePhoneNumber(NUMBER)!,
    prefix: "start_realty_",
    tenantId: parseTenantId(String(tenantId))!,
  });
  transcript.note(`${contact.name} opens ${url} and presses "send"`);
  return new URL(url).searchParams.get("text")!;
}

function toTenant(id: number): {
  readonly status: string;
  readonly tenant_id: number;
  readonly is_new_session: false;
} {
  return { status: "routed", tenant_id: id, is_new_session: false };
}

function isSameMapping(file: object, expected: object): boolean {
  const entries = (mapping: object): string => JSON.stringify(Object.entries(mapping).sort());
  return entries(file) === entries(expected);
}
