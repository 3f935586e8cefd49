import { Ajv2020 } from "ajv/dist/2020.js";
import { bodySchema } from "./body-schema.dto.js";
import { ExplainDto } from "./explain.dto.js";
import { HttpError } from "./http-error.js";
import { AddKeyDto } from "./keys.dto.js";
import { readAs } from "./read-as.dto.js";
import type { JsonSchema } from "./openapi/json-schema.js";
import { ReassignDto } from "./reassign.dto.js";
import { MESSAGES } from "./routes/tenant-message-operations.js";
import { readTenantMessage, TenantMessageDto } from "./routes/tenant-message.dto.js";
import { PutTenantDto, RotateTenantDto } from "./tenants.dto.js";

const ajv = new Ajv2020({ strict: true, strictTypes: false });

interface Body {
  readonly name: string;
  readonly Shape: new () => object;
  /** The operation's, where it says more than the fields' rules do. */
  readonly schema?: JsonSchema;
  readonly isTaken: (body: object) => boolean;
  /** What is taken. */
  readonly usual: Readonly<Record<string, unknown>>;
}

function readingAs(Shape: new () => object): Pick<Body, "name" | "Shape" | "isTaken"> {
  const isTaken = (body: object) => {
    try {
      readAs(Shape, body);
      return true;
    } catch (error) {
      if (error instanceof HttpError) return false;
      throw error;
    }
  };
  return { name: Shape.name, Shape, isTaken };
}

const BODIES: readonly Body[] = [
  { ...readingAs(PutTenantDto), usual: { name: "Agent 2", url: "https://agent2.example/", active: true } },
  { ...readingAs(RotateTenantDto), usual: { overlap_hours: 24 } },
  { ...readingAs(ReassignDto), usual: { tenant_id: 2, reason: "asked for it" } },
  { ...readingAs(ExplainDto), usual: { phone_number: "+971501234567", text: "Hi" } },
  { ...readingAs(AddKeyDto), usual: { name: "grafana", role: "read" } },
  {
    ...{ name: "TenantMessageDto", Shape: TenantMessageDto, schema: MESSAGES.post.body!.schema },
    isTaken: (body) => readTenantMessage(body).kind === "valid",
    usual: { phone_number: "+971501234567", text: "Hi" },
  },
  {
    ...{ name: "TenantMessageDto with a file", Shape: TenantMessageDto, schema: MESSAGES.post.body!.schema },
    isTaken: (body) => readTenantMessage(body).kind === "valid",
    usual: { phone_number: "+971501234567", media: { url: "https://agent2.example/plan.pdf" } },
  },
];

/** Whatever somebody may put into a field. */
const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, 1, 2, -1, 1.5, 24, 168, 169, Number.MAX_SAFE_INTEGER, 2 ** 53, 1e21],
  ...[
    "",
    " ",
    "x",
    "Agent 2",
    "two\nlines",
    "x".repeat(200),
    "x".repeat(201),
    "x".repeat(500),
    "👍".repeat(4_096),
  ],
  ...["x".repeat(501), "x".repeat(4_096), "x".repeat(4_097), "x".repeat(65_536), "x".repeat(65_537)],
  ...["http://a.example", "HTTPS://A.EXAMPLE/b", "ftp://a.example", `https://a.example/${"x".repeat(2_100)}`],
  ...["+971 50-123 4567", "0501234567", "88112233@lid", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!"],
  ...[[], ["x"], {}, { url: "https://a.example" }, { url: 1 }, { url: "https://a.example", caption: null }],
  ...[{ url: "https://a.example", filename: "x".repeat(255), caption: "Look", more: 1 }],
];

describe.each(BODIES)("the schema of $name", ({ Shape, schema, isTaken, usual }) => {
  const fits = ajv.compile(schema ?? bodySchema(Shape));

  it("takes what is taken, whatever is in a field", () => {
    expect([isTaken(usual), fits(usual)]).toEqual([true, true]);
    for (const field of Object.keys(new Shape())) {
      for (const value of VALUES) {
        const body = { ...usual, [field]: value };
        if (isTaken(body)) expect([body, fits(body)]).toEqual([body, true]);
      }
    }
  });

  it("refuses what is of another type, as it is refused", () => {
    for (const field of Object.keys(usual)) {
      for (const value of VALUES.filter((each) => typeof each !== "string")) {
        const body = { ...usual, [field]: value };
        if (fits(body)) expect([body, isTaken(body)]).toEqual([body, true]);
      }
    }
  });

  it("refuses a body without a field that must be there, and takes one without another", () => {
    for (const field of Object.keys(usual)) {
      const body = Object.fromEntries(Object.entries(usual).filter(([name]) => name !== field));
      expect([body, fits(body)]).toEqual([body, isTaken(body)]);
    }
  });

  it("refuses unknown fields where they are refused", () => {
    const body = { ...usual, unheard_of: 1 };
    expect(fits(body)).toBe(isTaken(body));
  });
});

it("says of each field what its fault would say", () => {
  const { properties } = bodySchema(ReassignDto);
  expect(properties?.["tenant_id"]?.description).toBe("Must be a tenant's id, a positive integer.");
  expect(properties?.["reason"]?.description).toBe("Must be text of 1 to 500 characters.");
});
