/** An id of WAHA, `<fromMe>_<chat id>_<WhatsApp id>[_<participant>]`, taken apart. */
export interface WahaMessageId {
  /** WhatsApp's own id, the same in whichever form the chat is named; the whole id where it has another form. */
  readonly bareId: string;
  readonly fromMe?: boolean;
  readonly chatId?: string;
}

// Chat ids and participants are addresses, which have an `@` and no underscore; a WhatsApp id has no `@`.
const FULL_ID = /^(true|false)_([^_@]+@[^_@]+)_([^@]+?)(?:_[^_@]+@[^_@]+)?$/;

/** Reads from the front, so that an underscore inside the WhatsApp id would stay in it. */
export function parseWahaMessageId(id: string): WahaMessageId {
  const parts = FULL_ID.exec(id);
  return parts === null
    ? { bareId: id }
    : { bareId: parts[3]!, fromMe: parts[1] === "true", chatId: parts[2]! };
}
