import { explainText, type ExplainAnswer } from "./explain.js";

const stranger: ExplainAnswer = {
  phone_number: "971501234567",
  other_names: [],
  link_code: null,
  mapping: null,
  wish: null,
  opted_out: false,
  outcome: { status: "unmapped" },
};
const mapping = { tenant_id: 2, locked_at: "2026-11-23T15:32:41.000Z", campaign: null };

const outcomeOf = (answer: Partial<ExplainAnswer>, hasUnmappedReply = false) => {
  const text = explainText({ ...stranger, ...answer }, hasUnmappedReply);
  return text
    .slice(text.indexOf("Outcome"))
    .split("\n")
    .slice(0, -1)
    .map((line) => line.trim());
};

describe("explainText", () => {
  it("tells of a stranger that its words are kept for a while, and what it is answered", () => {
    expect(outcomeOf({})).toEqual([
      "Outcome    goes to nobody: the contact has no mapping, and the text no link code",
      "It is kept for 2 minutes, should a link message follow.",
    ]);
    expect(outcomeOf({}, true)).toContain("The contact gets UNMAPPED_REPLY, unless it had it within 24 h.");
  });

  it("tells who wants nothing sent to it, and does not promise it an answer", () => {
    const optOut = (answer: Partial<ExplainAnswer>) => {
      const text = explainText({ ...stranger, ...answer }, true);
      return [/Opt-out +(.*)/.exec(text)?.[1], text.includes("UNMAPPED_REPLY")];
    };
    expect(optOut({})).toEqual([undefined, true]);
    expect(optOut({ wish: "opt_out" })).toEqual([
      "asks for no more replies, and gets none from then on",
      false,
    ]);
    expect(optOut({ opted_out: true })).toEqual([
      "in force: the contact gets no replies until it writes an opt-in word",
      false,
    ]);
    expect(optOut({ opted_out: true, wish: "opt_in" })).toEqual([
      "ends it: the contact can be written to again",
      true,
    ]);
    expect(optOut({ wish: "opt_in" })).toEqual([undefined, true]);
  });

  it("tells of a link of a tenant that takes nobody", () => {
    expect(outcomeOf({ outcome: { status: "unknown_tenant", tenant_id: 999 } })).toEqual([
      "Outcome    goes to nobody: tenant 999 takes no new contacts, and nothing is locked",
    ]);
  });

  it("tells of a locked contact that another tenant's link changes nothing", () => {
    const link_code = { tenant_id: 55, campaign: null, tenant: "active" as const };
    const outcome = { status: "routed", tenant_id: 2, locks: false, tenant: "active" } as const;
    expect(outcomeOf({ mapping, link_code, outcome })).toEqual([
      "Outcome    goes to tenant 2",
      "The first contact wins: tenant 55's link changes nothing.",
    ]);
  });

  it.each([
    ["inactive", "It waits there until the tenant is active again, 30 days at most."],
    ["unknown", "It waits there: npx gateway tenants add 2 --url URL"],
    [
      "no_handler",
      "It waits there: give the tenant a URL with PUT /api/gateway/tenants/2 or in the tenants' file.",
    ],
  ] as const)("tells what a message to a tenant that is %s waits for", (tenant, line) => {
    const outcome = { status: "routed", tenant_id: 2, locks: false, tenant } as const;
    expect(outcomeOf({ mapping, outcome })).toEqual(["Outcome    goes to tenant 2", line]);
  });

  it("names the contact's other names, its campaign and since when it is locked", () => {
    const text = explainText(
      { ...stranger, other_names: ["4242@lid"], mapping: { ...mapping, campaign: "instagram" } },
      false,
    );
    expect(text).toContain("Contact    971501234567, also known as 4242@lid\n");
    expect(text).toContain("Mapping    tenant 2, since 2026-11-23T15:32:41.000Z, by campaign instagram\n");
  });
});
