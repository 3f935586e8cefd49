import { WahaError, type WahaErrorCode } from "@gateway-router/waha";
import { readPairingQr } from "./pairing-qr.js";

const failing = (code: WahaErrorCode) => ({
  qrValue: () => Promise.reject(new WahaError(code, "WAHA says so")),
});

describe("readPairingQr", () => {
  it("answers what the QR code says", async () => {
    expect(await readPairingQr({ qrValue: async () => "2@abc" })).toEqual({ kind: "scan", value: "2@abc" });
  });

  it.each(["waha_unprocessable", "waha_session_not_working", "waha_not_found"] as const)(
    "says that there is none where WAHA answers %s",
    async (code) => {
      expect(await readPairingQr(failing(code))).toEqual({ kind: "none" });
    },
  );

  it("says why WAHA does not tell, and hides no fault of its own", async () => {
    expect(await readPairingQr(failing("waha_unreachable"))).toEqual({
      kind: "unavailable",
      error: "WAHA says so",
    });
    const broken = { qrValue: () => Promise.reject(new TypeError("broken")) };
    await expect(readPairingQr(broken)).rejects.toThrow("broken");
  });
});
