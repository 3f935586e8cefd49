import { Transform } from "class-transformer";
import { ValidateBy, buildMessage } from "class-validator";

/**
 * One rule per variable, each with one sentence that says what is wanted: whoever reads the list of faults
 * can mend it without looking anything up. What was set is shown, unless it is a secret.
 */
interface Rule {
  readonly name: string;
  readonly wants: string;
  readonly secret?: boolean;
  readonly accepts: (value: unknown) => boolean;
}

const SHOWN_LENGTH = 80;

function rule({ name, wants, secret, accepts }: Rule): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: accepts,
      defaultMessage: buildMessage(
        (each, args) => each + wants + (secret === true ? "" : `, not ${shown(args?.value)}`),
      ),
    },
  });
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return "nothing";
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

/** A whole number in plain digits: `1e3`, `0x10` and ` 8 ` are more often slips than wishes. */
export function WholeNumber({ from, to }: { readonly from: number; readonly to: number }): PropertyDecorator {
  const read = Transform(({ value }: { value: unknown }) =>
    typeof value === "string" && /^[0-9]{1,15}$/.test(value) ? Number(value) : value,
  );
  const check = rule({
    name: "wholeNumber",
    wants: `must be a whole number from ${from} to ${to}`,
    accepts: (value) => typeof value === "number" && value >= from && value <= to,
  });
  return both(read, check);
}

export function Switch(): PropertyDecorator {
  const read = Transform(({ value }: { value: unknown }) =>
    value === "true" ? true : value === "false" ? false : value,
  );
  return both(
    read,
    rule({
      name: "switch",
      wants: 'must be "true" or "false"',
      accepts: (value) => typeof value === "boolean",
    }),
  );
}

export function OneOf(allowed: readonly string[]): PropertyDecorator {
  return rule({
    name: "oneOf",
    wants: `must be one of ${allowed.join(", ")}`,
    accepts: (value) => typeof value === "string" && allowed.includes(value),
  });
}

/** An http or https URL, without the parts that are named. */
export function HttpUrl({ without = [] }: { readonly without?: readonly UrlPart[] } = {}): PropertyDecorator {
  return rule({
    name: "httpUrl",
    wants: `must be an http:// or https:// URL${without.length === 0 ? "" : ` without ${without.join(", ")}`}`,
    // A URL may carry a password, so that a wrong one is not shown either.
    secret: true,
    accepts: (value) =>
      typeof value === "string" &&
      isHttpUrl(value) &&
      !without.some((part) => URL_PARTS[part](new URL(value))),
  });
}

const URL_PARTS = {
  "user name and password": ({ username, password }: URL) => username !== "" || password !== "",
  query: ({ href }: URL) => href.split("#", 1)[0]!.includes("?"),
  fragment: ({ href }: URL) => href.includes("#"),
};

type UrlPart = keyof typeof URL_PARTS;

export function TextThat(rest: Omit<Rule, "accepts"> & { accepts: (text: string) => boolean }) {
  return rule({ ...rest, accepts: (value) => typeof value === "string" && rest.accepts(value) });
}

export function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function both(first: PropertyDecorator, second: PropertyDecorator): PropertyDecorator {
  return (target, property) => {
    first(target, property);
    second(target, property);
  };
}
