const BASE_36 = "0123456789abcdefghijklmnopqrstuvwxyz";
/** The alphabet of ULIDs, in the lower case WAHA writes them in. */
const CROCKFORD_32 = "0123456789abcdefghjkmnpqrstvwxyz";
const HEX = "0123456789ABCDEF";
const LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const BASE_64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Makes ids and codes that look like WAHA's and WhatsApp's. `random` is uniform in [0, 1). */
export class WahaIds {
  constructor(private readonly random: () => number) {}

  eventId(): string {
    return `evt_${this.text(26, CROCKFORD_32)}`;
  }

  requestId(): string {
    return this.text(17, BASE_36);
  }

  /** WhatsApp's own id of a message, as clients of the web kind make it. */
  messageId(): string {
    return `3EB0${this.text(18, HEX)}`;
  }

  pairingCode(): string {
    return `${this.text(4, LETTERS_AND_DIGITS)}-${this.text(4, LETTERS_AND_DIGITS)}`;
  }

  /** What a QR code for pairing says: a reference and three keys. */
  qrText(): string {
    const key = () => `${this.text(43, BASE_64)}=`;
    return `2@${this.text(120, BASE_64)},${key()},${key()},${key()}`;
  }

  private text(length: number, alphabet: string): string {
    return Array.from({ length }, () => alphabet[Math.floor(this.random() * alphabet.length)]!).join("");
  }
}
