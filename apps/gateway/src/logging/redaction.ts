const HIDDEN = "[secret]";
/** Shorter ones would blank out ordinary words. */
const SHORTEST_SECRET = 6;
const SIGNING_SECRET = /whsec_[A-Za-z0-9+/=_-]{8,}/g;
const TOKEN_OR_KEY = /gw[tk]_[A-Za-z0-9_-]{16,}/g;
const TELLING_NAME = /secret|password|token_hash|key_hash|api_?key|hmac_?key|authorization|^token$|cookie/i;

/** Whether a field's value is kept out of the log for its name alone. */
export function isSecretName(name: string): boolean {
  return TELLING_NAME.test(name);
}

/**
 * Blanks secrets in a line that is about to be written: those known by value, and whatever looks like a
 * signing secret, a tenant's token or an admin key. The last net under the rule that nobody logs one: errors of libraries carry headers and URLs.
 */
export function redactor(secrets: readonly (string | undefined)[]): (line: string) => string {
  const known = new Set<string>();
  for (const secret of secrets) {
    if (secret === undefined || secret.length < SHORTEST_SECRET) continue;
    known.add(secret);
    // As it looks inside JSON.
    known.add(JSON.stringify(secret).slice(1, -1));
  }
  return (line) => {
    let safe = line;
    for (const secret of known) safe = safe.replaceAll(secret, HIDDEN);
    if (safe.includes("whsec_")) safe = safe.replace(SIGNING_SECRET, HIDDEN);
    const mayHaveOne = safe.includes("gwt_") || safe.includes("gwk_");
    return mayHaveOne ? safe.replace(TOKEN_OR_KEY, HIDDEN) : safe;
  };
}

/** A number of a person, as the contract writes it or with a `+` or a suffix: 7 digits or more that stand by themselves, and no tenant's id. */
const PERSONAL_NUMBER = /(?<![\p{L}\p{N}_.-]|tenant )\+?(\d{4,})(\d{3})(?![\p{L}\p{N}_])/giu;

/** All but the last three digits of phone numbers and LIDs blanked: enough to tell two of them apart, not to call one. */
export function withMaskedNumbers(text: string): string {
  return text.replace(
    PERSONAL_NUMBER,
    (_number, front: string, end: string) => "*".repeat(front.length) + end,
  );
}

export { HIDDEN };
