import { broken, fine, type Finding } from "./finding.js";

/** Of what package.json asks for. */
const LEAST = { major: 20, minor: 19 } as const;

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isSupported = major > LEAST.major || (major === LEAST.major && minor >= LEAST.minor);
  return isSupported
    ? fine("node", `Node.js ${version}`)
    : broken(
        "node",
        `Node.js ${version} is too old`,
        `install Node.js ${LEAST.major}.${LEAST.minor} or newer`,
      );
}
