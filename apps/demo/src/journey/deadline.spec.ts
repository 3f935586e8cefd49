import { eventually, within } from "./deadline.js";

describe("a deadline", () => {
  it("lets a result through, and a failure as it is", async () => {
    await expect(within(60_000, "It comes", Promise.resolve("here"))).resolves.toBe("here");
    await expect(within(60_000, "It comes", Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  });

  it("says what did not happen in time", async () => {
    await expect(within(1, "The reply comes", new Promise(() => undefined))).rejects.toThrow(
      "The reply comes: not within 0.001 s",
    );
    await expect(eventually(0, "The file is there", async () => undefined)).rejects.toThrow(
      "The file is there: not within 0 s",
    );
  });

  it("looks until there is something to see", async () => {
    let looks = 0;
    await expect(
      eventually(60_000, "It is there", async () => (++looks === 3 ? looks : undefined)),
    ).resolves.toBe(3);
  });
});
