import type { PhoneNumber } from "./phone-number.js";
import { parseTenantId, type TenantId } from "./tenant.js";

/** What a deep link makes a contact's first message say: which tenant, and by which campaign of it. */
export interface LinkCode {
  readonly tenantId: TenantId;
  /** Lower case, 1 to 32 of `a-z 0-9 -`. */
  readonly campaign?: string;
}

export interface DeepLinkTarget extends LinkCode {
  readonly phoneNumber: PhoneNumber;
  /** Text before the tenant id, such as `start_realty_`. */
  readonly prefix: string;
}

/** The link a tenant shares: opening it fills in the link code, sending it locks the contact. */
export function deepLinkUrl(target: DeepLinkTarget): string {
  return `https://wa.me/${target.phoneNumber}?text=${encodeURIComponent(linkCodeText(target))}`;
}

/** The text of a link code: `start_realty_2`, `start_realty_2_instagram`. */
export function linkCodeText({ prefix, tenantId, campaign }: LinkCode & { readonly prefix: string }): string {
  return campaign === undefined ? `${prefix}${tenantId}` : `${prefix}${tenantId}_${campaign}`;
}

const CAMPAIGN = /^[a-z0-9-]{1,32}$/i;

/** Reads the name of a campaign as it stands in a link, in any case. */
export function parseCampaign(text: string): string | undefined {
  return CAMPAIGN.test(text) ? text.toLowerCase() : undefined;
}

const WORD = /[\p{L}\p{N}\p{M}_-]/u;
const SENTENCE_MARK = /[.,]/;
const DIGIT = /[0-9]/;
/** A character of a URL in its encoded form, such as `%20`: a border, though it ends in a letter or digit. */
const ENCODED_CHARACTER = /%[0-9A-F]{2}$/i;

/**
 * Finds link codes in what people send. One finder serves one prefix.
 *
 * A code is a whole word, in any case, anywhere in the text, also in a pasted URL, behind its `=` or `%20`. What
 * touches a letter, a digit, `_` or `-` is part of a longer word and no code; a full stop or comma ends a
 * sentence, with a space behind it or without, but `2.5` is a number and not tenant 2. The first code counts.
 */
export class LinkCodeFinder {
  private readonly candidate: RegExp;
  /** The same for a first look: most texts hold no code, and a walk over matches begins with a copy of its expression. */
  private readonly hint: RegExp;

  constructor(prefix: string) {
    const escaped = prefix.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    // Without the `u` flag, `i` folds ASCII letters only: `ſtart_` must not pass for `start_`.
    this.candidate = new RegExp(`${escaped}([0-9]+)(?:_([a-z0-9-]+))?`, "gi");
    this.hint = new RegExp(`${escaped}[0-9]`, "i");
  }

  find(text: string): LinkCode | undefined {
    if (!this.hint.test(text)) return undefined;
    // `matchAll` works on a copy, so that one finder can be shared.
    for (const match of text.matchAll(this.candidate)) {
      const tenantId = parseTenantId(match[1]!);
      const campaign = match[2]?.toLowerCase();
      if (tenantId === undefined || (campaign !== undefined && campaign.length > 32)) continue;
      if (!isWholeWord(text, match.index, match.index + match[0].length)) continue;
      return campaign === undefined ? { tenantId } : { tenantId, campaign };
    }
    return undefined;
  }
}

function isWholeWord(text: string, start: number, end: number): boolean {
  const isBehindUrlText = ENCODED_CHARACTER.test(text.slice(Math.max(0, start - 3), start));
  if (!isBehindUrlText && WORD.test(codePointBefore(text, start))) return false;
  const next = codePointAt(text, end);
  if (WORD.test(next)) return false;
  return !(SENTENCE_MARK.test(next) && DIGIT.test(codePointAt(text, end + 1)));
}

function codePointAt(text: string, index: number): string {
  const point = text.codePointAt(index);
  return point === undefined ? "" : String.fromCodePoint(point);
}

function codePointBefore(text: string, index: number): string {
  const low = text.charCodeAt(index - 1);
  const isSecondHalf = low >= 0xdc00 && low <= 0xdfff;
  return text.slice(Math.max(0, index - (isSecondHalf ? 2 : 1)), index);
}
