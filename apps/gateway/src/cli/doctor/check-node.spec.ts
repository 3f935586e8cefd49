import { readFileSync } from "node:fs";
import { checkNode } from "./check-node.js";

describe("checkNode", () => {
  it.each([
    ["20.19.0", "fine"],
    ["20.20.2", "fine"],
    ["22.0.0", "fine"],
    ["20.18.3", "broken"],
    ["18.20.8", "broken"],
  ])("Node.js %s is %s", (version, verdict) => {
    expect(checkNode(version)).toMatchObject({ check: "node", verdict });
  });

  it("asks for what package.json asks for", () => {
    const { engines } = JSON.parse(
      readFileSync(new URL("../../../../../package.json", import.meta.url), "utf8"),
    ) as { engines: { node: string } };
    expect(`>=${/Node\.js ([0-9.]+) or/.exec(checkNode("1.0.0").mend!)![1]!}`).toBe(engines.node);
  });
});
