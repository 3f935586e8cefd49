import { parseWahaMessageId } from "./waha-message-id.js";

describe("an id of WAHA", () => {
  it.each<[string, boolean, string, string]>([
    [
      "false_971501234567@c.us_3EB0A0000000000000000001",
      false,
      "3EB0A0000000000000000001",
      "971501234567@c.us",
    ],
    ["true_971501234567@c.us_3EB034ABF0CA3FA25EDF85", true, "3EB034ABF0CA3FA25EDF85", "971501234567@c.us"],
    [
      "false_88112233445566@lid_3EB0A0000000000000000006",
      false,
      "3EB0A0000000000000000006",
      "88112233445566@lid",
    ],
    [
      "false_120363001@g.us_3EB0A0000000000000000008_971501234567@c.us",
      false,
      "3EB0A0000000000000000008",
      "120363001@g.us",
    ],
    [
      "false_status@broadcast_3EB0A0000000000000000009_971501234567@c.us",
      false,
      "3EB0A0000000000000000009",
      "status@broadcast",
    ],
    ["false_120363001@g.us_3EB0A_971501234567:12@c.us", false, "3EB0A", "120363001@g.us"],
    ["false_971501234567@c.us_ID_WITH_UNDERSCORES", false, "ID_WITH_UNDERSCORES", "971501234567@c.us"],
    ["false_120363001@g.us_ID_1_971501234567@c.us", false, "ID_1", "120363001@g.us"],
  ])("%s is taken apart from the front", (id, fromMe, bareId, chatId) => {
    expect(parseWahaMessageId(id)).toEqual({ bareId, fromMe, chatId });
  });

  it.each([
    "3EB0A0000000000000000001",
    "maybe_971501234567@c.us_3EB0A",
    "false_971501234567_3EB0A",
    "false_971501234567@c.us",
    "false_971501234567@c.us_",
    "false__3EB0A",
    "FALSE_971501234567@c.us_3EB0A",
    "__proto__",
    "",
  ])("%j has another form and is used whole", (id) => {
    expect(parseWahaMessageId(id)).toEqual({ bareId: id });
  });

  it("is read at once however its writer meant to delay that", () => {
    const id = `false_1@c.us_${"_a".repeat(121)}@`;
    expect(parseWahaMessageId(id)).toEqual({ bareId: id });
  });
});
