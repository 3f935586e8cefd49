import {
  isReplyMediaUrl,
  isReplyTextTooLong,
  LONGEST_FILENAME,
  LONGEST_MEDIA_URL,
  MAX_REPLY_TEXT_LENGTH,
  parseContactId,
  type ContactId,
  type ReplyContent,
} from "@gateway-router/core";
import { IsInstance, IsOptional, validateSync } from "class-validator";
import type { ErrorDetail } from "../http-error.js";
import { PHONE_NUMBER_WANTED, WantsText } from "../rules.dto.js";

const BOUNDED_TEXT = `must be text of at most ${MAX_REPLY_TEXT_LENGTH} characters`;

class MediaDto {
  @WantsText(`must be an http or https URL of at most ${LONGEST_MEDIA_URL} characters`, isReplyMediaUrl, {
    maxLength: LONGEST_MEDIA_URL,
  })
  url?: unknown;

  @IsOptional()
  @WantsText(
    `must be text of at most ${LONGEST_FILENAME} characters`,
    ({ length }) => length > 0 && length <= LONGEST_FILENAME,
    { minLength: 1, maxLength: LONGEST_FILENAME },
  )
  filename?: unknown;

  @IsOptional()
  @WantsText(BOUNDED_TEXT, (text) => !isReplyTextTooLong(text))
  caption?: unknown;
}

export class TenantMessageDto {
  @WantsText(PHONE_NUMBER_WANTED, (text) => parseContactId(text) !== undefined)
  phone_number?: unknown;

  @IsOptional()
  @WantsText(`${BOUNDED_TEXT}, and not blank`, (text) => text.trim() !== "" && !isReplyTextTooLong(text))
  text?: unknown;

  @IsOptional()
  @IsInstance(MediaDto, { message: "must be an object with a url" })
  media?: unknown;
}

export interface TenantMessage {
  readonly contact: ContactId;
  readonly content: ReplyContent;
}

export type TenantMessageReading =
  | { readonly kind: "valid"; readonly message: TenantMessage }
  | { readonly kind: "invalid"; readonly details: readonly ErrorDetail[] };

/** Reads the body of a message that a tenant sends, or says all that is wrong with it. Fields beside the known ones are ignored. */
export function readTenantMessage(body: unknown): TenantMessageReading {
  if (!isObject(body)) {
    return { kind: "invalid", details: [{ field: "body", message: "must be a JSON object" }] };
  }
  const dto = copied(new TenantMessageDto(), body);
  if (isObject(dto.media)) dto.media = copied(new MediaDto(), dto.media);
  const details = [...faultsOf(dto), ...(dto.media instanceof MediaDto ? faultsOf(dto.media, "media.") : [])];
  if (isPresent(dto.text) === isPresent(dto.media)) {
    details.push({ field: "text", message: "must be there, or media instead, and not both" });
  }
  if (details.length > 0) return { kind: "invalid", details };
  return {
    kind: "valid",
    message: { contact: parseContactId(dto.phone_number as string)!, content: contentOf(dto) },
  };
}

function contentOf({ text, media }: TenantMessageDto): ReplyContent {
  if (typeof text === "string") return { kind: "text", text };
  const { url, filename, caption } = media as MediaDto;
  return {
    ...{ kind: "media", url: url as string },
    ...(isPresent(filename) ? { filename: filename as string } : {}),
    ...(isPresent(caption) && caption !== "" ? { caption: caption as string } : {}),
  };
}

/** Declared fields only, each of which is an own property of a new instance. */
function copied<Dto extends object>(dto: Dto, source: Readonly<Record<string, unknown>>): Dto {
  for (const field of Object.keys(dto) as (keyof Dto & string)[]) {
    if (Object.hasOwn(source, field)) dto[field] = source[field] as Dto[typeof field];
  }
  return dto;
}

function faultsOf(dto: object, within = ""): ErrorDetail[] {
  return validateSync(dto, { stopAtFirstError: true }).map(({ property, constraints = {} }) => ({
    field: `${within}${property}`,
    message: Object.values(constraints).join("; "),
  }));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
