import { QUICK_TIMINGS } from "../simulated-waha/waha-timings.js";
import { SimulatedWaha } from "../simulated-waha/simulated-waha.js";
import { WebhookReceiver } from "../testing/webhook-receiver.js";
import { Conversation } from "./conversation.js";
import { Transcript } from "./transcript.js";

const MOHAMED = { name: "Mohamed", phone: "971501234567" };

describe("a conversation", () => {
  let waha: SimulatedWaha;
  let gateway: WebhookReceiver;
  let text: string;
  let talk: Conversation;
  beforeEach(async () => {
    text = "";
    gateway = await WebhookReceiver.start();
    waha = await SimulatedWaha.start({ apiKey: "key", timings: QUICK_TIMINGS });
    await waha.pairAtOnce(
      { phone: "971557357753" },
      { webhooks: [{ url: gateway.url, events: ["message.any"], retries: { attempts: 0 } }] },
    );
    const transcript = new Transcript({ write: (part) => (text += part), isColoured: false });
    talk = new Conversation({ waha, transcript });
  });
  afterEach(async () => {
    await waha.stop();
    await gateway.close();
  });

  function answerWith(status: number, body: object): void {
    gateway.answer = (response) => response.writeHead(status).end(JSON.stringify(body));
  }

  async function tenantReplies(reply: string): Promise<void> {
    await fetch(`${waha.url}/api/sendText`, {
      method: "POST",
      headers: { "X-Api-Key": "key", "Content-Type": "application/json" },
      body: JSON.stringify({ session: "default", chatId: "971501234567@c.us", text: reply }),
    });
  }

  it("prints who says what, and what the gateway made of it", async () => {
    const routed = { status: "routed", tenant_id: 2, is_new_session: true };
    answerWith(200, routed);
    await talk.saysAndIsRouted(MOHAMED, "start_realty_2", routed);
    await tenantReplies("Welcome!");
    await talk.hears(MOHAMED, "Agent 2", /^Welcome/);
    expect(text.split("\n")).toEqual([
      "   Mohamed    ▸ start_realty_2",
      "   gateway      routed to tenant 2, a new session",
      "   Agent 2    ◂ Welcome!",
      "",
    ]);
  });

  it("fails where the gateway answers something else", async () => {
    answerWith(200, { status: "unmapped" });
    await expect(
      talk.saysAndIsRouted(MOHAMED, "start_realty_2", { status: "routed", tenant_id: 2 }),
    ).rejects.toThrow('was to be {"status":"routed","tenant_id":2}, but is {"status":"unmapped"}');
  });

  it("fails where the webhook is not taken", async () => {
    answerWith(401, { status: "error" });
    await expect(talk.says(MOHAMED, "Hello")).rejects.toThrow('was answered 401: {"status":"error"}');
  });

  it("fails where the contact hears something else", async () => {
    await tenantReplies("Goodbye!");
    await expect(talk.hears(MOHAMED, "Agent 2", /^Welcome/)).rejects.toThrow("but got: Goodbye!");
  });
});
