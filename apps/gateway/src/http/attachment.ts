import { extname } from "node:path";
import type { OpenedFile } from "@gateway-router/core";
import type { Response } from "express";

const LONGEST_NAME = 150;
const LONGEST_EXTENSION = 16;
/** RFC 9110, section 8.3.1, with any parameters in plain ASCII. */
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;[\x20-\x7e]*)?$/;

/**
 * The head of a file that a stranger sent: to be saved and not to be shown, whatever it says it is, and by no cache to
 * be kept.
 */
export function setAttachmentHead(response: Response, file: Omit<OpenedFile, "content" | "close">): void {
  // Sets a type by the name, too, which the file's own then replaces.
  response.attachment(attachmentName(file.filename));
  response.setHeader("Content-Type", contentType(file.mimetype));
  response.setHeader("Content-Length", file.sizeBytes);
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Content-Security-Policy", "sandbox");
  response.setHeader("Cache-Control", "private, no-store");
}

/** A name that leads into no other folder, hides nothing and does not look like another; `undefined` where nothing is left of it. */
export function attachmentName(filename: string | undefined): string | undefined {
  const name = (filename ?? "")
    // Halves of characters, line breaks, and marks that turn the writing around.
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "")
    .replace(/[/\\:*?"<>|]/g, "_")
    .replace(/^[\s.]+|[\s.]+$/g, "");
  if (name === "") return undefined;
  const characters = Array.from(name);
  if (characters.length <= LONGEST_NAME) return name;
  const extension = extname(name);
  const kept = extension.length <= LONGEST_EXTENSION ? extension : "";
  return characters.slice(0, LONGEST_NAME - kept.length).join("") + kept;
}

function contentType(mimetype: string | undefined): string {
  return mimetype !== undefined && mimetype.length <= 255 && MEDIA_TYPE.test(mimetype)
    ? mimetype
    : "application/octet-stream";
}
