import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "./load-config.js";
import { SettingsError } from "./settings-error.js";

describe("loadConfig", () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "gateway-config-"));
    await mkdir(join(root, "checkout", "docs"), { recursive: true });
    await mkdir(join(root, "elsewhere"));
  });

  afterEach(() => rm(root, { recursive: true }));

  function load(folder: string, environment: Record<string, string> = {}) {
    return loadConfig({ environment, directory: join(root, folder), checkout: join(root, "checkout") });
  }

  it("reads the checkout's .env from any folder of the checkout", async () => {
    await writeFile(join(root, "checkout", ".env"), 'PORT=4711\nUNMAPPED_REPLY="Who are you?"\n');
    const config = load("checkout/docs");
    expect(config.port).toBe(4711);
    expect(config.unmappedReply).toBe("Who are you?");
    expect(config.dataDir).toBe(join(root, "checkout", "data"));
  });

  it("prefers the working directory's .env, and starts paths there", async () => {
    await writeFile(join(root, "checkout", ".env"), "PORT=4711\n");
    await writeFile(join(root, "elsewhere", ".env"), "DATA_DIR=here\n");
    const config = load("elsewhere");
    expect(config.port).toBe(8000);
    expect(config.dataDir).toBe(join(root, "elsewhere", "here"));
  });

  it("lets the environment win", async () => {
    await writeFile(join(root, "checkout", ".env"), "PORT=4711\nLOG_LEVEL=debug\n");
    const config = load("checkout", { PORT: "4712" });
    expect(config.port).toBe(4712);
    expect(config.log.level).toBe("debug");
  });

  it("works without any .env", () => {
    expect(load("elsewhere").dataDir).toBe(join(root, "elsewhere", "data"));
  });

  it("takes a secret from a file of its own, without the end of its last line", async () => {
    await writeFile(join(root, "elsewhere", "waha-key"), "key of a test\n".replaceAll(" ", "-"));
    await writeFile(join(root, "elsewhere", "hmac-key"), "signs\r\n");
    const config = load("elsewhere", {
      WAHA_API_KEY_FILE: join(root, "elsewhere", "waha-key"),
      WAHA_HMAC_KEY_FILE: "hmac-key",
      // As `.env.example` leaves it.
      WAHA_API_KEY: "",
    });
    expect(config.waha.apiKey).toBe("key-of-a-test");
    expect(config.waha.hmacKey).toBe("signs");
  });

  it("tells what is wrong with such files along with every other fault, and no secret", async () => {
    await writeFile(join(root, "elsewhere", "empty"), "\n");
    await writeFile(join(root, "elsewhere", "large"), "x".repeat(70_000));
    await writeFile(join(root, "elsewhere", "bad"), "not a key");
    const environment = {
      ADMIN_API_KEY_FILE: "missing",
      WAHA_API_KEY_FILE: "bad",
      WAHA_HMAC_KEY: "secret-of-a-test",
      WAHA_HMAC_KEY_FILE: "empty",
      TENANT_SIGNING_SECRET_FILE: "empty",
      DATABASE_URL_FILE: "large",
      PORT: "no",
    };
    const folder = join(root, "elsewhere");
    expect(() => load("elsewhere", environment)).toThrow(
      expect.objectContaining({
        message: expect.not.stringContaining("secret-of-a-test") as string,
        faults: [
          {
            variable: "ADMIN_API_KEY_FILE",
            fault: `names a file that can't be read (ENOENT): ${join(folder, "missing")}`,
          },
          { variable: "WAHA_HMAC_KEY_FILE", fault: "is set, and so is WAHA_HMAC_KEY: set one of them" },
          {
            variable: "TENANT_SIGNING_SECRET_FILE",
            fault: `names a file that is empty: ${join(folder, "empty")}`,
          },
          {
            variable: "DATABASE_URL_FILE",
            fault: `names a file that is too large for a secret: ${join(folder, "large")}`,
          },
          expect.objectContaining({ variable: "PORT" }),
          { variable: "WAHA_API_KEY", fault: "must be 1 to 256 printable ASCII characters without spaces" },
        ],
      }) as Error,
    );
  });

  it("does not ignore a .env that can't be read", async () => {
    await mkdir(join(root, "elsewhere", ".env"));
    expect(() => load("elsewhere")).toThrow(SettingsError);
  });
});
