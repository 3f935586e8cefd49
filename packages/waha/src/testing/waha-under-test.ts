import { systemClock } from "@gateway-router/core";
import { WahaClient, type WahaClientOptions } from "../waha-client.js";
import { ScriptedWahaServer } from "./scripted-waha-server.js";

export const TEST_API_KEY = "very-secret-api-key";

/** A scripted WAHA and clients of it, to be closed together. */
export class WahaUnderTest {
  private readonly clients: WahaClient[] = [];

  private constructor(readonly server: ScriptedWahaServer) {}

  static async open(): Promise<WahaUnderTest> {
    return new WahaUnderTest(await ScriptedWahaServer.open());
  }

  client(overrides: Partial<WahaClientOptions> = {}): WahaClient {
    const client = new WahaClient({
      baseUrl: this.server.url,
      apiKey: TEST_API_KEY,
      session: "default",
      clock: systemClock,
      ...overrides,
    });
    this.clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.splice(0).map((client) => client.close()));
    await this.server.close();
  }
}
