import { GatewayError } from "@gateway-router/core";
import { UnusablePathError, usingPath } from "./unusable-path-error.js";

const DATA_DIR = { setting: "DATA_DIR", path: "/srv/data" };

function systemError(message: string, details: { code: string | number; syscall?: string }): Error {
  return Object.assign(new Error(message), details);
}

const failing = (error: Error) =>
  usingPath(DATA_DIR, () => Promise.reject(error)).catch((reason: unknown) => reason);

describe("usingPath", () => {
  it.each([
    ["EACCES: permission denied, mkdir '/srv/data'", { code: "EACCES", syscall: "mkdir" }],
    ["EROFS: read-only file system, mkdir '/srv/data'", { code: "EROFS", syscall: "mkdir" }],
    ["listen EACCES: permission denied /srv/data/holder.sock", { code: "EACCES", syscall: "listen" }],
    ["Permission denied: Attempting to open main database file", { code: 13 }],
  ])("puts %j down to the setting, in one line", async (message, details) => {
    const error = await failing(systemError(message, details));
    expect(error).toBeInstanceOf(UnusablePathError);
    expect(error).toMatchObject({
      code: "unusable_path",
      message: `DATA_DIR is /srv/data, which can't be used: ${message}`,
    });
  });

  it.each([
    new GatewayError("data_dir_held", "held by another", { retryable: true }),
    new TypeError("a fault of the program"),
    Object.assign(new Error("a fault of the program"), { code: "ERR_INVALID_ARG_TYPE" }),
  ])("leaves %s as it is", async (error) => {
    expect(await failing(error)).toBe(error);
  });

  it("answers what the work does", async () => {
    expect(await usingPath(DATA_DIR, async () => "done")).toBe("done");
  });
});
