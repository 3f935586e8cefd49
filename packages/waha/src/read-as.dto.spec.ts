import { readAs, type Reading } from "./read-as.dto.js";
import { WahaEventDto } from "./waha-event.dto.js";
import { WahaContactCardsDto, WahaLocationDto, WahaMediaDto, WahaMessageDto } from "./waha-message.dto.js";

const megabyte = "x".repeat(1_000_000);

function deep(levels: number): unknown {
  let value: unknown = {};
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { value };
  return value;
}

function message(fields: object): Reading<WahaMessageDto> {
  return readAs(WahaMessageDto, { from: "971501234567@c.us", ...fields }, "payload");
}

describe("readAs", () => {
  it("copies the declared fields and leaves all others behind", () => {
    const reading = readAs(
      WahaEventDto,
      { event: "message", session: "default", engine: "NOWEB" },
      "the event",
    );
    expect(reading).toMatchObject({ kind: "valid", value: { event: "message", session: "default" } });
    expect(reading.kind === "valid" && "engine" in reading.value).toBe(false);
  });

  it("hands on what is not looked into as it is, and not a copy", () => {
    const data = { key: {} };
    const reading = message({ _data: data });
    expect(reading.kind === "valid" && reading.value._data).toBe(data);
  });

  it("takes an event and a message that say next to nothing", () => {
    expect(readAs(WahaEventDto, {}, "the event").kind).toBe("valid");
    expect(message({}).kind).toBe("valid");
  });

  it("takes null wherever a field may be missing", () => {
    expect(
      readAs(WahaEventDto, { event: null, session: null, timestamp: null, payload: null }, "the event").kind,
    ).toBe("valid");
    const names = Object.keys(new WahaMessageDto()).filter((name) => name !== "from");
    expect(names.length).toBeGreaterThan(8);
    expect(message(Object.fromEntries(names.map((name) => [name, null]))).kind).toBe("valid");
  });

  it("takes events that no version has yet", () => {
    expect(readAs(WahaEventDto, { event: "message.from.the.future", payload: [1] }, "e").kind).toBe("valid");
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a number", 1],
    ["text", "{}"],
    ["a list", [{ event: "message" }]],
    ["true", true],
  ])("refuses %s in an object's place", (_, source) => {
    expect(readAs(WahaEventDto, source, "the event")).toEqual({
      kind: "invalid",
      fault: "the event must be an object",
    });
  });

  it.each<[string, object, string]>([
    ["a number for a text", { from: 971501234567 }, "from"],
    ["a list for a text", { from: ["971501234567@c.us"] }, "from"],
    ["an object for a text", { from: { toString: "971501234567@c.us" } }, "from"],
    ["an empty sender", { from: "" }, "from"],
    ["a sender of a megabyte", { from: megabyte }, "from"],
    ["an id of a megabyte", { id: megabyte }, "id"],
    ["an id with a line break", { id: "3EB0\n" }, "id"],
    ["an id with a null character", { id: "3EB0\0" }, "id"],
    ["a number for an id", { id: 7 }, "id"],
    ["text for a boolean", { fromMe: "false" }, "fromMe"],
    ["a number for a boolean", { fromMe: 1 }, "fromMe"],
    ["a number for a body", { body: 1 }, "body"],
    ["a list for a body", { body: [] }, "body"],
    ["a word for a time", { timestamp: "soon" }, "timestamp"],
    ["a list for a time", { timestamp: [] }, "timestamp"],
  ])("refuses %s, and names the field alone", (_, fields, name) => {
    const reading = message(fields);
    expect(reading.kind).toBe("invalid");
    expect(reading.kind === "invalid" && reading.fault).toMatch(new RegExp(`^payload: ${name} must `));
    expect(reading.kind === "invalid" && reading.fault.length).toBeLessThan(200);
  });

  it("takes a body of a megabyte, whole", () => {
    const reading = message({ body: megabyte });
    expect(reading.kind === "valid" && reading.value.body).toHaveLength(1_000_000);
  });

  it("takes nothing from a prototype, nor for one", () => {
    const source = JSON.parse(
      '{"__proto__":{"from":"971501234567@c.us"},"constructor":{"prototype":{"polluted":true}}}',
    ) as unknown;
    expect(readAs(WahaMessageDto, source, "payload").kind).toBe("invalid");
    expect(readAs(WahaMessageDto, Object.create({ from: "971501234567@c.us" }), "payload").kind).toBe(
      "invalid",
    );
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("does not follow what nests deeply", () => {
    const data = deep(100_000);
    expect(message({ _data: data, media: data, unknown: data }).kind).toBe("valid");
    expect(message({ body: data, from: data }).kind).toBe("invalid");
  });

  it.each<[string, Reading<object>]>([
    ["a location as words", readAs(WahaLocationDto, { latitude: "north", longitude: "0" }, "location")],
    ["a location past the pole", readAs(WahaLocationDto, { latitude: 91, longitude: 0 }, "location")],
    ["a location without longitude", readAs(WahaLocationDto, { latitude: 1 }, "location")],
    ["a location nowhere", readAs(WahaLocationDto, { latitude: NaN, longitude: 0 }, "location")],
    ["a location in a list", readAs(WahaLocationDto, { latitude: [25], longitude: [55] }, "location")],
    ["contact cards in a text", readAs(WahaContactCardsDto, { vCards: "BEGIN:VCARD" }, "payload")],
    ["contact cards that are objects", readAs(WahaContactCardsDto, { vCards: [{}] }, "payload")],
    ["too many contact cards", readAs(WahaContactCardsDto, { vCards: Array(1_001).fill("") }, "payload")],
    ["a number for a media type", readAs(WahaMediaDto, { mimetype: 1 }, "media")],
    ["a URL of a megabyte", readAs(WahaMediaDto, { url: megabyte }, "media")],
  ])("refuses %s", (_, reading) => {
    expect(reading.kind).toBe("invalid");
  });
});
