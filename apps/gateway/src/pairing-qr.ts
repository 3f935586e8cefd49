import { WahaError, type WahaClient } from "@gateway-router/waha";

/** What the QR code says that the phone must scan, or why there is none. */
export type PairingQr =
  | { readonly kind: "scan"; readonly value: string }
  /** The session asks for none just now. */
  | { readonly kind: "none" }
  /** WAHA does not say. */
  | { readonly kind: "unavailable"; readonly error: string };

/** WAHA says by these that its session is not at that point. */
const NONE = new Set(["waha_session_not_working", "waha_unprocessable", "waha_not_found"]);

export async function readPairingQr(client: Pick<WahaClient, "qrValue">): Promise<PairingQr> {
  try {
    return { kind: "scan", value: await client.qrValue() };
  } catch (error) {
    if (!(error instanceof WahaError)) throw error;
    return NONE.has(error.code) ? { kind: "none" } : { kind: "unavailable", error: error.message };
  }
}
