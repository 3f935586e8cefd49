import { parsePhoneNumber, type PhoneNumber } from "@gateway-router/core";
import { WEBHOOK_EVENTS, WEBHOOKS_RETRIED_SECONDS, type DeploymentReport } from "@gateway-router/waha";
import encodeQR from "qr";
import type { GatewayConfig } from "../config/gateway-config.js";
import type { DeployStep } from "./deploy.js";
import type { TestEventOutcome } from "./send-test-event.js";
import { isHardlyReached } from "./waha-advice.js";

/** What a person is shown of a step. */
export function deployStepText(step: DeployStep, config: GatewayConfig): string {
  switch (step.kind) {
    case "deployed":
      return `${deployedText(step.report, step.webhookUrl, config)}${lookalikesText(step.lookalikes, config)}`;
    case "status":
      return `The session is ${step.status}\n`;
    case "qr":
      return `${encodeQR(step.value, "ascii", { border: 2 })}\nOn the phone of the shared number: WhatsApp > Linked devices > Link a device, then scan this code.\nIt is replaced when it runs out.\n`;
    case "pairing_code":
      return `On the phone of the shared number: WhatsApp > Linked devices > Link with phone number, then type ${step.code}\n`;
    case "unavailable":
      return `Waiting: ${step.error}\n`;
    case "working": {
      const { me } = step.session;
      const name = me?.pushName === undefined ? "" : ` (${me.pushName})`;
      return `✓ The session is WORKING: ${numberOf(me?.id) ?? "the number is not known yet"}${name}\n`;
    }
    case "test_event":
      return `${testEventText(step.outcome)}\n${nextStepText(step.outcome, config)}`;
  }
}

/** The paired number, in digits. */
export function numberOf(me: string | undefined): PhoneNumber | undefined {
  return me === undefined ? undefined : parsePhoneNumber(me);
}

function deployedText(report: DeploymentReport, webhookUrl: string, { waha }: GatewayConfig): string {
  const { version, engine } = report.version;
  const server = `✓ WAHA ${version}${engine === undefined ? "" : ` (${engine})`} at ${waha.url} takes the API key\n`;
  const name = `session ${waha.session}`;
  if (report.kind === "unchanged") {
    return `${server}✓ Nothing to change: ${name} is configured, its webhook is ${webhookUrl}\n`;
  }
  const minutes = Math.floor(WEBHOOKS_RETRIED_SECONDS / 60);
  const signed = waha.hmacKey === undefined ? "unsigned" : "signed";
  const lines = [
    ...(report.wasCreated ? [`✓ Made ${name}`] : []),
    ...(report.differences.length > 0
      ? [
          `✓ Configured ${name} (${report.differences.join(", ")}), and read it back`,
          `  webhook ${webhookUrl}: ${WEBHOOK_EVENTS.length} kinds of events, ${signed}, retried for at least ${minutes} minutes`,
        ]
      : []),
    ...(report.wasStarted ? [`✓ Started ${name}`] : []),
    ...(report.wasRestarted ? [`✓ Restarted ${name}, which had FAILED`] : []),
  ];
  return `${server}${lines.map((line) => `${line}\n`).join("")}${unreachableText(webhookUrl, waha.url)}${unsignedText(waha.hmacKey)}`;
}

/** What may be another gateway's is left to whoever knows. */
function lookalikesText(lookalikes: readonly string[], { waha }: GatewayConfig): string {
  return lookalikes
    .map(
      (url) =>
        `! Session ${waha.session} sends its events to ${url} as well. If that is an earlier address of this gateway, take it out of the session's webhooks in WAHA: WAHA keeps trying it\n`,
    )
    .join("");
}

function unreachableText(webhookUrl: string, wahaUrl: string): string {
  return isHardlyReached({ webhookUrl, wahaUrl })
    ? `! WAHA at ${wahaUrl} can hardly reach ${webhookUrl}: set WEBHOOK_URL to an address it reaches\n`
    : "";
}

function unsignedText(hmacKey: string | undefined): string {
  return hmacKey === undefined
    ? "! WAHA_HMAC_KEY is not set: whoever reaches the gateway can speak for any contact, and a contact's second name is not learnt from webhooks\n"
    : "";
}

function testEventText(outcome: TestEventOutcome): string {
  switch (outcome.kind) {
    case "went_through":
      return "✓ A signed test event went through to the gateway";
    case "refused":
      return "✗ The gateway refused a signed test event";
    case "not_the_gateway":
      return `! What answers at the webhook's address is not the gateway (${outcome.answer}): is WEBHOOK_URL right?`;
    case "unreachable":
      return `! The gateway does not answer a test event from here (${outcome.error}): start it, or, where only WAHA can reach WEBHOOK_URL, look at its log`;
  }
}

function nextStepText({ kind }: TestEventOutcome, { deepLinkPrefix }: GatewayConfig): string {
  return kind === "went_through"
    ? `Next: send ${deepLinkPrefix}<tenant id> to the shared number from another phone, or share a tenant's link. npx gateway status shows how it goes.\n`
    : "Next: npm start, then npx gateway status.\n";
}
