/**
 * An example of a tenant's handler, to be copied: what a business needs to answer its contacts through the
 * gateway. It checks the signature, knows a message that comes again, and replies in its answer.
 *
 *   WEBHOOK_SECRET=whsec_… node agent-2.js [port]
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

/** What the gateway sends, as far as this handler uses it. */
interface GatewayEvent {
  readonly type: string;
  readonly data: {
    readonly is_new_session: boolean;
    readonly contact: { readonly name?: string };
    readonly message: { readonly type: string; readonly text?: string };
  };
}

type Answer = { readonly replies: readonly { readonly text: string }[] };

const LARGEST_BODY_BYTES = 1024 * 1024;
const MOST_ANSWERS_KEPT = 10_000;

const port = Number(process.argv[2] ?? process.env["PORT"] ?? 0);
/** Made by the gateway for this tenant and known to nobody else. Without one nothing starts: anybody could write. */
const secret = process.env["WEBHOOK_SECRET"];
if (!secret) {
  process.stderr.write("WEBHOOK_SECRET is not set\n");
  process.exit(2);
}
const webhook = new Webhook(secret);

/**
 * The gateway delivers at least once, so a message may come again, with the same webhook-id. It then gets the
 * same answer. A real business keeps these where they survive a restart.
 */
const answers = new Map<string, Answer>();

const server = createServer((request, response) => {
  handle(request).then(
    ({ status, body }) => {
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    },
    (error: unknown) => {
      process.stderr.write(`A request failed: ${String(error)}\n`);
      // Anything but 2xx and a few refusals makes the gateway try again later.
      response.writeHead(500).end();
    },
  );
});

async function handle(request: IncomingMessage): Promise<{ status: number; body?: object }> {
  const body = await readBody(request);
  if (body === undefined) return { status: 413 };
  const event = verified(body, request);
  // Not from the gateway: anybody could have sent it.
  if (event === undefined) return { status: 401, body: { error: "The signature is missing or wrong" } };
  // There are other types of events, and there will be more. What is not known here is just taken.
  if (event.type !== "message.received") return { status: 200, body: { replies: [] } };

  const id = String(request.headers["webhook-id"]);
  const answer = answers.get(id) ?? { replies: converse(event.data).map((text) => ({ text })) };
  remember(id, answer);
  return { status: 200, body: answer };
}

/** The signature is over the bytes as they came, so the body is verified before it is read as JSON. */
function verified(body: Buffer, { headers }: IncomingMessage): GatewayEvent | undefined {
  try {
    return webhook.verify(body, headers as Record<string, string>) as GatewayEvent;
  } catch {
    return undefined;
  }
}

function remember(id: string, answer: Answer): void {
  answers.set(id, answer);
  if (answers.size > MOST_ANSWERS_KEPT) answers.delete(answers.keys().next().value!);
}

/** What Agent 2 says. Each text becomes a message to the contact, in this order. */
function converse({ is_new_session: isNew, contact, message }: GatewayEvent["data"]): string[] {
  const text = message.text?.toLowerCase() ?? "";
  if (isNew) {
    const name = contact.name === undefined ? "" : ` ${contact.name}`;
    return [`Welcome${name}! I am Agent 2's assistant. Are you looking to buy or to rent?`];
  }
  if (message.type !== "text") return ["Thank you, I am passing this on to a colleague."];
  if (/\b(rent|buy)\b/.test(text)) return ["Good. How many bedrooms do you need, and in which area?"];
  if (/\bbedrooms?\b/.test(text)) {
    return [
      "Two flats fit: Marina Heights, 95 m², 120,000 AED a year, and Bay Central, 88 m², 110,000 AED a year.",
      "Would you like to see one of them?",
    ];
  }
  if (/\b(see|view|visit)\b/.test(text)) return ["With pleasure. Which day and time suit you?"];
  if (/\b(morning|afternoon|evening|noon|[0-9]{1,2}\s?[ap]m)\b/.test(text)) {
    return ["That is arranged. A colleague will meet you at the entrance."];
  }
  return ["I am here to help you find a home. Would you like to tell me more about it?"];
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

server.listen(port, "127.0.0.1", () => {
  process.stdout.write(`listening http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
