import { SettingsError } from "../../config/settings-error.js";
import { doctor } from "./doctor.js";
import { doctorText } from "./doctor-text.js";
import { broken, fine, warning } from "./finding.js";

describe("doctor", () => {
  it("tells every fault of the settings, and stops there: nothing else can be found without them", async () => {
    const load = () => {
      throw new SettingsError([
        { variable: "PORT", fault: "must be a port" },
        { variable: "BACKUP_KEEP_DAYS", fault: "must be a whole number" },
      ]);
    };
    const { status, checks } = await doctor(load);
    expect(status).toBe("broken");
    expect(checks.map(({ check, verdict, finding }) => [check, verdict, finding])).toEqual([
      ["node", "fine", `Node.js ${process.versions.node}`],
      ["settings", "broken", "PORT must be a port"],
      ["settings", "broken", "BACKUP_KEEP_DAYS must be a whole number"],
    ]);
  });
});

describe("doctorText", () => {
  it("has a line for each check, and what mends it below", () => {
    const checks = [
      fine("node", "Node.js 22.0.0"),
      warning("disk_room", "only 5 MiB free", "make room"),
      broken("waha", "it says\u001b[2J no", "start it"),
    ];
    expect(doctorText({ status: "broken", checks }).split("\n")).toEqual([
      "✓ node       Node.js 22.0.0",
      "! disk room  only 5 MiB free",
      "             → make room",
      "✗ waha       it says [2J no",
      "             → start it",
      "",
      "1 broken, 1 to look at.",
      "",
    ]);
  });

  it("says that all is well where it is", () => {
    expect(doctorText({ status: "fine", checks: [fine("node", "Node.js 22.0.0")] })).toMatch(
      /\n\nAll is well\.\n$/,
    );
  });
});
