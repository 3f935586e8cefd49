import { Allow, IsBoolean, IsOptional, IsString, Length, Matches } from "class-validator";
import { IsWahaTimestamp, MESSAGE_ID } from "./rules.dto.js";

const WRONG_ID = { message: "$property must be at most 256 visible ASCII characters" };
const FILLED_MESSAGE_ID = /^[\x21-\x7e]{1,256}$/;

/** What all changes of a message say: who made it, and when. */
export class WahaChangeDto {
  @IsString()
  @Length(1, 128)
  from!: string;

  /** Of the change itself: WhatsApp sends it as a message. */
  @IsOptional()
  @Matches(MESSAGE_ID, WRONG_ID)
  id?: string | null;

  @IsOptional()
  @IsBoolean()
  fromMe?: boolean | null;

  @IsWahaTimestamp()
  timestamp?: unknown;

  @Allow()
  notifyName?: unknown;

  @Allow()
  _data?: unknown;
}

/** The payload of `message.edited`. */
export class WahaEditDto extends WahaChangeDto {
  @Matches(FILLED_MESSAGE_ID, WRONG_ID)
  editedMessageId!: string;

  /** The new text, kept whole. */
  @IsOptional()
  @IsString()
  body?: string | null;
}

/** The payload of `message.reaction`. */
export class WahaReactionEventDto extends WahaChangeDto {
  @Allow()
  reaction?: unknown;
}

export class WahaReactionDto {
  @Matches(FILLED_MESSAGE_ID, WRONG_ID)
  messageId!: string;

  /** Empty, or missing, where the reaction was taken back. */
  @IsOptional()
  @IsString()
  @Length(0, 256)
  text?: string | null;
}

/** The payload of `message.revoked`. */
export class WahaRevocationDto {
  @Matches(FILLED_MESSAGE_ID, WRONG_ID)
  revokedMessageId!: string;

  /** The revocation itself, as a message. */
  @Allow()
  after?: unknown;

  /** What was revoked, where WAHA has it still. */
  @Allow()
  before?: unknown;
}

/** The payload of `message.ack`. */
export class WahaAckDto {
  @Matches(FILLED_MESSAGE_ID, WRONG_ID)
  id!: string;

  @IsOptional()
  @IsBoolean()
  fromMe?: boolean | null;

  /** A number; versions may add more, and send none for what they don't know. */
  @Allow()
  ack?: unknown;
}
