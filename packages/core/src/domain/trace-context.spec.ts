import { parseTraceContext, traceIn } from "./trace-context.js";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const SPAN_ID = "b7ad6b7169203331";

describe("parseTraceContext", () => {
  it.each(["00", "01", "ff"])("takes a traceparent header as it is, with the flags %s", (flags) => {
    const header = `00-${TRACE_ID}-${SPAN_ID}-${flags}`;
    expect(parseTraceContext(header)).toBe(header);
  });

  it.each([
    ["nothing", undefined],
    ["an empty header", ""],
    ["a trace id of zeroes", `00-${"0".repeat(32)}-${SPAN_ID}-01`],
    ["a span id of zeroes", `00-${TRACE_ID}-${"0".repeat(16)}-01`],
    ["capital letters", `00-${TRACE_ID.toUpperCase()}-${SPAN_ID}-01`],
    ["more behind it", `00-${TRACE_ID}-${SPAN_ID}-01-more`],
    ["a line end behind it", `00-${TRACE_ID}-${SPAN_ID}-01\n`],
    ["two headers in one", `00-${TRACE_ID}-${SPAN_ID}-01, 00-${TRACE_ID}-${SPAN_ID}-01`],
    ["another version", `01-${TRACE_ID}-${SPAN_ID}-01`],
  ])("takes no %s", (_, header) => {
    expect(parseTraceContext(header)).toBeUndefined();
  });
});

describe("traceIn", () => {
  it("makes no field of what is not there, so that a record without a trace is as it was before there were any", () => {
    expect(Object.keys(traceIn(undefined))).toEqual([]);
    const trace = parseTraceContext(`00-${TRACE_ID}-${SPAN_ID}-01`);
    expect(traceIn(trace)).toEqual({ trace });
  });
});
