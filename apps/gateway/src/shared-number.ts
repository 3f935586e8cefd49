import { parsePhoneNumber, type PhoneNumber } from "@gateway-router/core";

/** What is known of the shared WhatsApp number: set by hand, or learnt from WAHA's session. */
export class SharedNumber {
  private learnt: PhoneNumber | undefined;
  private status: string | undefined;

  constructor(private readonly configured: PhoneNumber | undefined) {}

  get phoneNumber(): PhoneNumber | undefined {
    return this.configured ?? this.learnt;
  }

  /** The session's last known state, in WAHA's words. */
  get sessionStatus(): string | undefined {
    return this.status;
  }

  /** Takes in what WAHA says of its session. A number once learnt stays: a session that restarts has none for a while. */
  learn({ status, me }: { readonly status: string; readonly me: string | undefined }): void {
    this.status = status;
    this.learnt = (me === undefined ? undefined : parsePhoneNumber(me)) ?? this.learnt;
  }
}
