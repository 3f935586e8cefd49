/** As many changes as WAHA tells of, in its forms as described. They have not been recorded. */
const envelope = {
  session: "default",
  timestamp: 1795452400123,
  me: { id: "971557357753@c.us" },
  engine: "NOWEB",
};

/** A message that changes another: it has an id and a time of its own. */
const change = {
  id: "false_971501234567@c.us_3EB0C1",
  timestamp: 1795452400,
  from: "971501234567@c.us",
  fromMe: false,
  source: "app",
  _data: {
    key: { remoteJid: "971501234567@s.whatsapp.net", fromMe: false, id: "3EB0C1" },
    pushName: "Mohamed",
  },
};

export const changeEvents = {
  edited: {
    ...envelope,
    id: "evt_edited",
    event: "message.edited",
    payload: { ...change, body: "a villa, not a flat", editedMessageId: "3EB0A0000000000000000002" },
  },
  revoked: {
    ...envelope,
    id: "evt_revoked",
    event: "message.revoked",
    payload: {
      after: { ...change, body: null },
      before: null,
      revokedMessageId: "3EB0A0000000000000000002",
      _data: {},
    },
  },
  reaction: {
    ...envelope,
    id: "evt_reaction",
    event: "message.reaction",
    payload: {
      ...change,
      to: "971557357753@c.us",
      reaction: { text: "👍", messageId: "false_971501234567@c.us_3EB0A0000000000000000002" },
    },
  },
  acknowledged: {
    ...envelope,
    id: "evt_ack",
    event: "message.ack",
    payload: {
      id: "true_971501234567@c.us_3EB0B1",
      from: "971501234567@c.us",
      fromMe: true,
      ack: 3,
      ackName: "READ",
    },
  },
} as const;
