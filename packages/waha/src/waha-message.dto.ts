import {
  Allow,
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsOptional,
  IsString,
  Length,
  Matches,
} from "class-validator";
import { IsDegrees, IsWahaTimestamp, MESSAGE_ID } from "./rules.dto.js";

/**
 * The payload of a message, as far as the gateway uses it. What makes it this message from this contact is
 * checked here. Its parts are read one by one, by the shapes below, so that one part in an unknown form costs
 * the part and not the message.
 */
export class WahaMessageDto {
  @IsString()
  @Length(1, 128)
  from!: string;

  @IsOptional()
  @Matches(MESSAGE_ID, { message: "$property must be at most 256 visible ASCII characters" })
  id?: string | null;

  @IsOptional()
  @IsBoolean()
  fromMe?: boolean | null;

  /** Kept whole, however long: the body of the webhook bounds it, and half of what a contact wrote is not what it wrote. */
  @IsOptional()
  @IsString()
  body?: string | null;

  /** When the contact sent it. */
  @IsWahaTimestamp()
  timestamp?: unknown;

  /** The chat of one's own message, in engines where `from` is oneself. */
  @Allow()
  to?: unknown;

  /** `api` or `app`: whether one's own message was sent by a program or by hand. */
  @Allow()
  source?: unknown;

  @Allow()
  hasMedia?: unknown;

  @Allow()
  media?: unknown;

  @Allow()
  location?: unknown;

  @Allow()
  vCards?: unknown;

  @Allow()
  replyTo?: unknown;

  @Allow()
  notifyName?: unknown;

  /** What the engine has of the message, in its own form. */
  @Allow()
  _data?: unknown;
}

export class WahaMediaDto {
  @IsOptional()
  @IsString()
  @Length(0, 4096)
  url?: string | null;

  @IsOptional()
  @IsString()
  @Length(0, 256)
  mimetype?: string | null;

  @IsOptional()
  @IsString()
  @Length(0, 1024)
  filename?: string | null;

  /** Why the file could not be fetched: text, or an object with a message. */
  @Allow()
  error?: unknown;
}

export class WahaLocationDto {
  @IsDegrees(90)
  latitude!: number | string;

  @IsDegrees(180)
  longitude!: number | string;

  @IsOptional()
  @IsString()
  name?: string | null;

  @IsOptional()
  @IsString()
  address?: string | null;
}

export class WahaContactCardsDto {
  /** WhatsApp lets people share a few hundred at once. */
  @IsArray()
  @ArrayMaxSize(1_000)
  @IsString({ each: true })
  vCards!: string[];
}

/** The message that this one answers. */
export class WahaReplyToDto {
  @Matches(MESSAGE_ID, { message: "$property must be at most 256 visible ASCII characters" })
  id!: string;

  @IsOptional()
  @IsString()
  body?: string | null;
}
