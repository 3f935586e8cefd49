import { publicUrlOf, webhookUrlOf, type GatewayConfig } from "./config/gateway-config.js";

type AddressConfig = Pick<GatewayConfig, "publicUrl" | "webhookUrl" | "host" | "port">;

/** How others reach this gateway: as set, or, where only a free port was asked for, known once it listens. */
export class PublicAddress {
  private port: number;

  constructor(private readonly config: AddressConfig) {
    this.port = config.port;
  }

  /** Told the port that the gateway really listens on. */
  listensOn(port: number): void {
    this.port = port;
  }

  get url(): string {
    return publicUrlOf(this.config, this.port);
  }

  /** Where WAHA sends its webhooks. */
  get webhookUrl(): string {
    return webhookUrlOf(this.config, this.port);
  }

  /** Where a tenant fetches the file of a message. */
  mediaUrl(mediaId: string): string {
    // As UTF-8 would write it: half a character has no encoding.
    const text = Buffer.from(mediaId).toString();
    return `${this.url}/api/tenant/media/${encodeURIComponent(text)}`;
  }
}
