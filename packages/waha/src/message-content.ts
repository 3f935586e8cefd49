import { createHash } from "node:crypto";
import {
  mediaType,
  type MessageContactCard,
  type MessageContent,
  type MessageLocation,
  type MessageMedia,
  type MessageReference,
  type MessageType,
} from "@gateway-router/core";
import { textAt } from "./plain-data.js";
import { readAs } from "./read-as.dto.js";
import { parseWahaMessageId } from "./waha-message-id.js";
import {
  WahaContactCardsDto,
  WahaLocationDto,
  WahaMediaDto,
  WahaReplyToDto,
  type WahaMessageDto,
} from "./waha-message.dto.js";

export interface ContentReading {
  readonly content: MessageContent;
  /** What is wrong with the parts that had to be left out; empty as a rule. */
  readonly partFaults: readonly string[];
}

/** A reason is for people; past this it is a stack trace. */
const LONGEST_MEDIA_ERROR = 500;

/** Told to the tenant, who would wait for a file otherwise that never comes. */
export const NO_FILE = "WAHA gave no file with the message";

/** What the contact sent. A part that can't be read is left out, and the rest still counts. */
export function readMessageContent(
  message: WahaMessageDto,
  { id, identity }: { readonly id: string; readonly identity: string },
): ContentReading {
  const partFaults: string[] = [];
  const read = <Dto extends object>(Shape: new () => Dto, source: unknown, name: string): Dto | undefined => {
    if (source === undefined || source === null) return undefined;
    const reading = readAs(Shape, source, name);
    if (reading.kind === "valid") return reading.value;
    partFaults.push(reading.fault);
    return undefined;
  };

  const text = message.body ?? "";
  const location = locationOf(read(WahaLocationDto, message.location, "location"));
  const contacts = contactsOf(read(WahaContactCardsDto, hasCards(message) ? message : undefined, "payload"));
  const replyTo = referenceOf(read(WahaReplyToDto, message.replyTo, "replyTo"));
  const media = mediaOf(message, read(WahaMediaDto, message.media, "media"), identity);
  const content: MessageContent = {
    id,
    type: typeOf({ location, contacts, media, text }),
    ...(text === "" ? {} : { text }),
    ...(media === undefined ? {} : { media }),
    ...(location === undefined ? {} : { location }),
    ...(contacts === undefined ? {} : { contacts }),
    ...(replyTo === undefined ? {} : { replyTo }),
  };
  return { content, partFaults };
}

type TellingParts = {
  readonly [Part in "location" | "contacts" | "media"]: MessageContent[Part] | undefined;
} & { readonly text: string };

function typeOf({ location, contacts, media, text }: TellingParts): MessageType {
  if (location !== undefined) return "location";
  if (contacts !== undefined) return "contact";
  if (media !== undefined) return mediaType(media);
  return text === "" ? "other" : "text";
}

function mediaOf(
  message: WahaMessageDto,
  media: WahaMediaDto | undefined,
  identity: string,
): MessageMedia | undefined {
  const { mimetype, filename, url, error: reason } = media ?? new WahaMediaDto();
  const error = mediaErrorOf(reason);
  if (message.hasMedia !== true && !isFilled(url) && error === undefined) return undefined;
  // One that WAHA could not fetch it was asked for already.
  const isOwed = isFilled(url) || error === undefined;
  const sourceMessageId = isOwed ? namesChat(message.id) : undefined;
  const isToBeHad = isFilled(url) || sourceMessageId !== undefined;
  return {
    ...(isToBeHad ? { id: mediaIdOf(identity) } : {}),
    ...(isFilled(mimetype) ? { mimetype } : {}),
    ...(isFilled(filename) ? { filename } : {}),
    ...(isFilled(url) ? { sourceUrl: url } : {}),
    ...(sourceMessageId === undefined ? {} : { sourceMessageId }),
    ...(isToBeHad ? {} : { error: error ?? NO_FILE }),
  };
}

/** The full id, by which a message is asked for; bare ones do not say in which chat. */
function namesChat(id: string | null | undefined): string | undefined {
  return isFilled(id) && parseWahaMessageId(id).chatId !== undefined ? id : undefined;
}

/** By the message alone, so that a file has one name however often its message comes. */
function mediaIdOf(identity: string): string {
  return `med_${createHash("sha256").update(identity).digest("hex").slice(0, 32)}`;
}

export function mediaErrorOf(error: unknown): string | undefined {
  if (error === undefined || error === null || error === "") return undefined;
  const text = typeof error === "string" ? error : textAt(error, "message");
  return (text ?? "WAHA could not fetch the file").slice(0, LONGEST_MEDIA_ERROR);
}

function locationOf(location: WahaLocationDto | undefined): MessageLocation | undefined {
  if (location === undefined) return undefined;
  const { latitude, longitude, name, address } = location;
  return {
    latitude: Number(latitude),
    longitude: Number(longitude),
    ...(isFilled(name) ? { name } : {}),
    ...(isFilled(address) ? { address } : {}),
  };
}

/** An empty list, as some engines send with every message, is no part. */
function hasCards({ vCards }: WahaMessageDto): boolean {
  return vCards !== undefined && vCards !== null && !(Array.isArray(vCards) && vCards.length === 0);
}

function contactsOf(cards: WahaContactCardsDto | undefined): readonly MessageContactCard[] | undefined {
  return cards?.vCards.map((vcard) => ({ vcard }));
}

function referenceOf(replyTo: WahaReplyToDto | undefined): MessageReference | undefined {
  if (replyTo === undefined || replyTo.id === "") return undefined;
  const { bareId } = parseWahaMessageId(replyTo.id);
  return { id: bareId, ...(isFilled(replyTo.body) ? { text: replyTo.body } : {}) };
}

function isFilled(text: string | null | undefined): text is string {
  return text !== undefined && text !== null && text !== "";
}
