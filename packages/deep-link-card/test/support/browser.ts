import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const DEFAULT_PATH = "/usr/bin/chromium";
const START_MS = 60_000;
/** A machine that does much else at the same time needs some of it. */
const ONE_TEST_MS = 30_000;

/** The browser of one test file, open while its tests run. */
export interface BrowserUnderTest {
  readonly current: Browser;
}

/**
 * `describe` for tests that need a browser. Without one they are left out and a line says so, but not where
 * `CHROMIUM_PATH` says that there is one, as in CI: there, they fail.
 */
export function describeInBrowser(name: string, tests: (browser: BrowserUnderTest) => void): void {
  const givenPath = process.env["CHROMIUM_PATH"];
  const executablePath = givenPath ?? DEFAULT_PATH;
  if (givenPath === undefined && !existsSync(executablePath)) {
    process.stderr.write(
      `Left out, for want of a browser: ${name}. Install Chromium (apt-get install chromium) or set CHROMIUM_PATH.\n`,
    );
    describe.skip(name, () => tests({ current: undefined as never }));
    return;
  }
  import.meta.jest.setTimeout(ONE_TEST_MS);
  describe(name, () => {
    let browser: Browser | undefined;

    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath,
        // Chromium has no sandbox for root, and asks for nothing over the network that a test does not.
        args: [
          ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
        ],
      });
    }, START_MS);

    afterAll(() => browser?.close());

    tests({
      get current() {
        return browser!;
      },
    });
  });
}
