import { createInterface } from "node:readline";
import type { DemoHouse } from "./demo-house.js";
import { Conversation } from "./conversation.js";
import type { Transcript } from "./transcript.js";

/** Says what can be tried, and lets whoever sits at the terminal write as any contact. Never resolves. */
export async function keepRunning(house: DemoHouse, transcript: Transcript): Promise<never> {
  const { gateway } = house;
  transcript.line("\nAll of it keeps running until Ctrl-C. To try in another terminal:\n");
  transcript.block(
    [
      `KEY=$(cat ${gateway.adminKeyFile})`,
      `curl -H "X-Api-Key: $KEY" ${gateway.url}/api/gateway/stats`,
      `curl -H "X-Api-Key: $KEY" ${gateway.url}/api/gateway/user/971501234567/tenant`,
      `curl -H "X-Api-Key: $KEY" -X DELETE ${gateway.url}/api/gateway/user/971501234567/mapping`,
      `cat ${gateway.mappingFile}`,
    ].join("\n"),
  );
  transcript.line("\nOr write here as any contact, a phone number and a text:\n");
  transcript.block("+971502223344 start_realty_2");
  transcript.line();
  await Promise.all([readContacts(house, transcript), tellReplies(house, transcript)]);
  return new Promise(() => undefined);
}

async function readContacts({ waha }: DemoHouse, transcript: Transcript): Promise<void> {
  const talk = new Conversation({ waha, transcript });
  for await (const line of createInterface({ input: process.stdin })) {
    const [, phone, text] = /^\s*(\S+)\s+(\S.*)$/.exec(line) ?? [];
    if (phone === undefined || text === undefined) {
      transcript.note("A phone number, a space, and a text, please");
      continue;
    }
    try {
      await talk.says({ name: phone, phone }, text);
    } catch (error) {
      transcript.note(error instanceof Error ? error.message : String(error));
    }
  }
}

async function tellReplies({ waha }: DemoHouse, transcript: Transcript): Promise<never> {
  for (;;) {
    const { chatId, text = "" } = await waha.nextSent();
    transcript.says("tenant", "reply", `to ${chatId.replace(/@.*/, "")}: ${text}`);
  }
}
