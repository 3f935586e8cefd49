import { validateSync } from "class-validator";
import { HttpError, type ErrorDetail } from "./http-error.js";

/**
 * Reads what a client sent as the shape given. Its declared fields are copied, one level deep, and checked;
 * throws 400 with every fault there is, fields that are not declared included, for a slip of the pen that is
 * passed over is found late. No value is ever shown: it may be a secret.
 *
 * The declared fields are known because each is an own property of a new instance, as class fields are in the
 * language today.
 */
export function readAs<Dto extends object>(Shape: new () => Dto, source: unknown): Dto {
  if (typeof source !== "object" || source === null || Array.isArray(source)) {
    throw new HttpError(400, "invalid_body", "The body must be a JSON object.");
  }
  const dto = new Shape();
  const fields = dto as Record<string, unknown>;
  const known = Object.keys(dto);
  for (const [field, value] of Object.entries(source)) {
    if (known.includes(field)) fields[field] = value;
  }
  const details = [...unknownFields(source, known), ...faultsOf(dto)];
  if (details.length > 0) throw invalidBody(details);
  return dto;
}

export function invalidBody(details: readonly ErrorDetail[]): HttpError {
  const faults = details.map(({ field, message }) => `${field} ${message}`).join("; ");
  return new HttpError(400, "invalid_body", `${faults}.`, { details });
}

const MOST_TOLD = 20;
const LONGEST_TOLD_NAME = 64;

function unknownFields(source: object, known: readonly string[]): ErrorDetail[] {
  const message = `is not known here; there are ${known.join(", ")}`;
  return Object.keys(source)
    .filter((field) => !known.includes(field))
    .slice(0, MOST_TOLD)
    .map((field) => ({ field: field.slice(0, LONGEST_TOLD_NAME), message }));
}

function faultsOf(dto: object): ErrorDetail[] {
  const checks = { stopAtFirstError: true, validationError: { target: false, value: false } };
  return validateSync(dto, checks).map(({ property, constraints = {} }) => ({
    field: property,
    message: Object.values(constraints).join("; "),
  }));
}
