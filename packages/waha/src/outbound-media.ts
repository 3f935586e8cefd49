import type { ReplyContent } from "@gateway-router/core";
import type { MediaToSend } from "./waha-client.js";

export type MediaReply = Extract<ReplyContent, { kind: "media" }>;
export type OutboundMedia = Omit<MediaToSend, "chatId" | "bytes">;

interface FileKind {
  readonly as: MediaToSend["as"];
  readonly mimetype: string;
}

/** What WhatsApp shows as a picture or plays as a voice message. It takes no other format as such, so all else goes as a file. */
const SHOWN_AND_PLAYED: readonly (readonly [extensions: string, kind: FileKind])[] = [
  ["jpg jpeg jpe", { as: "image", mimetype: "image/jpeg" }],
  ["png", { as: "image", mimetype: "image/png" }],
  ["ogg oga opus", { as: "voice", mimetype: "audio/ogg; codecs=opus" }],
];

const FILES: readonly (readonly [extensions: string, mimetype: string])[] = [
  ["gif", "image/gif"],
  ["webp", "image/webp"],
  ["svg", "image/svg+xml"],
  ["heic", "image/heic"],
  ["mp4 m4v", "video/mp4"],
  ["mov", "video/quicktime"],
  ["webm", "video/webm"],
  ["3gp", "video/3gpp"],
  ["mp3", "audio/mpeg"],
  ["m4a", "audio/mp4"],
  ["aac", "audio/aac"],
  ["wav", "audio/wav"],
  ["pdf", "application/pdf"],
  ["doc", "application/msword"],
  ["docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
  ["xls", "application/vnd.ms-excel"],
  ["xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ["ppt", "application/vnd.ms-powerpoint"],
  ["pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"],
  ["zip", "application/zip"],
  ["txt", "text/plain"],
  ["csv", "text/csv"],
  ["vcf", "text/vcard"],
  ["ics", "text/calendar"],
  ["html htm", "text/html"],
  ["json", "application/json"],
];

const KINDS: ReadonlyMap<string, FileKind> = new Map(
  [
    ...SHOWN_AND_PLAYED,
    ...FILES.map(([names, mimetype]) => [names, { as: "file", mimetype }] as const),
  ].flatMap(([names, kind]) => names.split(" ").map((name) => [name, kind] as const)),
);
const ANY_FILE: FileKind = { as: "file", mimetype: "application/octet-stream" };

const SHOWN_AND_PLAYED_TYPES: ReadonlyMap<string, FileKind> = new Map([
  ...SHOWN_AND_PLAYED.map(([, kind]) => [kind.mimetype.split(";", 1)[0]!, kind] as const),
  ["image/jpg", { as: "image", mimetype: "image/jpeg" }],
  ["audio/opus", { as: "voice", mimetype: "audio/ogg; codecs=opus" }],
]);

const EXTENSION = /\.([a-z0-9]{1,8})$/i;

/** What servers say of a file of which they know nothing. */
const SAYS_NOTHING: ReadonlySet<string> = new Set([
  "application/octet-stream",
  "binary/octet-stream",
  "application/binary",
  "application/x-download",
  "application/force-download",
]);

const MIMETYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

/**
 * How a tenant's file goes out, judged by the type its server gave it, and where that says nothing by the ending of
 * its name or else of its URL. A voice message can't carry a caption; one with a caption goes as a file.
 */
export function outboundMedia(
  { url, filename, caption }: MediaReply,
  fetchedMimetype?: string,
): OutboundMedia {
  const name = filename ?? nameInUrl(url);
  const kind = kindOfType(fetchedMimetype) ?? kindOf(name) ?? kindOf(nameInUrl(url)) ?? ANY_FILE;
  return {
    as: kind.as === "voice" && caption !== undefined ? "file" : kind.as,
    mimetype: kind.mimetype,
    ...(name === undefined ? {} : { filename: name }),
    ...(caption === undefined ? {} : { caption }),
  };
}

/** The parameters of a type, such as a charset, are for readers of the file and not for WhatsApp. */
function kindOfType(mimetype: string | undefined): FileKind | undefined {
  const type = mimetype?.split(";", 1)[0]!.trim().toLowerCase();
  if (type === undefined || !MIMETYPE.test(type) || SAYS_NOTHING.has(type)) return undefined;
  return SHOWN_AND_PLAYED_TYPES.get(type) ?? { as: "file", mimetype: type };
}

function kindOf(name: string | undefined): FileKind | undefined {
  const extension = name === undefined ? undefined : EXTENSION.exec(name)?.[1];
  return extension === undefined ? undefined : KINDS.get(extension.toLowerCase());
}

function nameInUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const segment = new URL(url).pathname.split("/").at(-1)!;
  try {
    return decodeURIComponent(segment) || undefined;
  } catch {
    // A stray percent sign: the name as it stands is as good.
    return segment;
  }
}
