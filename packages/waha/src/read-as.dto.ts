import { validateSync } from "class-validator";
import { isPlainObject } from "./plain-data.js";

export type Reading<Dto> =
  | { readonly kind: "valid"; readonly value: Dto }
  /** `fault` names fields and rules, never what a contact wrote. */
  | { readonly kind: "invalid"; readonly fault: string };

/**
 * Reads what came from outside as the shape given: its declared fields are copied, one level deep, and
 * checked; all others are left behind, unseen, however deeply they nest. Never throws, whatever the source.
 *
 * The declared fields are known because each is an own property of a new instance, as class fields are in
 * the language today. A general transformer would walk the whole source, engine data included, each time.
 */
export function readAs<Dto extends object>(
  Shape: new () => Dto,
  source: unknown,
  name: string,
): Reading<Dto> {
  if (!isPlainObject(source)) return { kind: "invalid", fault: `${name} must be an object` };
  const dto = new Shape();
  const fields = dto as Record<string, unknown>;
  for (const field of Object.keys(dto)) {
    if (Object.hasOwn(source, field)) fields[field] = source[field];
  }
  const errors = validateSync(dto, CHECKS);
  if (errors.length === 0) return { kind: "valid", value: dto };
  const faults = errors.flatMap(({ constraints = {} }) => Object.values(constraints));
  return { kind: "invalid", fault: `${name}: ${faults.join("; ")}` };
}

const CHECKS = { stopAtFirstError: true, validationError: { target: false, value: false } };
