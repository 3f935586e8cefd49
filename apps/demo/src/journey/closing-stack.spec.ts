import { ClosingStack } from "./closing-stack.js";

describe("the closing stack", () => {
  it("closes in the opposite order, once, and all of it even where something can't be closed", async () => {
    const closing = new ClosingStack();
    const closed: string[] = [];
    closing.add(() => void closed.push("folder"));
    closing.add(() => Promise.reject(new Error("stuck")));
    closing.add(async () => {
      await Promise.resolve();
      closed.push("server");
    });
    expect(closing.isClosing).toBe(false);
    await expect(closing.close()).rejects.toMatchObject({ errors: [new Error("stuck")] });
    await expect(closing.close()).rejects.toThrow("Not everything could be closed");
    expect(closing.isClosing).toBe(true);
    expect(closed).toEqual(["server", "folder"]);
  });
});
