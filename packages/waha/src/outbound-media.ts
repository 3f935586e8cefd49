import type { ReplyContent } from "@gateway-router/core";
import type { MediaToSend } from "./waha-client.js";

export type MediaReply = Extract<ReplyContent, { kind: "media" }>;
export type OutboundMedia = Omit<MediaToSend, "chatId">;

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

const EXTENSION = /\.([a-z0-9]{1,8})$/i;

/**
 * How a tenant's file goes out, judged by the ending of its name or else of its URL: WAHA fetches the file,
 * so nobody here has seen it. A voice message can't carry a caption; one with a caption goes as a file.
 */
export function outboundMedia({ url, filename, caption }: MediaReply): OutboundMedia {
  const name = filename ?? nameInUrl(url);
  const kind = kindOf(name) ?? kindOf(nameInUrl(url)) ?? ANY_FILE;
  return {
    as: kind.as === "voice" && caption !== undefined ? "file" : kind.as,
    mimetype: kind.mimetype,
    url,
    ...(name === undefined ? {} : { filename: name }),
    ...(caption === undefined ? {} : { caption }),
  };
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
