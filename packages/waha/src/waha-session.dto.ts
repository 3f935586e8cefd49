import { Allow, IsString, Length } from "class-validator";

/** What WAHA tells of a session, as far as the gateway uses it. Statuses that newer versions add are accepted. */
export class WahaSessionDto {
  @IsString()
  @Length(1, 64)
  status!: string;

  /** The number it is paired with: `{id, pushName}`, or null before it is. */
  @Allow()
  me?: unknown;
}
