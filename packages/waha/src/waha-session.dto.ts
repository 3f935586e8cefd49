import { Allow, IsOptional, IsString, Length, Matches } from "class-validator";

/** What WAHA tells of a session, as far as the gateway uses it. Statuses that newer versions add are accepted. */
export class WahaSessionDto {
  @IsString()
  @Length(1, 64)
  status!: string;

  /** The number it is paired with: `{id, pushName}`, or null before it is. */
  @Allow()
  me?: unknown;

  /** Missing or null where it never had one. */
  @Allow()
  config?: unknown;
}

/** The payload of `session.status`. */
export class WahaSessionStatusDto {
  @IsString()
  @Length(1, 64)
  status!: string;
}

export class WahaVersionDto {
  @IsString()
  @Length(1, 64)
  version!: string;

  @IsOptional()
  @IsString()
  @Length(0, 64)
  engine?: string | null;

  @IsOptional()
  @IsString()
  @Length(0, 64)
  tier?: string | null;
}

/** What a QR code says; it changes every 20 s or so. */
export class WahaQrDto {
  @IsString()
  @Length(1, 4096)
  value!: string;
}

/** `ABCD-1234`, to be typed into the phone. */
export class WahaPairingCodeDto {
  @IsString()
  @Length(1, 32)
  code!: string;
}

/** A message id chosen beforehand: bare, and part of storage keys later on. */
export class WahaNewMessageIdDto {
  @Matches(/^[\x21-\x7e]{1,256}$/, { message: "$property must be at most 256 visible ASCII characters" })
  id!: string;
}
