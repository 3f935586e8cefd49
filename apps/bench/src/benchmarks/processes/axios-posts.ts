import { Agent } from "node:http";
import axios from "axios";
import { atATime } from "../at-a-time.js";
import { mappingAt, messageAt } from "../messages.js";
import { carryOut } from "../orders.js";

export type AxiosPostsOrders = typeof orders;

/** The yardstick of deliveries: the same bodies posted by axios over agents of the same kind, and nothing around it. */
const httpAgent = new Agent({ keepAlive: true, timeout: 4_000, maxFreeSockets: 64 });
const headers = { "content-type": "application/json" };

const orders = {
  /** Answers how many a second. */
  async post({ port, messages, contacts, width }: PostOrder): Promise<number> {
    const tookMs = await atATime({ pieces: messages, width }, (index) => {
      const { tenantId } = mappingAt(index % contacts);
      return axios.post(`http://127.0.0.1:${port}/tenant/${tenantId}`, bodyOf(index, index % contacts), {
        httpAgent,
        headers,
      });
    });
    return (messages * 1_000) / tookMs;
  },
};

interface PostOrder {
  readonly port: number;
  readonly messages: number;
  readonly contacts: number;
  readonly width: number;
}

/** As the dispatcher makes it. */
function bodyOf(number: number, contact: number): object {
  const { generation, tenantId, contact: phone } = mappingAt(contact);
  const { content, sentAtMs, contactName } = messageAt(number, contact, "Is it still there?");
  const timestamp = new Date(sentAtMs).toISOString();
  return {
    type: "message.received",
    timestamp,
    data: {
      ...{ tenant_id: tenantId, phone_number: phone, is_new_session: false },
      ...{ contact: { id: generation, name: contactName }, message: { ...content, timestamp } },
    },
  };
}

carryOut(orders);
