import { publicUrlOf, type GatewayConfig } from "./config/gateway-config.js";

/** How tenants reach the gateway, for what is written to them outside their requests. */
export class PublicAddress {
  private port: number;

  constructor(private readonly config: Pick<GatewayConfig, "publicUrl" | "host" | "port">) {
    this.port = config.port;
  }

  /** The port may have been left to the system. */
  isListeningOn(port: number): void {
    this.port = port;
  }

  /** Where its tenant fetches the file of that id. */
  mediaUrl(id: string): string {
    // As UTF-8 would write it: half a character has no encoding.
    const text = Buffer.from(id).toString();
    return `${publicUrlOf(this.config, this.port)}/api/tenant/media/${encodeURIComponent(text)}`;
  }
}
