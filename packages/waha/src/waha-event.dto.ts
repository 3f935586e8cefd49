import { Allow, IsOptional, IsString, Length } from "class-validator";
import { IsWahaTimestamp } from "./rules.dto.js";

/** The envelope of every webhook. Versions and hand-made requests leave fields out, so all may be missing or null. */
export class WahaEventDto {
  @IsOptional()
  @Length(1, 128)
  event?: string | null;

  @IsOptional()
  @IsString()
  session?: string | null;

  /** When the event happened. */
  @IsWahaTimestamp()
  timestamp?: unknown;

  /** Each kind of event has its own, so it is checked where its kind is known. */
  @Allow()
  payload?: unknown;
}
