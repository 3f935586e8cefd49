import { PublicAddress } from "./public-address.js";

describe("PublicAddress", () => {
  const local = { host: "127.0.0.1", port: 0, publicUrl: undefined, webhookUrl: undefined };

  it("is PUBLIC_URL where that is set", () => {
    const address = new PublicAddress({ ...local, publicUrl: "https://gateway.example/whatsapp" });
    address.listensOn(8000);
    expect(address.mediaUrl("m_1")).toBe("https://gateway.example/whatsapp/api/tenant/media/m_1");
  });

  it("is else where the gateway listens, on whichever port it got", () => {
    const address = new PublicAddress(local);
    address.listensOn(43_210);
    expect(address.mediaUrl("m_1")).toBe("http://127.0.0.1:43210/api/tenant/media/m_1");
  });

  it("keeps an id in its place, whatever it is made of", () => {
    const address = new PublicAddress({ ...local, port: 8000 });
    const path = (id: string) => new URL(address.mediaUrl(id)).pathname;
    expect(path("../a b?c#d")).toBe("/api/tenant/media/..%2Fa%20b%3Fc%23d");
    expect(path("\ud800")).toBe("/api/tenant/media/%EF%BF%BD");
  });
});
