import {
  isReplyMediaUrl,
  isReplyTextTooLong,
  LONGEST_FILENAME,
  LONGEST_MEDIA_URL,
  MAX_REPLIES_PER_DELIVERY,
  MAX_REPLY_TEXT_LENGTH,
  type ReplyContent,
} from "@gateway-router/core";

export type HandlerAnswer =
  | { readonly kind: "readable"; readonly replies: readonly ReplyContent[] }
  /** `fault` says what is wrong with it, for the tenant's developers. */
  | { readonly kind: "unreadable"; readonly fault: string };

/**
 * Reads the body of a handler's 2xx answer: nothing at all, `{"reply": "…"}`, or `{"replies": […]}`.
 * An answer that breaks a bound is unreadable as a whole, since half of what a tenant said is not what it said.
 *
 * Fields beside the known ones are ignored. `null` and a blank text mean that there is nothing to send, as
 * many JSON libraries write a field that was not set. Never throws, whatever the text.
 */
export function readHandlerAnswer(text: string): HandlerAnswer {
  if (text.trim() === "") return readable([]);
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return unreadable(`the answer is not JSON, it begins with ${quote(text)}`);
  }
  if (!isObject(answer)) return unreadable(`the answer is ${kindOf(answer)}, not an object`);
  if (answer["reply"] === undefined && answer["replies"] === undefined) {
    return unreadable("the answer has neither reply nor replies");
  }
  const single = readText(answer["reply"], "reply");
  if (single.kind === "unreadable") return single;
  const several = readList(answer["replies"]);
  if (several.kind === "unreadable") return several;
  if (single.replies.length > 0 && several.replies.length > 0) {
    return unreadable("the answer has both reply and replies");
  }
  return readable([...single.replies, ...several.replies]);
}

function readList(list: unknown): HandlerAnswer {
  if (!isPresent(list)) return readable([]);
  if (!Array.isArray(list)) return unreadable(`replies is ${kindOf(list)}, not a list`);
  if (list.length > MAX_REPLIES_PER_DELIVERY) {
    return unreadable(`the answer has ${list.length} replies, more than ${MAX_REPLIES_PER_DELIVERY}`);
  }
  const replies: ReplyContent[] = [];
  for (const [index, item] of list.entries()) {
    const read = readItem(item, `replies[${index}]`);
    if (read.kind === "unreadable") return read;
    replies.push(...read.replies);
  }
  return readable(replies);
}

function readItem(item: unknown, name: string): HandlerAnswer {
  if (!isObject(item)) return unreadable(`${name} is ${kindOf(item)}, not an object`);
  const { text, media } = item;
  if (isPresent(text) && isPresent(media)) return unreadable(`${name} has both text and media`);
  if (isPresent(media)) return readMedia(media, `${name}.media`);
  return isPresent(text) ? readText(text, `${name}.text`) : unreadable(`${name} has neither text nor media`);
}

function readText(text: unknown, name: string): HandlerAnswer {
  if (!isPresent(text)) return readable([]);
  if (typeof text !== "string") return unreadable(`${name} is ${kindOf(text)}, not text`);
  if (isReplyTextTooLong(text)) return unreadable(tooLong(name));
  return readable(text.trim() === "" ? [] : [{ kind: "text", text }]);
}

function readMedia(media: unknown, name: string): HandlerAnswer {
  if (!isObject(media)) return unreadable(`${name} is ${kindOf(media)}, not an object`);
  const { url, filename, caption } = media;
  if (typeof url !== "string" || !isReplyMediaUrl(url)) {
    return unreadable(`${name}.url is no http or https URL of at most ${LONGEST_MEDIA_URL} characters`);
  }
  if (isPresent(filename) && (typeof filename !== "string" || filename.length > LONGEST_FILENAME)) {
    return unreadable(`${name}.filename is no text of at most ${LONGEST_FILENAME} characters`);
  }
  if (isPresent(caption) && typeof caption !== "string") {
    return unreadable(`${name}.caption is ${kindOf(caption)}, not text`);
  }
  if (isPresent(caption) && isReplyTextTooLong(caption)) return unreadable(tooLong(`${name}.caption`));
  return readable([
    {
      kind: "media",
      url,
      ...(isPresent(filename) && filename !== "" ? { filename } : {}),
      ...(isPresent(caption) && caption !== "" ? { caption } : {}),
    },
  ]);
}

function tooLong(name: string): string {
  return `${name} has more than ${MAX_REPLY_TEXT_LENGTH} characters`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPresent<Value>(value: Value): value is NonNullable<Value> {
  return value !== undefined && value !== null;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "text";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function quote(text: string): string {
  return JSON.stringify(Array.from(text.trim().slice(0, 80)).slice(0, 40).join(""));
}

function readable(replies: readonly ReplyContent[]): Extract<HandlerAnswer, { kind: "readable" }> {
  return { kind: "readable", replies };
}

function unreadable(fault: string): Extract<HandlerAnswer, { kind: "unreadable" }> {
  return { kind: "unreadable", fault };
}
